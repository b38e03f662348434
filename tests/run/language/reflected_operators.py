# Which special method answers an operator, in which order.
import operator

OPS = "add sub mul truediv floordiv mod pow matmul lshift rshift and or xor divmod".split()


def make(name, base=(), answer=True):
    def method(op):
        def f(self, other, *mod):
            print(f"{name}.{op}", end=" ")
            return (name, op) if answer else NotImplemented
        return f
    ns = {}
    for op in OPS:
        ns[f"__{op}__"] = method(op)
        ns[f"__r{op}__"] = method("r" + op)
    return type(name, base, ns)


A = make("A"); B = make("B"); Sub = make("Sub", (A,)); No = make("No", (), False); NoSub = make("NoSub", (A,), False)


class Inherit(A):
    pass


class OnlyR(A):
    def __radd__(self, other): return "OnlyR.radd"


for x, y in [(A(), B()), (A(), Sub()), (Sub(), A()), (No(), A()), (A(), No()), (No(), No()), (A(), NoSub()), (NoSub(), A()), (A(), Inherit()), (A(), OnlyR()), (1, A()), (1, No()), ("s", A()), (No(), 1), ([], A()), ((), No())]:
    try:
        print(x + y)
    except TypeError as e:
        print(e)
    try:
        print(x * y)
    except TypeError as e:
        print(e)
for sym, fn in (("-", operator.sub), ("*", operator.mul), ("/", operator.truediv), ("//", operator.floordiv), ("%", operator.mod), ("**", operator.pow), ("@", operator.matmul), ("<<", operator.lshift), (">>", operator.rshift), ("&", operator.and_), ("|", operator.or_), ("^", operator.xor), ("divmod", divmod), ("+=", operator.iadd), ("**=", operator.ipow), ("*=", operator.imul), ("concat", operator.concat), ("iconcat", operator.iconcat)):
    for x, y in ((No(), A()), (No(), No()), (1, "a"), ([], {}), (None, 1.5), (object, 1), ("a", None), ([], "x"), ("", b""), (1j, [])):
        try:
            print(sym, fn(x, y))
        except TypeError as e:
            print(e)


class Inplace:
    def __iadd__(self, o): return "iadd"
    def __isub__(self, o): return NotImplemented
    def __sub__(self, o): return "sub"
    def __imul__(self, o): return NotImplemented
    def __ipow__(self, o): return "ipow"
    def __imatmul__(self, o): return "imatmul"
    __ior__ = None


for st in "+= -= *= **= @= |= //= >>=".split():
    x = Inplace()
    try:
        exec(f"x {st} 1")
        print(st, x)
    except TypeError as e:
        print(e)
for f in (lambda: -"", lambda: +[], lambda: ~1.5, lambda: abs(""), lambda: -None, lambda: ~object(), lambda: not No(), lambda: int(No()), lambda: float(No()), lambda: complex(No()), lambda: [][No()], lambda: range(No()), lambda: bin(No()), lambda: round(No()), lambda: No()[1], lambda: No()(), lambda: len(No()), lambda: iter(No()), lambda: 1 in No(), lambda: hash(No()) and 1, lambda: format(No(), "x"), lambda: bytes(No()), lambda: reversed(No()), lambda: dir(No())[0]):
    try:
        print(f())
    except TypeError as e:
        print(e)


class P:
    def __pow__(self, e, m="none"): return ("pow", e, m)
    def __rpow__(self, b, m="none"): return ("rpow", b, m)


print(P() ** 2, pow(P(), 2), pow(P(), 2, 3), 2 ** P(), pow(2, P()))
for f in (lambda: pow(2, P(), 3), lambda: pow(2, 2, P()), lambda: pow(2.0, 2, 3), lambda: pow(1, "a", 2), lambda: 2 ** "a", lambda: pow("a", 2), lambda: pow(2, 2, 0), lambda: pow(2, -1, 4), lambda: pow(0, -1), lambda: pow(2, -1, 5)):
    try:
        print(f())
    except (TypeError, ValueError, ZeroDivisionError) as e:
        print(e)


class Cmp:
    def __init__(self, n, r): self.n, self.r = n, r
    def __lt__(self, o): print(self.n, "lt", end=" "); return self.r
    def __gt__(self, o): print(self.n, "gt", end=" "); return self.r
    def __eq__(self, o): print(self.n, "eq", end=" "); return self.r
    def __ne__(self, o): print(self.n, "ne", end=" "); return self.r
    def __le__(self, o): print(self.n, "le", end=" "); return self.r
    def __ge__(self, o): print(self.n, "ge", end=" "); return self.r


class CmpSub(Cmp): pass


N = NotImplemented
for x, y in ((Cmp("a", N), Cmp("b", N)), (Cmp("a", N), Cmp("b", "ans")), (Cmp("a", "A"), CmpSub("s", "S")), (CmpSub("s", N), Cmp("a", N)), (Cmp("a", N), 1), (1, Cmp("a", "right"))):
    for op in (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge):
        try:
            print(op(x, y))
        except TypeError as e:
            print(e)


class OnlyEq:
    def __eq__(self, o): return N if o == 0 else "truthy"


print(OnlyEq() != 5, OnlyEq() != 0, OnlyEq() == 0, OnlyEq.__hash__)
