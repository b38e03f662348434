# Binary operators: reflected methods, subclasses first, NotImplemented.
class N:
    def __init__(self, v):
        self.v = v

    def __repr__(self):
        return f"{type(self).__name__}({self.v})"


ops = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "lshift": "<<",
       "rshift": ">>", "and": "&", "or": "|", "xor": "^", "matmul": "@"}
for name, sign in ops.items():
    setattr(N, f"__{name}__", lambda self, o, sign=sign: f"{self}{sign}{o}")
    setattr(N, f"__r{name}__", lambda self, o, sign=sign: f"{o}{sign}{self} (r)")
for sign in ops.values():
    print(eval(f"N(1) {sign} 2"), eval(f"1 {sign} N(2)"), eval(f"N(1) {sign} N(2)"))


class Sub(N):
    def __radd__(self, o):
        return f"Sub first: {o} {self}"


print(N(1) + Sub(2), Sub(1) + N(2), 5 + Sub(3))


class Refuses:
    def __add__(self, o):
        return NotImplemented

    __radd__ = __add__

    def __eq__(self, o):
        return NotImplemented

    def __lt__(self, o):
        return NotImplemented

    def __iadd__(self, o):
        return NotImplemented


r = Refuses()
for code in ("r + 1", "1 + r", "r < 1", "r += 1", "r @ r", "-r", "~r", "+r", "abs(r)", "r ** 2", "divmod(r, 1)", "r[0]", "r()", "len(r)", "r[0] = 1",
             "del r[0]", "iter(r)", "next(r)", "hash(r)", "int(r)", "float(r)", "complex(r)", "round(r)", "1 in r", "r.x", "with_(r)"):
    try:
        print(code, eval(code) if "=" not in code and "del" not in code else exec(code))
    except Exception as e:
        print(code, "->", type(e).__name__, e)
print(r == 1, r != 1, r == r)


class U:
    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return "abs"

    def __round__(self, n=None):
        return "round", n

    def __divmod__(self, o):
        return "divmod", o

    def __rdivmod__(self, o):
        return "rdivmod", o

    def __pow__(self, o, m=None):
        return "pow", o, m

    def __index__(self):
        return 3

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"


import math

u = U()
print(-u, +u, ~u, abs(u), round(u), round(u, 2), divmod(u, 1), divmod(1, u), pow(u, 2, 3), u**2)
print([10, 20, 30, 40][u], hex(u), "ab" * u, math.floor(u), math.ceil(u), math.trunc(u), range(u), list("abcdef")[:u])
