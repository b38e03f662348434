# Finding, counting, replacing, splitting, partitioning.
s = "the cat sat on the mat"
print(s.find("at"), s.find("at", 6), s.find("at", 6, 9), s.rfind("at"), s.find("zzz"), s.find(""), s.rfind(""), s.find("", 50), s.index("cat"), s.count("at"), s.count(""), s.count("at", 6), "aaaa".count("aa"))
print(s.replace("at", "og"), s.replace("at", "og", 2), s.replace("", "-")[:10], s.replace("zz", "y") is s, "aaa".replace("a", ""), "abc".replace("b", "bb", -1), "x".replace("", "y", 1), s.replace("the", "a", count=1))
print(s.split(), s.split(" ", 2), s.rsplit(" ", 2), s.split("at"), "a,b,,c,".split(","), "  a  b ".split(), "  a  b ".split(None, 1), "  a  b ".rsplit(None, 1), "".split(), "".split(","), "abc".split("abc"))
print("a\nb\r\nc\x0bd\x1ce\u2028f".splitlines(), "a\nb\r\n".splitlines(True), "".splitlines(), "\n".splitlines(), "a\r\rb".splitlines())
print("k=v=w".partition("="), "k=v=w".rpartition("="), "abc".partition("x"), "abc".rpartition("x"))
print("xxabcxx".strip("x"), "xxabcxx".lstrip("x"), "xxabcxx".rstrip("x"), "  a ".strip(), "abcba".strip("ab"), "\t\n x \u2003".strip(), "abc".removeprefix("ab"), "abc".removesuffix("bc"), "abc".removeprefix("x"))
print("abc".startswith("ab"), "abc".startswith(("x", "a")), "abc".endswith("c"), "abc".endswith(("x",)), "abc".startswith("b", 1), "abc".startswith(""), "abc".startswith("", 4), "abc".endswith("b", 0, 2))
print("-".join(["a", "b"]), "".join([]), "x".join("abc"), ", ".join({"k": 1, "j": 2}))
for f in (lambda: s.index("zzz"), lambda: s.rindex("q"), lambda: s.split(""), lambda: s.partition(""), lambda: "a".join([1]), lambda: "a".join(["b", None]), lambda: s.startswith(1), lambda: s.startswith([1]), lambda: s.find(1),
          lambda: s.replace("a"), lambda: s.strip(1), lambda: s.count(), lambda: s.removeprefix(1), lambda: "a" + 1, lambda: 1 + "a", lambda: "a" * "b", lambda: "a" * 1.5, lambda: "a"["b"], lambda: "a"[5], lambda: "a" in 5, lambda: 5 in "a"):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
u = "naïve café \U0001f600 日本"
print(u.find("é"), u.split(), u.replace("ï", "i"), u.index("\U0001f600"), u[::-1], u[-2:], u.count("é"), u.upper(), u.title(), u.encode(), u.find("本"), u.partition("\U0001f600"))
print("ab" in "cab", "" in "", "é" in u, "abc" > "abd", "Z" < "a", "é" > "z", "a" < "aa", "\U0001f600" > "\uffff", "abc" == "abc", "abc" != "abd")
print("abc"[1], "abc"[-1], "abc"[0:2], "abc"[::-1], "abc"[5:], "abc"[-10:2], "abcdef"[1:5:2], "abc"[2:0:-1], "abc"[:], "abc" * 2, 2 * "ab", "a" * 0, "a" * -1, "x" "y" + "z")
print(u.expandtabs(), "a\tbc\td".expandtabs(4), "1\t2".expandtabs(0), "\t".expandtabs(3), "x\ty\n\tz".expandtabs(2))
print("a.b".translate({ord("."): "-", ord("a"): None, ord("b"): 0x63}), str.maketrans("ab", "xy", "z"), "abz".translate(str.maketrans("ab", "xy", "z")), str.maketrans({"a": 1, 98: "q"}))
