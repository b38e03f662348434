# contextlib: managers from generators, stacks, suppression, async forms by hand.
import contextlib as cl
import io
import sys


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


@cl.contextmanager
def cm(n, swallow=False):
    print("enter", n)
    try:
        yield n
    except ValueError as e:
        print("caught", e)
        if not swallow: raise
    finally:
        print("exit", n)


def use(f):
    try:
        with f as v:
            print("in", v)
    except Exception as e:
        print(type(e).__name__, e)


@cl.contextmanager
def none():
    if False: yield


@cl.contextmanager
def twice():
    yield 1
    yield 2


@cl.contextmanager
def twice_throw():
    try: yield 1
    except Exception: yield 2


use(cm(1)); use(none()); use(twice())
for exc in (ValueError("v"), KeyError("k"), StopIteration("s"), RuntimeError("r")):
    for s in (True, False):
        try:
            with cm(2, s): raise exc
        except Exception as e:
            print("out", repr(e), e is exc)
try:
    with twice_throw(): raise ValueError("x")
except Exception as e:
    print(type(e).__name__, e)


@cm("deco")
def decorated(x): print("body", x); return x * 2


print(decorated(4), decorated(5), decorated.__name__, cm.__wrapped__.__name__, cm.__name__)
c = cm("once")
with c: pass
t(lambda: c.__enter__(), lambda: cl.contextmanager(5)(), lambda: cm(), lambda: cm("a").__exit__(None, None, None))
with cl.suppress(KeyError, OSError) as v: print(v); {}["x"]
with cl.suppress(): pass
try:
    with cl.suppress(ValueError): raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
except ExceptionGroup as e:
    print(repr(e))
with cl.suppress(ValueError): raise ExceptionGroup("g", [ValueError(1)])
out = io.StringIO()
with cl.redirect_stdout(out) as o: print("captured", o is out)
with cl.redirect_stderr(io.StringIO()) as err: print("err", file=sys.stderr)
print(repr(out.getvalue()), repr(err.getvalue()))
class Closes:
    def close(self): print("closed")
with cl.closing(Closes()) as x: print(type(x).__name__)
with cl.nullcontext(5) as x: print(x)
def note(n, ret=False):
    def f(*a, **k): print("cb", n, a[:1] and getattr(a[0], "__name__", a[0]), k); return ret
    return f
with cl.ExitStack() as st:
    st.enter_context(cm("s1")); st.callback(note("c"), 1, k=2); st.push(note("p", True)); f = st.push(cm("s2") if False else note("q"))
    raise ValueError("swallowed")
print("after")
try:
    with cl.ExitStack() as st:
        st.callback(lambda: 1 / 0); st.push(lambda *a: {}["k"]); raise ValueError("first")
except Exception as e:
    print(repr(e), repr(e.__context__), repr(e.__context__.__context__))
st = cl.ExitStack(); st.enter_context(cm("kept")); st2 = st.pop_all(); st.close(); print("popped"); st2.close()
t(lambda: cl.ExitStack().enter_context(5), lambda: cl.ExitStack().push(5), lambda: cl.ExitStack().callback(), lambda: cl.closing(5).__exit__(), lambda: cl.AbstractContextManager(), lambda: issubclass(cl.suppress, cl.AbstractContextManager), lambda: isinstance(Closes(), cl.AbstractContextManager))
class Dec(cl.ContextDecorator):
    def __enter__(self): print("D in"); return self
    def __exit__(self, *e): print("D out", e[0]); return True
@Dec()
def fails(): raise ValueError
print(fails())
@cl.asynccontextmanager
async def acm():
    print("a in")
    try: yield "av"
    finally: print("a out")
async def main():
    async with acm() as v: print(v)
    async with cl.AsyncExitStack() as st:
        await st.enter_async_context(acm()); st.push_async_callback(anote, 1)
        async with cl.aclosing(agen()) as g: print([x async for x in g])
    @acm()
    async def d(): return "decorated"
    print(await d())
    try:
        async with acm(): raise KeyError("through")
    except KeyError as e: print(repr(e))
    return "done"
async def anote(x): print("anote", x)
async def agen(): yield 1
try:
    main().send(None)
except StopIteration as e:
    print(e.value)
with cl.chdir("/"): print(__import__("os").getcwd())
