# Coroutines driven by hand: await, async for, async with, async comprehensions.
import types


class Suspend:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        got = yield self.v
        return got


def run(coro, *replies):
    replies = iter(replies)
    value = None
    try:
        while True:
            request = coro.send(value)
            value = next(replies, None)
            print("  request", request, "reply", value)
    except StopIteration as e:
        return e.value


async def add(a, b):
    x = await Suspend(a)
    y = await Suspend(b)
    return (x, y)


print(run(add(1, 2), "one", "two"))


class ACM:
    async def __aenter__(self):
        print("aenter", await Suspend("enter"))
        return "acm"

    async def __aexit__(self, t, v, tb):
        print("aexit", t and t.__name__, await Suspend("exit"))
        return t is KeyError


async def uses_with():
    async with ACM() as a:
        print(a)
    async with ACM(), ACM():
        raise KeyError
    return "end"


print(run(uses_with(), *range(6)))


class AIter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return await Suspend(self.n)


async def loops():
    out = []
    async for v in AIter(2):
        out.append(v)
    else:
        out.append("else")
    out.append([v async for v in AIter(2)])
    out.append({v: w async for v in AIter(1) for w in "x"})
    out.append([await Suspend(i) for i in range(2)])
    out.append([v async for v in AIter(3) if v])
    return out


print(run(loops(), *"abcdefghijk"))


async def agen(n):
    try:
        for i in range(n):
            got = yield await Suspend(i)
            print("agen got", got)
    finally:
        print("agen finally")


async def uses_agen():
    g = agen(3)
    print(await g.__anext__(), await g.asend("s"))
    try:
        await g.athrow(ValueError("t"))
    except ValueError as e:
        print("thrown out", e)
    h = agen(2)
    await anext(h)
    await h.aclose()
    print(await anext(h, "default"))
    return [x async for x in agen(2)]


print(run(uses_agen(), *"123456789"))
c = add(1, 2)
try:
    iter(c)
except TypeError as e:
    print(e)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print(e)


async def bad_await():
    await 5


async def bad_for():
    async for x in [1]:
        pass


async def bad_with():
    async with 5:
        pass


async def sync_with():
    with ACM():
        pass


for f in (bad_await, bad_for, bad_with, sync_with):
    try:
        run(f())
    except TypeError as e:
        print(e)


@types.coroutine
def old_style():
    got = yield "old"
    return got


async def awaits_old():
    return await old_style()


print(run(awaits_old(), 99))
co = awaits_old()
print(co.cr_running, co.cr_await, co.cr_code.co_name)
co.send(None)
print(co.cr_await.__name__, co.cr_frame is not None)
co.close()
print(co.cr_frame)
