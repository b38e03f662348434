# Assignment to tuples, lists and starred targets.
a, b = 1, 2
a, b = b, a
print(a, b)
[c, (d, e)], f = [3, (4, 5)], 6
print(c, d, e, f)
first, *rest = range(5)
*init, last = "hello"
head, *middle, tail = [1, 2]
print(first, rest, init, last, head, middle, tail)
(*everything,) = (x for x in "ab")
print(everything)
for i, (j, *k) in [(1, (2, 3, 4)), (5, [6])]:
    print(i, j, k)
x = y = z = []
x.append(1)
print(y is z, z)
d = {}
d["a"], d["b"] = d, 2
print(d["b"], d["a"] is d)
i = 0
i, values = 1, [0, 0]
i, values[i] = 0, 9
print(values)


def tries(f):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)


def short():
    a, b, c = 1, 2


def long():
    a, b = "abc"


def star():
    a, *b, c = [1]


def none():
    a, b = None


def endless():
    def gen():
        n = 0
        while True:
            yield n
            n += 1

    a, b = gen()


for f in (short, long, star, none, endless):
    tries(f)
print(*[1, 2], *"ab", sep="-")
print([*range(3), *{"k": 1}], (*"xy",), {*[1, 1, 2]}, {**{"a": 1}, "a": 2, **{"b": 3}})
