# global and nonlocal: where they may stand, and which variable they mean.
tests = ["def f(x):\n global x", "def f():\n x = 1\n global x", "def f():\n print(x)\n global x", "def f():\n x: int\n global x", "def f():\n global x\n x: int = 1", "def f():\n nonlocal x", "x = 1\ndef f():\n nonlocal x", "nonlocal x", "def f():\n x = 1\n def g(x):\n  nonlocal x", "def f():\n x = 1\n def g():\n  x = 2\n  nonlocal x", "def f():\n x = 1\n def g():\n  print(x)\n  nonlocal x", "def f():\n x = 1\n def g():\n  global x\n  nonlocal x", "class C:\n nonlocal x", "class C:\n x = 1\n global x", "def f():\n global x, x\n global x", "def f():\n for x in y: pass\n global x", "def f():\n import x\n global x", "def f():\n class x: pass\n global x", "def f():\n with a as x: pass\n nonlocal x", "def f():\n [x := 1 for i in y]\n global x", "def f():\n def x(): pass\n global x", "def f[T]():\n nonlocal T", "def f[T]():\n global T", "class C[T]:\n nonlocal T", "def f[T](T): pass", "def f[T, T](): pass", "def f[__debug__](): pass", "def f():\n try: pass\n except E as x: pass\n global x", "global x\nx = 1", "x = 1\nglobal x", "def f():\n global __debug__", "def f():\n x = 1\n class C:\n  nonlocal x\n  x: int", "class C[T]:\n def f(self):\n  nonlocal T\n  T = 1", "def f():\n match a:\n  case x: pass\n global x", "def f(x):\n nonlocal x"]
for src in tests:
    try:
        compile(src, "<t>", "exec")
        print(repr(src), "ok")
    except SyntaxError as e:
        print(repr(src), e.msg, e.lineno, e.offset, e.end_offset)


def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def peek(): return n
    return up, peek


up, peek = counter()
up(); up()
print(peek(), up.__closure__[0].cell_contents, up.__code__.co_freevars, peek.__closure__[0] is up.__closure__[0])


def late():
    def inner(): return value
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    value = 1
    return inner()


def dyn():
    a = 1
    def use(): return a
    l = locals()
    l["a"] = 5
    l["new"] = 6
    return a, use(), sorted(locals()), l is locals()


def ex():
    a = 1
    exec("a = 2; b = 3")
    try:
        return a, b
    except NameError as e:
        return a, str(e)


print(late(), dyn(), ex(), "b" in globals())
ns = {}
exec("def f(): global q; q = 1\nf()\nx = 2\nclass C:\n  y = x", ns)
print(ns["q"], ns["C"].y)
loc = {}
exec("z = 1\ndef f(): return z", ns, loc)
try:
    loc["f"]()
except NameError as e:
    print(e)


def comp():
    i = "kept"
    r = [i for i in range(3)], {i: j for i in range(2) for j in [i]}, {i for i in "a"}, list(i for i in "b")
    return i, r, [j for i in [1] for j in [i, i]]


def cellcomp():
    fs = [(lambda: k) for k in range(3)]
    k = "out"
    return [f() for f in fs], k, [[k for k in range(2)] for _ in "ab"]


print(comp(), cellcomp(), [(lambda i=i: i)() for i in range(3)])
c = up.__closure__[0]
c.cell_contents = 40
print(up(), c == type(c)(41), c < type(c)(50), repr(type(c)()).split(" at")[0], repr(c).split(" at")[0])
del c.cell_contents
for f in (peek, lambda: c.cell_contents, lambda: type(c)(1, 2), lambda: hash(c)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
