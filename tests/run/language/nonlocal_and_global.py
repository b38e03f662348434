# Scopes: closures share cells, global declarations, class scopes are skipped.
x = "global"


def outer():
    x = "outer"

    def show():
        return x

    def change(v):
        nonlocal x
        x = v

    return show, change


show, change = outer()
print(show(), x)
change("changed")
print(show(), outer()[0]())


def uses_global():
    global x, fresh
    x = "set"
    fresh = 1


uses_global()
print(x, fresh)


def counters():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return fs


print([f() for f in counters()], [f() for f in [lambda i=i: i for i in range(3)]])


class C:
    x = "class"

    def method(self):
        return x

    y = [x for _ in range(1)]
    z = x


print(C().method(), C.y, C.z)


def deep():
    a = 1

    def one():
        def two():
            def three():
                nonlocal a
                a += 1
                return a

            return three

        return two()

    f = one()
    return f(), f(), a


print(deep())


def unbound():
    try:
        print(late)
    except NameError as e:
        print(type(e).__name__, e)
    late = 1
    del late
    try:
        late
    except UnboundLocalError as e:
        print(e)


unbound()


def free():
    def inner():
        return later

    try:
        inner()
    except NameError as e:
        print(e)
    later = 5
    return inner()


print(free())


def exec_scope():
    v = 1
    exec("v = 2; w = 3")
    return v, "w" in locals()


print(exec_scope())


class D:
    global made_global
    made_global = 3
    own = 4


print(made_global, hasattr(D, "made_global"), D.own)
try:
    undefined_name
except NameError as e:
    print(e, e.name)
