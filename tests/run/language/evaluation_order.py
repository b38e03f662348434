# Left to right, values before targets, keys before values.
log = []


def t(x):
    log.append(x)
    return x


class Obj:
    def __getitem__(self, k):
        log.append(("get", k))
        return self

    def __setitem__(self, k, v):
        log.append(("set", k, v))

    def __getattr__(self, k):
        log.append(("attr", k))
        return self

    def __call__(self, *a, **k):
        log.append(("call", a, tuple(k)))
        return self

    def __iter__(self):
        log.append("iter")
        return iter([1])

    def keys(self):
        log.append("keys")
        return ["kk"]


def show(label):
    print(label, log)
    log.clear()


o = Obj()
t(1) + t(2) * t(3) - t(4)
show("arith")
o[t("i")] = t("v")
show("assign")
(t, o[0]) if False else None
a = o[t("x")] = t("y")
show("chain")
(o[t("a")], o[t("b")]) = (t(1), t(2))
show("tuple")
o(t(1), *[t(2)], t(3), k=t(4), **{"z": t(5)}, y=t(6))
show("call")
[t(1), *[t(2)], t(3)]
show("list")
{t("k1"): t("v1"), **{t("k2"): t("v2")}}
show("dict")
o.attr[t("s"):t("e"):t("st")]
show("slice")
t(1) if t(0) else t(2)
show("cond")
(lambda x=t("default"): x)()
show("lambda")


@(lambda f: t("deco1") and f)
@(lambda f: t("deco2") and f)
def decorated(a=t("argdefault"), *, b=t("kwdefault")) -> None:
    pass


show("def")


class D(t("base") and object, metaclass=t("meta") and type):
    t("body")


show("class")
print(o[t("k")].y(t("arg")).z is o)
show("chain call")
f"{t('f1')}{t('f2'):{t('>')}5}"
show("fstring")
assert t(True), t("never")
show("assert")
x, y = t(1), t(2)
x, y = y, x
show("swap")
for o[t("target")] in [t(1)]:
    pass
show("for")
with __import__("contextlib").nullcontext(t("cm")) as o[t("as")]:
    pass
show("with")
t(1) < t(2) < t(0) < t(9)
show("compare")
x += t(1) if False else t(5)
