# Chained comparisons evaluate each operand once and stop at the first false one.
def t(v):
    print("eval", v, end="; ")
    return v


print(t(1) < t(2) < t(3))
print(t(3) < t(2) < t(1))
print(1 < 2 > 1 != 5 >= 5)
print(1 == 1.0 == True, 0 == 0j == False)
print("a" in "abc" in ["abc"], 1 not in [2] not in [3])
x = [1]
print(x is x is not None, x == [1] is True)


class L:
    def __lt__(self, other):
        return []

    def __gt__(self, other):
        return "greater"


print(L() < 1 < 2, L() > 1, 1 < L())
print((1, 2) < (1, 2, 0) < (1, 3), [1, [2]] <= [1, [2]], "abc" < "abd" <= "abd")
print(float("nan") == float("nan"), float("inf") > 10**400, 2**53 == float(2**53), 2**53 + 1 == float(2**53))
print(not 1 < 2, not (1 < 2) == True)
if not (t(5) < t(4) < t(9)):
    print("no")
while 0 < (n := len(x)) < 3:
    x.append(n)
print(x)
for pair in ((1, "a"), ([], ()), (None, 1), ({}, {}), (1j, 2)):
    try:
        print(pair[0] < pair[1])
    except TypeError as e:
        print(e)
