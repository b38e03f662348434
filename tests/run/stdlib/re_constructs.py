# Patterns, flags and every construct.
import re


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: re.compile("a(?P<n>b)", re.I | re.X), lambda: re.compile("x").flags, lambda: re.compile(b"x", re.A), lambda: re.compile("x", re.L), lambda: re.compile(b"x", re.U), lambda: re.compile("a", re.A | re.U), lambda: re.compile(re.compile("a"), re.I), lambda: re.compile(5), lambda: re.compile("(a)(?P<q>b)").groupindex, lambda: re.compile("a") == re.compile("a"), lambda: hash(re.compile("a")) == hash(re.compile("a")), lambda: re.compile("a").match("ba", 1), lambda: re.compile("^a").match("ba", 1), lambda: re.compile("a$").search("ab", 0, 1), lambda: re.compile("a").scanner("aa").search().span(), lambda: re.compile("a").pattern, lambda: re.I | re.M, lambda: re.RegexFlag(0), lambda: re.NOFLAG, lambda: re.match("a", "A", re.I), lambda: re.match("ſ", "S", re.I), lambda: re.match("(?i:a)b", "AB"), lambda: re.findall("(?m)^a$", "a\na\n"), lambda: re.findall("(?s).", "\n"), lambda: re.findall(r"\w+", "é_1 ñ"), lambda: re.findall(r"(?a)\w+", "é_1"), lambda: re.match("(?x) a # comment\n b", "ab"), lambda: re.findall("[^a-c]", "abcd"), lambda: re.findall(r"[\]\-a]", "]-a"), lambda: re.match("a{,2}", "aaa"), lambda: re.match("a{2,}?", "aaa"), lambda: re.match("a{x}", "a{x}"), lambda: re.match("(?>a+)b", "aab"), lambda: re.match("(?>a+)ab", "aab"), lambda: re.match("a*+a", "aaa"), lambda: re.match("(a)?(?(1)b|c)", "ab"), lambda: re.match("(a)?(?(1)b|c)", "c"), lambda: re.match(r"(.)\1", "aa"), lambda: re.match("(?P<q>.)(?P=q)", "bb"), lambda: re.match("(?=a)a(?!b)", "ac"), lambda: list(re.finditer("a", "aba"))[1], lambda: [m.start() for m in re.finditer("", "ab")], lambda: re.match("(a+)+$", "aaaa!"), lambda: re.search("[[:alpha:]]", "a"), lambda: re.match(r"\d", "٣"), lambda: re.template if hasattr(re, "template") else "gone", lambda: re.purge(), lambda: re.prefixmatch("a", "ab") if hasattr(re, "prefixmatch") else "no prefixmatch", lambda: __import__("copy").copy(re.compile("a")) == re.compile("a"), lambda: re.Pattern[str], lambda: re.match("a", "a").re.pattern, lambda: re.match("a", "ba", 1) if False else re.match("b", "ba").string, lambda: re.match("a", "a").pos, lambda: re.error is re.PatternError)
try:
    re.compile("ab(c\n[")
except re.PatternError as e:
    print(e.msg, e.pos, e.lineno, e.colno, repr(e.pattern))
s = re.Scanner([(r"\d+", lambda s, x: int(x)), (r"\w+", lambda s, x: x), (r"\s", None)])
print(s.scan("12 ab !"))
