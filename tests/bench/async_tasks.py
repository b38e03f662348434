"""Coroutines run by a small scheduler: await through several levels, async for and async with."""

import sys


class Pause:
    def __await__(self):
        return (yield)


class Lock:
    def __init__(self):
        self.held = False

    async def __aenter__(self):
        while self.held:
            await Pause()
        self.held = True

    async def __aexit__(self, *exc):
        self.held = False


class Stream:
    def __init__(self, n):
        self.left = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left == 0:
            raise StopAsyncIteration
        self.left -= 1
        if self.left % 4 == 0:
            await Pause()
        return self.left


async def fetch(x):
    await Pause()
    return x + 1


async def worker(number, rounds, lock, results):
    total = 0
    for i in range(rounds):
        total += await fetch(i)
        async with lock:
            results.append(number)
    async for x in Stream(rounds):
        total += x
    return total


def run(coroutines):
    queue = list(coroutines)
    total = steps = 0
    while queue:
        later = []
        for c in queue:
            steps += 1
            try:
                c.send(None)
            except StopIteration as done:
                total += done.value
            else:
                later.append(c)
        queue = later
    return total, steps


def main(n):
    lock, results = Lock(), []
    total, steps = run([worker(i, n, lock, results) for i in range(20)])
    return "%d %d %d" % (total, steps, len(results))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 14000))
