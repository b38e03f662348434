x = "global"


def read():
    return x


def write():
    global x
    x = "written"


print(read())
write()
print(x)


def unbound():
    try:
        print(local)
    except UnboundLocalError as e:
        print(e)
    local = 1
    del local
    try:
        print(local)
    except UnboundLocalError as e:
        print(e)


unbound()
ns = {}
exec("a = 1\ndef g(): return a + 1\nb = g()", ns)
print(ns["b"], eval("a + b", ns), eval("x"))


def dynamic():
    y = 5
    exec("z = y + 1")
    print(locals(), eval("y * 2"))
    return sorted(globals().keys() & {"x", "ns", "dynamic"})


print(dynamic())
code = compile("1 + (2 if x else 3)", "<test>", "eval")
print(eval(code), code.co_filename, code.co_consts)
for source in ("1 +", "def f(:", "x = = 1", "'abc", "  x"):
    try:
        compile(source, "<bad>", "exec")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset)
print((lambda: (yield))().__class__.__name__, [i for i in range(3)], (n := 10), n)
while n:
    n -= 5
    if n < 0:
        break
else:
    print("exhausted")
print(__name__, __debug__)
