# textwrap, string, difflib, shlex, html, urllib.parse, pprint.
import difflib
import html
import pprint
import shlex
import string
import textwrap
import urllib.parse as up

para = "The quick brown fox jumps over the lazy dog. " * 3
print(textwrap.fill(para, 30), textwrap.shorten(para, 25), textwrap.dedent("  a\n    b\n  c"), textwrap.indent("a\n\nb", "> "), textwrap.wrap("averyverylongword x", 6), sep="\n")
print(string.capwords("hello world"), string.Template("$a ${b} $$").substitute(a=1, b=2), string.Template("$x $y").safe_substitute(x=1), string.ascii_lowercase[:5], string.punctuation[:5], list(string.Formatter().parse("a{b!r:>3}c")))
a, b = "one\ntwo\nthree\n".splitlines(True), "one\n2\nthree\nfour\n".splitlines(True)
print("".join(difflib.unified_diff(a, b, "a", "b")), "".join(difflib.ndiff(a, b)), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), round(difflib.SequenceMatcher(None, "abcd", "bcde").ratio(), 3))
print(shlex.split("a 'b c' \"d\\\"e\" f\\ g # h", comments=True), shlex.quote("it's"), shlex.join(["a b", "c"]))
print(html.escape("<a href='x'>&</a>"), html.unescape("&lt;&eacute;&#233;&#x1F600;&amp;amp;&notanentity;"))
u = up.urlsplit("https://user:pw@host:8080/p/a;x?q=1&q=2&e=%C3%A9#frag")
print(u, u.hostname, u.port, up.parse_qs(u.query), up.urlencode({"a": "é b", "c": [1, 2]}, doseq=True), up.quote("a/b é"), up.unquote("%C3%A9+"), up.urljoin("http://a/b/c", "../d"), up.unquote_plus("a+b"), up.urlunsplit(u))
pprint.pprint({"key" + str(i): list(range(i)) for i in range(12)}, width=60)
pprint.pprint([{"a": (1, 2)}, {"b": {3}}], width=12, compact=True)
print(pprint.pformat({"z": 1, "a": [[]]}), pprint.isreadable([1]), pprint.pformat("long text " * 12, width=40))
