"""Docstring
    with indentation."""
from __future__ import generator_stop
import os, sys as system, os.path as p
from a.b import c as d, e

def f(a, b=1, /, c=2, *args, d, e=3, **kwargs) -> int:
    """Doc."""
    global g
    g = a if b else c
    def inner(x: int, *ys: str):
        nonlocal a
        a = x
        return lambda q=a: (q, d, __debug__)
    return inner(*args, **kwargs)

async def h(xs):
    async with xs as y, y:
        async for z in y:
            yield z
            if z: break
        else:
            await z
    return

def gen(n):
    x = yield from range(n)
    try:
        yield x
    finally:
        print(x)

def generic[T: int, *Ts = *A, **P = B](x: T, *, k=1) -> T: return x
type Alias[T] = list[T]

@decorator
@another(1)
class C[T](Base, metaclass=Meta):
    x: int = 1
    if x:
        y: str
    __private = [i for i in range(x) if i]
    def method(self, value):
        self.value = self.__private = value
        del self.value
        return super().method(value) + super(C, self).attr
    @property
    def prop(self): return __class__

print(all(x for x in y), any(x for x in y), tuple(x for x in y), sum(x for x in y))
