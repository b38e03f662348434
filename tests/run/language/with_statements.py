# with: forms, order, what __exit__ gets and may answer, and errors of the protocol.
class C:
    def __init__(self, n, swallow=False, enter=None, exit=None): self.n, self.s, self.en, self.ex = n, swallow, enter, exit
    def __enter__(self):
        print("enter", self.n)
        if self.en: raise self.en
        return self
    def __exit__(self, t, v, tb):
        print("exit", self.n, t and t.__name__, v, tb and tb.tb_lineno > 0)
        if self.ex: raise self.ex
        return self.s
    def __repr__(self): return f"C{self.n}"


with C(1) as a, C(2) as b:
    print(a, b)
with (C(1) as a, C(2),): print(a)
with (C(1)) as q: print(q)
with (C(1), C(2)) if False else C(3): pass
with C(1, swallow=True), C(2): raise ValueError("through 2")
with C(1, swallow="truthy"), C(2, exit=KeyError("from exit")): raise ValueError("replaced")
for args in ({"enter": OSError("enter")}, {"exit": KeyError("x")}):
    try:
        with C(1), C(2, **args), C(3):
            print("body")
    except Exception as e:
        print(repr(e), repr(e.__context__))


def f(n):
    for i in range(3):
        with C(i):
            if n == 0: break
            if n == 1: continue
            if n == 2: return "returned"
    else:
        return "else"
    return "after"


def g():
    with C("g"):
        yield 1
        yield 2


print(f(0), f(1), f(2))
it = g(); next(it); it.close()
try:
    it = g(); next(it); it.throw(KeyError("thrown"))
except KeyError as e:
    print(repr(e))


class T: pass


d = {}
with C(1) as T.attr, C(2) as d["k"]: print(T.attr, d)


class Seq(C):
    def __enter__(self): return 1, [2, 3]


with Seq(1) as (x, [y, *z]): print(x, y, z)
try:
    with Seq(1) as (x, y, z): print("no")
except ValueError as e:
    print(e)


class NoEnter:
    def __exit__(self, *a): pass


class NoExit:
    def __enter__(self): pass


class Async:
    async def __aenter__(self): return "a"
    async def __aexit__(self, *a): print("aexit", a[0])


class BadExit:
    def __enter__(self): return 1
    def __exit__(self): pass


class SyncA:
    def __aenter__(self): return 1
    async def __aexit__(self, *a): pass


class NoBool:
    def __bool__(self): raise ValueError("no truth")


inst = type("Inst", (), {})(); inst.__enter__ = lambda: 1; inst.__exit__ = lambda *a: 1
for cm in (NoEnter(), NoExit(), Async(), BadExit(), inst, 5, C, None):
    try:
        with cm: print("in")
    except TypeError as e:
        print(e)
try:
    with C(1, swallow=NoBool()): raise KeyError("k")
except ValueError as e:
    print(e, repr(e.__context__))


async def am(cm, fail=False):
    async with cm as v:
        print(v)
        if fail: 1 / 0


def drive(co):
    try:
        co.send(None)
    except StopIteration as e:
        print("ret", e.value)
    except Exception as e:
        print(type(e).__name__, e)


drive(am(Async())); drive(am(Async(), True)); drive(am(C(1))); drive(am(5)); drive(am(NoEnter())); drive(am(SyncA()))
for bad in ("with: pass", "with a as: pass", "with a, : pass", "with (a as b) as c: pass", "with (a as b, c): pass", "with a as b.c(), d: pass", "with *a: pass", "with a as *b: pass", "with (yield): pass", "with a pass", "with (a, b) as (c, d): pass", "with (a := b): pass", "with a := b: pass", "with (a, b as c, d,): pass", "with (*a, b): pass", "with () as x: pass", "with a as b, c as 1: pass", "with (a as 1): pass", "with (a as b for b in c): pass", "with a as (b, 1): pass", "with a\n pass", "with a:\npass", "with (a as b):\npass"):
    try:
        compile(bad, "t", "exec")
        print(repr(bad), "ok")
    except SyntaxError as e:
        print(repr(bad), type(e).__name__, e.msg, e.offset)
