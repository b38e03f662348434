# Targets of augmented assignment are evaluated once.
def trace(name, value):
    print("get", name)
    return value


d = {"a": [1]}
trace("d", d)[trace("key", "a")] += [2]
print(d)


class C:
    def __init__(self):
        self.n = 1

    @property
    def p(self):
        print("getter")
        return self.n

    @p.setter
    def p(self, v):
        print("setter", v)
        self.n = v


c = C()
c.p *= 5
trace("c", c).n **= 2
print(c.n)
x = 7
for op in ("+=", "-=", "*=", "//=", "%=", "**=", ">>=", "<<=", "&=", "|=", "^=", "/="):
    ns = {"x": x}
    exec(f"x {op} 3", ns)
    print(op, ns["x"])
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(e, t)


class M:
    def __matmul__(self, other):
        return "matmul"

    def __imatmul__(self, other):
        return "imatmul"


m = M()
m @= 1
print(m)
s = "a"
s += "b" * 3
print(s)
b = bytearray(b"x")
alias = b
b += b"yz"
print(alias, alias is b)
tup = (1,)
other = tup
tup += (2,)
print(tup, other)
fs = frozenset([1])
fs |= {2}
print(sorted(fs))
