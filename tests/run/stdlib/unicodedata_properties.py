"""unicodedata: every property of every character, as checksums; names, normal forms, errors."""

import unicodedata as u
import zlib


def checksum(f):
    crc = 0
    for start in range(0, 0x110000, 0x1000):
        row = ",".join(str(f(chr(c))) for c in range(start, start + 0x1000))
        crc = zlib.crc32(row.encode("utf-8", "surrogatepass"), crc)
    return crc


for f in (u.category, u.bidirectional, u.combining, u.mirrored, u.east_asian_width, u.decomposition):
    print(f.__name__, checksum(f))
for f in (u.decimal, u.digit, u.numeric, u.name):
    print(f.__name__, checksum(lambda c: f(c, None)))
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    print(form, checksum(lambda c: u.normalize(form, "e" + c + "\u0301\u0323")))
    print(form, u.is_normalized(form, "é"), u.is_normalized(form, "e\u0301"), u.is_normalized(form, "ﬁ"))
print(ascii(u.normalize("NFC", "\u1100\u1161\u11a8 a\u0323\u0307 \u0344 \u2126 \u0958")))
print(u.name("a"), u.name("é"), u.name("한"), u.name("一"), u.lookup("LATIN SMALL LETTER A"), u.lookup("snowman"))
print(u.unidata_version, u.numeric("½"), u.digit("²"), u.decimal("٣"), u.bidirectional("א"))
for text in (
    "u.name('\\n')", "u.lookup('no such')", "u.category('ab')", "u.category(1)", "u.decimal('a')",
    "u.digit('a')", "u.numeric('a')", "u.decimal('a', 5)", "u.normalize('X', 'é')",
    "u.name('ab')", "u.combining('')",
):
    try:
        print(text, "->", eval(text))
    except Exception as e:
        print(text, "!!", type(e).__name__, e)
