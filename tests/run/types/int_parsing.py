# int() of texts in every base.
for text, base in ((" 12 ", 10), ("1_000", 10), ("_1", 10), ("1__0", 10), ("1_", 10), ("", 10), ("+-1", 10), ("0x1f", 10), ("0x1f", 16), ("0x1f", 0), ("0b11", 0), ("0o17", 0), ("017", 0), ("0", 0), ("00", 0), ("z", 36), ("z", 37), ("z", 1), ("1", -1), ("12", 2), ("\u0661\u0662", 10), ("1.5", 10), ("1e3", 10), (b"12", 10), (b"\xff", 10), (bytearray(b"7"), 8), ("0_x1", 16), ("0x_1", 16), ("0x", 16), ("-0b1", 2), ("\n5\t", 10), ("5\x00", 10), ("\ud800", 10), (5, 10), ("9" * 4301, 10), ("7", 8), ("1" * 60, 7)):
    try:
        print(ascii(text)[:20], base, int(text, base))
    except (TypeError, ValueError) as e:
        print(ascii(text)[:20], base, type(e).__name__, ascii(str(e)))
for text in (" 12 ", "1_000", "", "x", b"-5", "0x10", "\u0663", "--1", "1 2", "\t7"):
    try:
        print(int(text))
    except ValueError as e:
        print(e)
