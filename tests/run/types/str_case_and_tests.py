# Case, classification, padding, encoding of text.
for w in ("hello world", "HELLO", "ß", "ŉ", "ǆungla", "İstanbul", "ΑΣ", "ΑΣ.", "they're bill's", "ﬁne", "éÉ", "Ⅷ", "1a", "", "ʼn"):
    print(w.upper(), w.lower(), w.title(), w.capitalize(), w.swapcase(), w.casefold(), sep="|")
for c in ("a", "A", "1", "²", "½", "٣", "_", " ", "\n", "\x00", "é", "日", "\U0001f600", "", "a1", "ǅ", "\xa0", "Ⅷ", "೬", "x y"):
    print(ascii(c), [getattr(c, n)() for n in ("isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isspace", "isupper", "islower", "istitle", "isidentifier", "isprintable", "isascii")])
print("ab".center(7, "*"), "abc".center(6), "ab".ljust(5, "."), "ab".rjust(5), "ab".center(1), "-42".zfill(6), "+1".zfill(4), "abc".zfill(2), "".zfill(2), "é".center(4, "日"))
for f in (lambda: "a".center(5, "xx"), lambda: "a".ljust("5"), lambda: "a".zfill(1.5), lambda: "é".encode("ascii"), lambda: b"\xff".decode(), lambda: "a".encode("nope"), lambda: "\ud800".encode(), lambda: b"\xff\xfe".decode("ascii"),
          lambda: "aé".encode("latin-1").decode("utf-8"), lambda: str(b"a", "ascii", "bad") , lambda: str(1, "ascii"), lambda: "a".encode(1), lambda: b"\x80".decode("utf-16"), lambda: b"a".decode("utf-32")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t = "aé日\U0001f600"
for enc in ("utf-8", "utf-16-le", "utf-16", "utf-32-be", "utf-8-sig", "latin-1", "ascii", "cp1252", "unicode_escape", "raw_unicode_escape", "punycode"):
    for err in ("strict", "replace", "ignore", "xmlcharrefreplace", "backslashreplace", "namereplace"):
        try:
            b = t.encode(enc, err)
            print(enc, err, b)
            if err == "strict":
                print("  back", b.decode(enc) == t)
                break
        except UnicodeError as e:
            print(enc, err, "->", type(e).__name__, e)
print(b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("utf-8", "ignore"), b"a\xff".decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape"), b"a\xff".decode("ascii", "backslashreplace"))
print(str(b"abc"), str(b"abc", "utf-8"), repr(b"it's"), bytes("é", "utf-8"), "é".encode().hex(), "\u0130".lower().encode())
print("{:>10}|{:<10}|{:^10}|{:*^9}|{:.2}|{:5.1}|".format("a", "b", "c", "d", "efg", "hij"), "%10s|%-10s|%.2s|%c|%c" % ("a", "b", "cde", "x", 0x1F600))
import sys

print(sys.intern("a" + "b") is sys.intern("ab"), "".join(["a"]) == "a", "a" is not None, len("é"), len("e\u0301"))
