# Instances of subclasses of str, bytes, tuple and int whose data is so large that making it
# collects: what is stored in them afterwards lives as long as they do.


class Text(str):
    pass


class Data(bytes):
    pass


class Row(tuple):
    pass


class Number(int):
    pass


for cls, value in [
    (Text, "x" * 1_000_000),
    (Data, b"x" * 1_000_000),
    (Row, (None,) * 125_000),
    (Number, 1 << 8_000_000),
]:
    kept = []
    for i in range(40):
        v = cls(value)
        v.note = [i, str(i * 1000)]
        kept.append(v)
        v = None
    others = [[str(j), j] for j in range(200_000)]
    print(cls.__name__, len(others), [v.note for v in kept] == [[i, str(i * 1000)] for i in range(40)])
