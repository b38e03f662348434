def numbers(n):
    try:
        for i in range(n):
            received = yield i
            if received is not None:
                print("received", received)
    except ValueError as e:
        print("caught", e)
        yield "after"
    finally:
        print("closing")


g = numbers(5)
print(next(g), g.send("x"), next(g))
print(g.throw(ValueError("thrown")))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)

g = numbers(2)
next(g)
g.close()
g.close()


def inner():
    a = yield 1
    b = yield a
    return a, b


def outer():
    result = yield from inner()
    print("inner returned", result)
    yield from [7, 8]
    return "done"


g = outer()
print(next(g), g.send(10), g.send(20), list(g))


def leaky():
    raise StopIteration("x")
    yield


try:
    next(leaky())
except RuntimeError as e:
    print(e, repr(e.__cause__))
print(sum(x * x for x in range(10) if x % 2), list(zip(*[iter(range(6))] * 2)))
gen = (i for i in range(3))
print(gen.gi_running, gen.gi_code.co_name, next(gen), list(gen), list(gen))


async def sleeper(n):
    class Wait:
        def __await__(self):
            got = yield n
            return got
    return await Wait()


async def main():
    total = 0
    for i in range(3):
        total += await sleeper(i)
    return total


def drive(coro):
    sent = None
    log = []
    while True:
        try:
            value = coro.send(sent)
        except StopIteration as e:
            return log, e.value
        log.append(value)
        sent = value * 10


print(drive(main()))


async def agen():
    for i in range(3):
        yield i
        await sleeper(i)


class Ctx:
    async def __aenter__(self):
        print("aenter")
        return self

    async def __aexit__(self, *exc):
        print("aexit", exc[0])
        return True


async def consume():
    out = [x async for x in agen()]
    async with Ctx():
        raise ValueError("swallowed")
    async for x in agen():
        out.append(x)
        if x == 1:
            break
    else:
        out.append("else")
    return out


print(drive(consume()))
