# splitlines: every line end.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i".splitlines(), lambda: "a\n\n".splitlines(True), lambda: "".splitlines(), lambda: "\n".splitlines(), lambda: "a".splitlines(keepends=1))
