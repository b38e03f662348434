# Instances of subclasses of str, bytes, tuple and int whose data is so large that making it
# collects: what is stored in them afterwards lives as long as they do.

import gc


class Text(str):
    pass


class Data(bytes):
    pass


class Row(tuple):
    pass


class Number(int):
    pass


for cls, value in [
    (Text, "x" * 3_000_000),
    (Data, b"x" * 3_000_000),
    (Row, (None,) * 375_000),
    (Number, 1 << 24_000_000),
]:
    kept = []
    for i in range(8):
        v = cls(value)
        v.note = [i, str(i * 1000)]
        kept.append(v)
        v = None
    gc.collect(0)
    others = [[str(j), j] for j in range(300)]
    print(cls.__name__, len(others), [v.note for v in kept] == [[i, str(i * 1000)] for i in range(8)])
