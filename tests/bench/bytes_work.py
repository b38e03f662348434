"""bytes and bytearray: a checksum table, run-length packing, slices, int conversions."""

import sys


def make_table():
    table = []
    for i in range(256):
        c = i
        for _ in range(8):
            c = c >> 1 ^ 0xEDB88320 if c & 1 else c >> 1
        table.append(c)
    return table


def crc(table, data):
    c = 0xFFFFFFFF
    for b in data:
        c = table[(c ^ b) & 255] ^ c >> 8
    return c ^ 0xFFFFFFFF


def pack(data):
    out = bytearray()
    i = 0
    while i < len(data):
        j = i + 1
        while j < len(data) and data[j] == data[i] and j - i < 255:
            j += 1
        out.append(j - i)
        out.append(data[i])
        i = j
    return bytes(out)


def unpack(data):
    out = bytearray()
    for i in range(0, len(data), 2):
        out += data[i + 1 : i + 2] * data[i]
    return bytes(out)


def main(n):
    table = make_table()
    data = bytes(i * i >> 4 & 0x3F for i in range(n))
    packed = pack(data)
    assert unpack(packed) == data
    total = crc(table, data) ^ crc(table, packed)
    words = [int.from_bytes(data[i : i + 4], "little") for i in range(0, n - 4, 4)]
    joined = b"".join(w.to_bytes(4, "big") for w in words)
    text = joined.hex()
    return "%d %d %d %d" % (total, sum(words), len(packed), text.count("3f"))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 350000))
