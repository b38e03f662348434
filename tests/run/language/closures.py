def counter(start):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        count = start

    return step, reset


step, reset = counter(10)
print(step(), step(5))
reset()
print(step())
print([f() for f in [lambda i=i: i * i for i in range(4)]])
print([f() for f in [lambda: i for i in range(3)]])


def empty():
    def inner():
        return later
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    later = 1
    return inner()


print(empty())
print(step.__closure__[0].cell_contents, step.__code__.co_freevars)


class Outer:
    x = "class"

    def method(self):
        return [x for x in range(2)], __class__.__name__

    values = [y for y in range(3)]


print(Outer().method(), Outer.values)
