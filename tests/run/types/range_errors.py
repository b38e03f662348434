# What range refuses.
def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: range(), lambda: range(1.5), lambda: range("a"), lambda: range(1, 2, 0), lambda: range(5)[5], lambda: range(5)[-6], lambda: range(5)["a"], lambda: range(5)[1.5], lambda: range(5)[::0], lambda: range(5).index(7), lambda: range(5).index("a"), lambda: range(0, 10, 3).index(9), lambda: range(5).index(2.0), lambda: len(range(10**30)), lambda: range(10**30)[10**29], lambda: range(10**30)[-1], lambda: 10**29 in range(10**30), lambda: 2.0 in range(5), lambda: "a" in range(5), lambda: range(3) == range(0, 3, 1), lambda: range(0, 3, 2) == range(0, 4, 2), lambda: range(0) == range(3, 3), lambda: range(3) == [0, 1, 2], lambda: range(3) < range(4), lambda: hash(range(0)) == hash(range(2, 2)), lambda: range(3) + range(2), lambda: range(3).start.__class__, lambda: setattr(range(3), "start", 1), lambda: range(stop=3), lambda: list(reversed(range(0, 10, 3))), lambda: iter(range(5)).__length_hint__(), lambda: range(2**63), lambda: iter(range(2**63)).__next__(), lambda: list(range(2**63, 2**63 + 2)), lambda: range(3).__reduce__(), lambda: sum(range(101)), lambda: max(range(0)), lambda: [*range(3)], lambda: range(3).count("a"), lambda: range(False, True))
