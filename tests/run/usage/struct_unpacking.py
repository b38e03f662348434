# struct.unpack and its kin.
import struct


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: struct.unpack("<h", b"\x01\x02"), lambda: struct.unpack("<h", b"\x01"), lambda: struct.unpack("3s", bytearray(b"abc")), lambda: struct.unpack("<h", "ab"), lambda: struct.unpack_from("<h", b"abcd", 2), lambda: struct.unpack_from("<h", b"abcd", 3), lambda: struct.unpack_from("<h", b"abcd", -2), lambda: struct.unpack_from("<h", b"abcd", -9), lambda: list(struct.iter_unpack("<h", b"abcd")), lambda: struct.iter_unpack("<h", b"abc"), lambda: struct.iter_unpack("", b""), lambda: struct.calcsize("@bq"), lambda: struct.calcsize("=bq"), lambda: struct.calcsize("4"), lambda: struct.calcsize(5), lambda: struct.calcsize(b"h"), lambda: struct.Struct("<hh").size, lambda: struct.Struct("<hh").format, lambda: struct.Struct("<hh"), lambda: struct.Struct("<h").pack_into(bytearray(1), 0, 1), lambda: struct.pack_into("<h", b"ab", 0, 1), lambda: struct.pack_into("<h", bytearray(4), 3, 1), lambda: struct.pack_into("<h", bytearray(4)), lambda: struct.pack(), lambda: struct.unpack("<e", b"\x00\x3e"), lambda: struct.unpack("5p", b"\x09abcd"), lambda: struct.unpack("?", b"\x02"), lambda: struct.error.__mro__[1])
buf = bytearray(6); struct.pack_into(">hi", buf, 0, 1, -2); print(buf)
