texts = ["", "hello World", "ÀÉÎ õü ß", "ǆungla ŉ ﬁn", "ΑΣΣ ΑΣ. ΣΑ", "١٢٣ ½ ²", "日本語 テキスト", "a\tb\x00\x7f\xa0\u200b😀\ud800", "_id9", "9id", "tab\tsep", "  pad  ", "line1\nline2\r\nline3\x85end\u2028x", "İstanbul ı"]
for t in texts:
    print(ascii(t), ascii(t.upper()), ascii(t.lower()), ascii(t.title()), ascii(t.capitalize()), ascii(t.swapcase()), ascii(t.casefold()))
    print([getattr(t, n)() for n in "isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper".split()])
    print(ascii(t.split()), ascii(t.rsplit(None, 1)), ascii(t.splitlines()), ascii(t.splitlines(True)), ascii(t.strip()), len(t), ascii(t[::-1]), ascii(t[1:4]), ascii(t[-3:]))
    print(ascii(repr(t)), ascii(t.center(20, "*")), ascii(t.zfill(15)), ascii(t.expandtabs(4)), ascii(t.ljust(14)), ascii(t.rjust(14, "é")))
print("a,b,,c".split(","), "a,b,,c".rsplit(",", 1), "abcabc".split("bc", 1), "日本日".split("本"), "a😀b😀".rsplit("😀", 1))
print("abcabc".find("c"), "abcabc".rfind("b"), "abcabc".find("b", 2, 4), "abc".find("", 3), "abc".find("", 4), "日本語".find("語"), "ab".find("日"), "a日b日".rfind("日"))
print("aaaa".count("aa"), "abc".count(""), "日本日".count("日"), "aaa".replace("a", "bb", 2), "abc".replace("", "-"), "日本".replace("本", "x"), "aaa".replace("b", "c"))
print("abc".startswith(("x", "ab")), "abc".endswith("bc", 1), "abc".startswith("", 5), "abc".startswith("", 3), "abc".removeprefix("a"), "abc".removesuffix("bc"))
print("k=v=w".partition("="), "k=v=w".rpartition("="), "k".partition("="), "k".rpartition("="))
print("-".join(["a", "b"]), "".join("xyz"), "é".join(("a", "日")), ", ".join(map(str, range(3))))
print("abc".translate({97: "A", 98: None}), "abc".translate(str.maketrans("ab", "12", "c")), "x" * 3, 2 * "ab", "a" * -1)
print("b" in "abc", "日" in "abc", "" in "", "a" < "b", "a" < "A", "é" > "z", "😀" > "\uffff", max("hello"), sorted("hello"))
print("%s is %d years and %5.2f%%" % ("Al", 30, 99.5), "%(a)s-%(b)03d" % {"a": 1, "b": 2}, "%r %a %c %x %o %e" % ("é", "é", 65, 255, 8, 12345.678))
print("{:>10}|{:<10}|{:^10}|{:*^9}".format("a", "b", "c", "d"), "{0}{1}{0}".format("x", "y"), "{a[0]} {b.real}".format(a=[1], b=2), f"{3.14159:.2f} {1234567:,} {255:#x} {'s'!r}")
print("it's", 'say "hi"', 'both \' and "', ascii("'\"é\n"), repr("\\ \t \r \x01 \u00ad \u2028 \U0010ffff"))
print("3.5".isdecimal(), int("١٢٣"), float("٣.٥"), int(" 42\u2003"), "ß".upper(), "ﬃ".title(), "\u0345a".title())
class S(str):
    pass
s = S("sub"); s.attr = 1
print(s, s.attr, type(s + "x").__name__, type(str(s)).__name__, repr(s), s == "sub", hash(s) == hash("sub"), {s: 1}["sub"], type(s.upper()).__name__, s[0], len(s))
print(str(b"abc", "ascii"), str(5), str(), str(object=[1]), "abc".encode(), "é".encode("latin-1"), "😀".encode("utf-16-le"))
