# Groups, flags, lookaround, substitution, splitting, errors.
import re

text = "The quick brown fox, 2024-05-17, jumps over 13 lazy dogs; email: a.b@c-d.org"
print(re.findall(r"\b\w{5}\b", text), re.search(r"(\d+)-(\d+)-(\d+)", text).groups(), re.search(r"(?P<user>[\w.]+)@(?P<host>[\w.-]+)", text).groupdict())
m = re.match(r"(?P<first>\w+)\s+(\w+)", text)
print(m, m.group(), m.group(1, 2), m["first"], m.span(2), m.start(), m.end(), m.lastindex, m.lastgroup, m.re.groupindex, m.expand(r"\2 \g<first>"), m.pos, m.endpos)
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "one two three four"), re.sub(r"\d", lambda m: str(int(m[0]) * 2), "a1b2"), re.subn("x", "y", "xxx", count=2), re.sub("", "-", "abc"), re.sub(r"(a)|b", r"[\1]", "ab"))
print(re.split(r"[,;]\s*", text)[1:3], re.split(r"(\d)", "a1b2c"), re.split("x*", "axbc"), re.split(",", "a,b,c", maxsplit=1))
print(re.findall(r"(a)(b)?", "abaa"), [x.span() for x in re.finditer("aa", "aaaa")], re.fullmatch("a+", "aab"), re.fullmatch("a+b", "aab").group(), re.findall("(?i)THE", "the The"), re.findall("^.", "a\nb", re.M), re.findall(".", "a\nb", re.S))
print(re.findall(r"(?<=a)b", "ab cb"), re.findall(r"(?<!a)b", "ab cb"), re.findall(r"a(?=b)", "ab ac"), re.findall(r"a(?!b)", "ab ac"), re.search(r"(.)\1", "hello").group(), re.search(r"(?P<q>['\"]).*?(?P=q)", "say 'hi' \"x\"").group())
print(re.findall(r"a{2,3}?", "aaaaa"), re.findall(r"a{2,3}", "aaaaa"), re.findall(r"(?:ab)+", "ababab ab"), re.findall(r"a++b", "aaab"), re.findall(r"(?>a+)b", "aab"), re.search(r"(a)?(?(1)x|y)", "y"), re.findall(r"[^\W\d_]+", "a1_é日"))
verbose = re.compile(r"""
    (\d{3})  # area
    [-.\s]?
    (\d{4})  # number
""", re.VERBOSE)
print(verbose.match("555-1234").groups(), verbose.flags & re.X, verbose.groups, repr(re.compile("a", re.I | re.M)), re.escape("a.b*c[d]-é"))
print(re.findall(rb"\w+", b"bytes here \xff"), re.sub(rb"b", b"B", b"abc"), re.findall(r"\d+", "٣٤ 12"), re.findall(r"\d+", "٣٤ 12", re.A), re.search("é", "CAFÉ", re.I).group(), re.findall(r"\s", "a\u2003b\t"))
for pattern in ("(", "a**", "[z-a]", "(?P<1>a)", r"\1", "(?<=a*)b", "*a", "(?P<n>a)(?P<n>b)", "a{3,1}", "(?z)", r"\q", "[", "(?P=x)"):
    try:
        re.compile(pattern)
        print(pattern, "ok")
    except re.error as e:
        print(pattern, "->", e.msg, e.pos)
p = re.compile("a(b)?")
print(p.search("xxab", 2).span(), p.match("ba", 1), p.findall("ab a"), p.scanner("ab").search().group(), p.pattern, p == re.compile("a(b)?"), p.search("a").group(1), p.search("a").groups("dflt"), p.sub("-", "ab a"))
try:
    m.group("nope")
except IndexError as e:
    print(e)
