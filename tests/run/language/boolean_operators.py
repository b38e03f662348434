# `and`, `or`, `not` give operands and short-circuit.
def t(name, v):
    print(name, end=" ")
    return v


print(t("a", 0) or t("b", "") or t("c", []))
print(t("a", 1) and t("b", "x") and t("c", [1]))
print(t("a", 0) and t("b", 1) or t("c", 2))
print(not t("a", 0) and not t("b", None))
print((t("a", 1) or t("b", 2)) and t("c", 3))


class B:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        print("bool", self.v, end=" ")
        return self.v

    def __repr__(self):
        return f"B({self.v})"


print(B(True) and B(False), B(False) or B(True), not B(True))


class Len:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


print(bool(Len(0)), bool(Len(2)), "x" if Len(0) else "y")
for bad in (-1, "a", 2**70):
    try:
        bool(Len(bad))
    except Exception as e:
        print(type(e).__name__, e)


class BadBool:
    def __bool__(self):
        return 1


try:
    if BadBool():
        pass
except TypeError as e:
    print(e)
print([x or "d" for x in (0, 1, "", None, "s")])
print(1 if [] else 2 if {} else 3 if () else 4)
print(None or False, [] and 1, 0.0 or -0.0, "" or 0j)
assert (True or undefined) and not (False and undefined)
