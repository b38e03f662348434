def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, e=7, z=8))
print(f(*[1, 2], **{"d": 4, "q": 1}))


def show(fn, *a, **k):
    try:
        print(fn(*a, **k))
    except TypeError as e:
        print("TypeError:", e)


show(f)
show(f, 1)
show(f, 1, d=1, a=5)
show(lambda x, y: 0, 1)
show(lambda x, y: 0, 1, 2, 3)
show(lambda *, k: 0)
show(lambda x=1: x, 1, 2)
show(lambda x: x, y=1)
show(f, 1, 2, 3, c=4, d=5)
show(len)
show(len, 1, 2)
show(int, "x", "y", "z")
show(divmod, 1)
show(print, sep=1)


def defaults(items=[]):
    items.append(len(items))
    return items


print(defaults(), defaults(), defaults.__defaults__)
print(f.__code__.co_varnames, f.__kwdefaults__)
first, *middle, last = range(6)
print(first, middle, last)
(a, b), [c, *d] = (1, 2), "xyz"
print(a, b, c, d)
for bad in ((1,), (1, 2, 3)):
    try:
        p, q = bad
    except ValueError as e:
        print(e)
print([*range(2), *"ab"], {**{"a": 1}, "b": 2}, (*[1], 2), {*[1, 1, 2]})
