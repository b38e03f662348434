"""A module with most of the grammar, for the programs that read source."""
from __future__ import annotations

import os.path as path, sys
from . import sibling
from .. import (
    parent as p,
)


@decorator(1, *args, key=value, **options)
async def coroutine[T: int, *Ts, **P](a, /, b: T = 1, *rest: Ts, c, d=2, **kw) -> list[T]:
    """Documented."""
    global state
    async with open(a) as f, lock:
        async for line in f:
            yield (await line.read())[1:2, ..., ::-1]
    return


class Shape(Base, metaclass=Meta):
    x: int = 3
    __slots__ = ("a", "b")

    def area(self, scale=1.5e3, *, unit=b"m\x00"):
        nonlocal_ = [i ** 2 for i in range(10) if i % 2 if i != 3]
        table = {k: v for k, v in pairs} | {**rest, "k": {1, 2, *more}}
        gen = (lambda *a, **k: (a, k))(x for x in y)
        return f"{self.x!r:>{width}} {{literal}} {nonlocal_[0]=}" rf"\d", t"{gen} template"


def control(n):
    while n > 0 and not done or n is None:
        n -= 1
        if n == 5:
            continue
        elif n in (1, 2):
            break
    else:
        pass
    try:
        raise ValueError("x") from None
    except* (KeyError, OSError) as group:
        del group.args, table[0]
    finally:
        assert n, "message"
    match n:
        case 0 | -1 | 1.5 + 2j:
            pass
        case {"key": [first, *_, last], **rest} if first:
            pass
        case Point(x=0, y=str()) | (None | True):
            pass
        case _:
            print(n, sep="")
    with (a as b, c):
        (walrus := 0x_ff) + 0b1_0 + 0o17 + 1_000.5e-3j
    type Alias[K] = dict[K, int]
    return a if b else c, ~d << 2 >> 1 & 3 ^ 4 | 5 // 6 @ 7, not e <= f < g != h is not i not in j


if __name__ == "__main__": control(10); sys.exit(0)
