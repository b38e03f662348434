# `else` of loops, `break` and `continue` through `try`, `with` and nested loops.
for n in range(2, 10):
    for x in range(2, n):
        if n % x == 0:
            break
    else:
        print(n, end=" ")
print()
i = 0
while i < 3:
    i += 1
    if i == 5:
        break
else:
    print("while done", i)


class CM:
    def __enter__(self):
        print("enter", end=" ")

    def __exit__(self, *a):
        print("exit", end=" ")


def f():
    for i in range(5):
        with CM():
            try:
                if i == 1:
                    continue
                if i == 3:
                    break
                print(i, end=" ")
            finally:
                print("finally", i)
    else:
        print("no break")
    return i


print(f())


def g():
    while True:
        try:
            return "from try"
        finally:
            print("cleanup")


print(g())


def h():
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as e:
            if e.args[0] < 2:
                continue
            return e.args
        else:
            print("never")


print(h())


def nested():
    out = []
    for i in range(3):
        for j in range(3):
            if j == i:
                break
            out.append((i, j))
        else:
            out.append("else")
            continue
        out.append("broke")
    return out


print(nested())
for x in []:
    pass
else:
    print("empty loops run else")
for x in (1, 2, 3):
    pass
print("leaks", x)
lst = [1, 2, 3, 4]
for v in lst:
    if v % 2 == 0:
        lst.remove(v)
print(lst)
