# Bytes, rounding, division, shifts and powers of ints.


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: format(0x110000, "c"), lambda: format(-1, "c"), lambda: (255).to_bytes(2, "big"), lambda: (256).to_bytes(1), lambda: (-1).to_bytes(2), lambda: (-1).to_bytes(2, signed=True), lambda: (5).to_bytes(), lambda: (5).to_bytes(-1), lambda: (5).to_bytes(2, "middle"), lambda: int.from_bytes(b"\xff\x01", "little"), lambda: int.from_bytes([1, 2]), lambda: int.from_bytes(b"\xff", signed=True), lambda: int.from_bytes("a"), lambda: int.from_bytes([300]), lambda: int.from_bytes(b""), lambda: (0).bit_length(), lambda: (-8).bit_length(), lambda: (7).bit_count(), lambda: (5).as_integer_ratio(), lambda: (5).is_integer(), lambda: (5).conjugate(), lambda: True.numerator, lambda: (5).__round__(-1), lambda: round(15, -1), lambda: round(25, -1), lambda: round(-15, -1), lambda: round(5, 1.0), lambda: round(10**30, -29), lambda: 7 // -2, lambda: -7 % 3, lambda: divmod(-7, 2), lambda: divmod(7, -2), lambda: 1 // 0, lambda: 1 % 0, lambda: divmod(1, 0), lambda: 0 ** 0, lambda: 0 ** -1, lambda: 2 ** -1, lambda: pow(3, -1, 7), lambda: pow(2, -1, 4), lambda: pow(2, 3, -5), lambda: pow(2, 3, 0), lambda: 1 << -1, lambda: 1 << 10**20, lambda: 0 << 10**20, lambda: -1 >> 100, lambda: 1 >> -1, lambda: 1 >> 10**30, lambda: ~5, lambda: -5 & 0xff, lambda: -5 | 3, lambda: -5 ^ 3, lambda: 10**30 // 7, lambda: -10**30 % 7, lambda: int("0" * 5000), lambda: 10**400 / 10**399, lambda: 10**400 / 3, lambda: float(10**400), lambda: (10**400) * 1.0, lambda: 5 .real, lambda: hash(2**61 - 1), lambda: hash(-1), lambda: hash(2**61), lambda: 3 .__index__(), lambda: int.__add__(1, 2.0), lambda: (1).__pow__(2, 3), lambda: (1).__rsub__(5))
