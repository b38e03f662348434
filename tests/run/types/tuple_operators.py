# Tuples: access, concatenation, comparison, errors.
def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: tuple("ab"), lambda: tuple(5), lambda: (1, 2)[0], lambda: (1, 2)[2], lambda: (1, 2)["a"], lambda: (1, 2)[::-1], lambda: (1,) + [2], lambda: (1,) * 3, lambda: (1,) * -1, lambda: (1,) * "a", lambda: (1, 2).index(3), lambda: (1, 2, 1).index(1, 1), lambda: (1, 1).count(1.0), lambda: (1, [2]) == (1, [2]), lambda: hash((1, [])), lambda: hash(()) == hash(()), lambda: () is (), lambda: (1, 2) < (1, 3), lambda: (1, "a") < (1, 2), lambda: (1,) < [2], lambda: tuple([1]) == (1,), lambda: (1, 2).__getitem__(slice(0, 1)), lambda: tuple(x=1), lambda: (1, 2).x, lambda: (1,).__contains__(1), lambda: repr((1,)), lambda: repr(()), lambda: repr((1, (2, (3,)))), lambda: tuple[int, ...], lambda: (1, 2) > (1,), lambda: (1, 2).__setitem__(0, 1), lambda: setattr((), "x", 1), lambda: tuple(iter([1, 2])), lambda: tuple({1: 2}), lambda: () + (1,) + (), lambda: 1 in (True,))
