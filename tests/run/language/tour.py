import sys
def fib(n):
    return n if n < 2 else fib(n-1) + fib(n-2)
print(fib(20))
class A:
    x = 1
    def __init__(self, a, *b, c=3, **d):
        self.a, self.b, self.c, self.d = a, b, c, d
    def __repr__(self): return f"A({self.a!r}, {self.b}, {self.c:>5}, {self.d})"
    @property
    def p(self): return self.a * 2
    @classmethod
    def make(cls, *a): return cls(*a)
    @staticmethod
    def s(): return 's'
class B(A):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.z = 5
print(A(1, 2, 3, q=4), B.make("x").p, B.s(), B.__mro__)
try:
    1/0
except ZeroDivisionError as e:
    print("caught", e, type(e))
def gen(n):
    for i in range(n):
        x = yield i*i
        if x: print("got", x)
g = gen(4)
print(next(g), g.send("hi"), list(g))
print([x for x in range(5) if x % 2], {k: v for k, v in zip("abc", range(3))}, {1,2,3})
print(sorted(["b","a","C"], key=str.lower), "%d %s %.2f" % (1, "x", 2.5), "a,b".split(","))
with open("/tmp/krait-tour.txt", "w") as f:
    f.write("line1\nline2\n")
print(open("/tmp/krait-tour.txt").read())
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return n
    return inner
c = outer(); c(); print(c())
match {"k": [1, 2, 3], "z": 1}:
    case {"k": [a, *rest], **kw}: print(a, rest, kw)
print(2**100, -7//2, -7%3, 1e100, 0.1+0.2, 10**30 // 7)
try:
    try:
        raise ValueError("a")
    finally:
        print("fin")
except ValueError as e:
    print(e)
async def co(): return 42
try:
    co().send(None)
except StopIteration as e: print(e.value)
print(eval("1+2*3"), max(3,1,2), min([4,2]), sum([1,2,3]), any([0,1]), all([]))
lst=[3,1,2]; lst.sort(reverse=True); print(lst, lst[::-1], lst[0:2])
print(*map(str, range(3)), sep="-")
x = 5 if not lst else "q"; print(x)
print("abc".upper().center(10, "*"), b"ab\xff", bytearray(b"x"), (1,), ())
del x
try: print(x)
except NameError as e: print(e)
print(isinstance(1, int), issubclass(B, A), type(1), type(A), A.__name__, A.__module__)
print(1 < 2 < 3, not 1, None is None, "a" in "abc")
def f(a, b=2, /, c=3, *, d=4): return a,b,c,d
print(f(1), f(1,2,3,d=9))
try: f()
except TypeError as e: print(e)
try: f(1, z=3)
except TypeError as e: print(e)
try: [].foo
except AttributeError as e: print(e)
def r(): return r()
try: r()
except RecursionError as e: print(e)
print(f"{3.14159:.2f} {1000000:,} {'x':>4}|{255:#x}")
def t():
    raise KeyError("boom")
t()
