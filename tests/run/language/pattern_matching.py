class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def describe(value):
    match value:
        case None:
            return "none"
        case True | False:
            return "bool"
        case int(n) if n > 100:
            return f"big {n}"
        case 0 | 1:
            return "small"
        case int():
            return "int"
        case str(s):
            return f"str {s}"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [x, *_, y]:
            return f"ends {x} {y}"
        case {"kind": "circle", "r": r}:
            return f"circle {r}"
        case {"kind": kind, **rest}:
            return f"{kind} {rest}"
        case Point(0, y):
            return f"on axis {y}"
        case Point(x=x, y=y):
            return f"point {x},{y}"
        case (1.5 | 2.5) as f:
            return f"float {f}"
        case _:
            return "other"


for v in [None, True, 500, 1, 7, "s", [], [1], (1, 2, 3), {"kind": "circle", "r": 2},
          {"kind": "sq", "a": 1}, Point(0, 5), Point(3, 4), 2.5, 9.5, {1, 2}]:
    print(describe(v))
