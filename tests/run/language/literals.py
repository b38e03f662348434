# Number, string and bytes literals in all their spellings.
print(0b1010, 0o777, 0xFF, 1_000, 0xdead_beef, 1e3, 1.5e-3, .5, 5., 1_0.0_1, 1j, 2.5J, 0_0, 00)
print(10**20, 0xFFFFFFFFFFFFFFFFFFFF, -1, - -1, +1, ~0, 1e400, -1e400, 1e-400, 4.9e-324, 1.7976931348623157e308)
print("a\tb\\\'\"\a\b\f\v\r|".encode(), "\x41\101\u0041\U00000041\N{LATIN SMALL LETTER A}", "\
continued", """tri"ple""", '''two
lines''')
print(b"bytes\x00\xff\n\\", rb"raw\n", Rb'\x', bR"\"", br'''x''', B"ab" b"cd")
print(r"raw\n\\", R"\'", u"unicode", "con" 'cat' """en""" "ated", ("par" "en"))
print(len("\ud800"), "\ud800".encode("utf-8", "surrogatepass"), repr("\ud800\x7f\x80\xa0\xad\u200b\U0001f600é"))
print(True, None, ..., Ellipsis is ..., __debug__, [], (), {}, (1,), {1}, [*()], {**{}})
print(0.1 + 0.2, 1 / 3, 2**0.5, 1e16, 123456789012345678, 1e22, 1e23, 0.1 + 0.7, 5e-324, 100.0, 1e5, 123456.789e3, -0.0)
print(1 .real, 1..real, 1.0.is_integer(), 5 .bit_length())
print("é" == "e\u0301", "ß".upper(), "ǆ".title(), "İ".lower(), len("👨‍👩‍👧"))
print(ascii("é\U0001f600"), "%a" % "ü", repr('it\'s'), repr("it's \"quoted\""), repr("\t\n\r\\"))
print(1_2_3, 0x_ff, 0b_1, 1_1.1_1e1_1)
for code in ("1__2", "0777", "1_", "0x", "0b2", "1e", "'abc", '"\\x4"', "'\\N{nope}'", "b'é'", "1.e_1", "0o8", "'\\u123'", "f'{'", "f'{a!x}'", "f'}'"):
    try:
        eval(code)
        print(code, "ok")
    except SyntaxError as e:
        print(code, "->", e.msg)
