"""Where searches begin: literal prefixes, classes, empty matches, positions, wide texts."""
import re

print(re.findall("ab", "xababyab"))
print(re.findall("aab", "aaaab aab"))
print(re.findall("é", "aéié"), re.findall("☃b", "a☃b☃☃b"))
print(re.findall("\u0450", "abc"), re.findall("a\u0450", "a\u0450b"))
print(re.findall("[xyz]1", "a x1 y2 z1"), re.findall("[xyz]1", "☃ x1 y2 z1"))
print(re.findall("(?:foo|bar)+", "foobar baz barfoo"))
print(re.findall(r"a|b|cd", "abcd☃ab"))
print([m.span() for m in re.finditer(r"x*", "axxb")])
print([m.span() for m in re.finditer(r"x*?", "axb")])
print([m.span() for m in re.finditer(r"\b|x", "ax xb")])
print(re.sub(r"x*", "-", "abxd"), re.sub(r"(?=b)|b", "<>", "abb"))
print(re.split(r"x*", "axbc"), re.split(r"(,)|;", "a,b;c"))
p = re.compile(r"^a")
print(p.search("ba", 1), p.match("ba", 1), re.compile("^a", re.M).search("b\na", 2))
p = re.compile(r"a$")
print(p.search("aab", 0, 2), p.search("aab", 0, 1).span(), p.search("aab", 5), p.search("aab", 2, 1))
p = re.compile(r"\bb")
print(p.search("abb", 1), p.search("a b", 1).span())
print(re.compile("abc").search("xxabc", 0, 4), re.compile("abc").search("abc", -5, 99).span())
print(re.compile(b"\xff+").findall(b"a\xff\xffb\xff"), re.compile(rb"\w").findall(bytearray(b"a-b")))
print(re.findall("a.c", "abc a\nc aéc"), re.findall("(?s)a.c", "a\nc"))
print(ascii(re.findall("[\ud800-\udfff]", "a\ud800b\udc00")), ascii(re.findall(".", "\ud800☃")))
print(re.findall("\U0001f600+", "a\U0001f600\U0001f600b"), re.findall(r"\W", "a\U0001f600☃é"))
s = re.compile(r"(\d)|(\w)").scanner("1a-2")
print([(m.group(), m.lastindex) for m in iter(s.search, None)])
s = re.compile(r"\w").scanner("ab-c")
print(s.match().span(), s.match().span(), s.match())
m = re.search("(?P<a>x)(?P<b>y)?", "wx", 0)
print(m.regs, m.groupdict(), m.pos, m.endpos, m.lastgroup, m.expand(r"[\1\g<b>]"))


def nested(m):
    return p.sub("[\\g<0>]", m.group() + "bb") + str(m.span())


p = re.compile("b+")
print(p.sub(nested, "abbc b"))
