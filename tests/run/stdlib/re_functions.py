# findall, split, sub and match objects.
import re


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: re.findall("a|b", "cab"), lambda: re.findall("(a)(b)?", "aab"), lambda: re.findall("", "ab"), lambda: re.split("(,)|;", "a,b;c"), lambda: re.split("", "ab"), lambda: re.split(",", "a,b,c", maxsplit=1), lambda: re.split("x*", "axbc"), lambda: re.sub("x*", "-", "abxd"), lambda: re.sub("(a)(b)?", r"[\2\1\g<0>]", "aab"), lambda: re.sub("a", "\\q", "a"), lambda: re.sub("a", r"\1", "a"), lambda: re.sub("a", r"\g<n>", "a"), lambda: re.sub("a", r"\g<", "a"), lambda: re.sub("(?P<n>a)", r"\g<n>\g<1>\n\\", "a"), lambda: re.sub("a", lambda m: m.group().upper(), "aba", count=1), lambda: re.sub("a", lambda m: 5, "a"), lambda: re.subn("a", "b", "aaa"), lambda: re.sub("a", "b", 5), lambda: re.sub("a", "b", b"a"), lambda: re.sub(b"a", b"\\x", b"a"), lambda: re.escape("a.b-c é\n"), lambda: re.escape(b"a.b"), lambda: re.fullmatch("a|ab", "ab"), lambda: re.match("a|ab", "ab"), lambda: re.search("(?<=a)b", "ab"), lambda: re.search("(?<!a)b", "ab"), lambda: re.search(r"\bfoo\b", "a foo b").span(), lambda: re.match("(a)|b", "b").groups("x"), lambda: re.match("(?P<x>a)(?P<y>b)?", "a").groupdict(), lambda: re.match("(a)(b)", "ab").group(2, 1), lambda: re.match("(a)", "a").group(5), lambda: re.match("(a)", "a").group("z"), lambda: re.match("(a)", "a")[1], lambda: re.match("(?P<n>a)", "a")["n"], lambda: re.match("(a)(b)?", "a").span(2), lambda: re.match("(a)", "a").expand(r"<\1>"), lambda: re.match("a(b)?(c)?", "ac").lastindex, lambda: re.match("(?P<n>a)", "a").lastgroup, lambda: re.match("((a)b)", "ab").regs)
