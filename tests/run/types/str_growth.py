# Strings that grow with +=, and the strings that they were on the way.
def grow(parts, rounds):
    s = ""
    kept = []
    for i in range(rounds):
        s += parts[i % len(parts)]
        if i % 37 == 0:
            kept.append(s)
    return s, kept


for parts in (["ab"], ["a", "é"], ["x", "é", "€"], ["x" * 50, "€", "𝒳", ""], ["𝒳"]):
    s, kept = grow(parts, 500)
    expected = "".join(parts[i % len(parts)] for i in range(500))
    print(len(s), s == expected, hash(s) == hash(expected), all(expected.startswith(k) for k in kept))

# Two strings that go on from the same one.
base = "".join(grow(["abc"], 100)[0])
stem = base + "-" + "stem"
one = stem + "1" * 20
two = stem + "2" * 20
three = stem + "é"
four = three + "€"
print(one[-22:], two[-22:], three[-3:], four[-3:], stem[-5:], len(base))
print(one[:300] == two[:300] == base, stem + "" == stem, "" + stem == stem)


class S(str):
    def __radd__(self, other):
        return "radd"


print(type(S("a") + "b").__name__, "a" + S("b"), type(S("x" * 200) + "y" * 200).__name__)
s = S("q" * 150)
s += "r"
print(type(s).__name__, len(s))
