# The is… methods.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "abc".isalpha(), lambda: "".isalpha(), lambda: "²".isdigit(), lambda: "²".isdecimal(), lambda: "½".isnumeric(), lambda: "٣".isdecimal(), lambda: "a_1".isidentifier(), lambda: "1a".isidentifier(), lambda: "def".isidentifier(), lambda: "A b".istitle(), lambda: "Ab C".istitle(), lambda: "ǅ".istitle(), lambda: "\x00".isprintable(), lambda: "".isprintable(), lambda: "\u2028".isspace(), lambda: "aB".islower(), lambda: "1".isupper(), lambda: "é".isascii(), lambda: "".isascii())
