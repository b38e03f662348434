"""What the matcher does with repetitions, choices and groups that it has to go back to."""
import re


def show(pattern, text, flags=0):
    p = re.compile(pattern, flags)
    for name in ("match", "search", "fullmatch"):
        m = getattr(p, name)(text)
        print(name, ascii(pattern), ascii(text), m and (m.span(), m.groups(), m.lastindex))


# Repetitions that keep what they took, since nothing of it can begin what follows.
show(r"\d+\.\d+", "12.34")
show(r"\d+\d", "123")
show(r"[^,]*,", "ab,cd,")
show(r"\w+é", "aéé")
show(r"[^é]+é", "abcéé")
show(r"[a-z]+\u0450", "abc\u0450")
show(r"[^a]+\u0450", "bc\u0450\u0450")
show(r"a*ab", "aaab")
show(r"(a+)(a|b)", "aaab")
# Loops with several characters, and rounds that take none.
show(r"(?:ab|a)*b", "abab")
show(r"(?:(a)|b)*", "ab")
show(r"(?:(a)|(b))*", "aba")
show(r"(a?)*b", "aab")
show(r"(?:a?)*?c", "aac")
show(r"(a*)*", "aa")
show(r"(?:(a)|b){2,3}c", "abac")
show(r"(?:a{2}){2,}", "aaaaaa")
show(r"((a)|b)*?c", "abc")
# Groups of a failed attempt are forgotten.
show(r"(?:(a)b|a)c", "ac")
show(r"(?:(a)|(b)c)+d", "abad")
show(r"(a)?b(?(1)c|d)", "bd")
show(r"(a)?b(?(1)c|d)", "abd")
show(r"(a)?b(?(1)c)", "abc")
# Possessive repetitions and atomic groups never give back.
show(r"a*+ab", "aaab")
show(r"(?>a*)ab", "aaab")
show(r"(?>a|ab)c", "abc")
show(r"(?:ab)++a", "ababa")
show(r"(?:a|ab)++c", "abc")
show(r"a?+a", "a")
# Looking around.
show(r"(?=(a+))a", "aaa")
show(r"(?!(a)b)\w", "ab")
show(r"(?<=ab)c", "abc")
show(r"(?<!a)b", "ab b")
show(r"(?<=é)☃", "é☃")
# Back references.
show(r"(\w+) \1", "the the")
show(r"(?i)(\w+) \1", "The tHE")
show(r"(?P<q>['\"]).*?(?P=q)", "x 'a\"b' y")
show(r"(é)\1", "éé")
# Places.
show(r"^b$", "a\nb\nc", re.M)
show(r"b\Z", "ab\n")
show(r"b$", "ab\n")
show(r"\bfoo\b", "a foo.")
show(r"\Bo", "foo")
show(r"\B", "")
show(r"\bé", "a é")
show(r"\bé", "a é", re.A)
# Case.
show("[k]", "\u212a", re.I)
show("[\u00e5]", "\u212b", re.I)
show("straße", "STRAßE", re.I)
show("[a-zé]+", "ÀÉA", re.I)
show("[^k]", "K", re.I)
show(b"[\xe0-\xff]", b"\xc0\xe9", re.I)
# Deep, without the machine's stack.
print(len(re.match(r"(?:a|b)*", "ab" * 50000).group()))
print(re.match(r"(?:(a)|(b))*?c", "ab" * 20000 + "c").span())
print(re.search(r"(x+x+)+y", "x" * 15))
