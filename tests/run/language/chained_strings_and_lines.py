# Line joining, semicolons, comments, unusual layout.
x = 1; y = 2
if x: print("one line"); print("suite")
z = (1 +  # comment inside
     2
     + 3)
w = [
    1,

    2,  # trailing
]
s = "a" \
    "b"
def f(): return 1; x = 2
class C: a = 1; b = 2
for i in range(2): print(i, end=" ")
else: print("else")
while x: x -= 1
try: 1 / 0
except ZeroDivisionError: print("zero")
finally: print("fin")
with open(__file__) as fh: first = fh.readline()
print(z, w, s, f(), C.b, first.strip(), end="\n" if True else "")
lambda: (yield)
if True:
        print("deep indent")
if True:
	print("tab indent")
def g(
    a,
    b=2,
    *args,
    **kw,
):
    """doc"""
    return a, b, args, kw
print(g(1,), g(1, 2, 3, k=4,), (1,), [1,], {1,}, {1: 2,}, "" "" "")
é = "unicode name"; ª = 1
print(é, a if (a := 5) else 0, ª)
print(__file__.endswith("lines.py"), __name__, __doc__, __spec__, __package__)
if 1:
    pass;
match = case = type = _ = 1
match[0] if False else None
print(match, case, type, _)
type X = int
print(X.__value__)
print(not not True, - - 1, ~ ~1, 2 ** -1, -2 ** 2, (-2) ** 2, 1 if 0 else 2 if 0 else 3)
