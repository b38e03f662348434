# itertools: odd arguments, exhaustion, errors.
import itertools as it


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


def L(x, n=8): return list(it.islice(x, n))


t(lambda: L(it.count()), lambda: L(it.count(2.5, -1)), lambda: it.count(10**20, 3), lambda: it.count(), lambda: it.count("a"), lambda: L(it.count(step=2)), lambda: it.count(1, 1.5), lambda: L(it.cycle("ab")), lambda: L(it.cycle([])), lambda: it.cycle(5), lambda: L(it.repeat(1)), lambda: L(it.repeat(1, 2)), lambda: it.repeat("a", 3), lambda: it.repeat(1), lambda: it.repeat(1, -5), lambda: it.repeat(1, "a"), lambda: len(list(it.repeat(0, times=3))), lambda: it.repeat(1, 3).__length_hint__(), lambda: it.repeat(1).__length_hint__())
t(lambda: L(it.accumulate([1, 2, 3])), lambda: L(it.accumulate([])), lambda: L(it.accumulate([1, 2], initial=10)), lambda: L(it.accumulate("abc")), lambda: L(it.accumulate([3, 1, 2], max)), lambda: L(it.accumulate([1, "a"])), lambda: L(it.accumulate([1, 2], None)), lambda: it.accumulate(5), lambda: L(it.batched("abcde", 2)), lambda: it.batched("a", 0), lambda: L(it.batched("abc", 2, strict=True)), lambda: L(it.batched("abcd", 2, strict=True)), lambda: it.batched("a", "b"), lambda: L(it.chain("ab", [1], {})), lambda: L(it.chain("a", 5)), lambda: L(it.chain.from_iterable(["ab", [1]])), lambda: L(it.chain.from_iterable([1])), lambda: it.chain.from_iterable(5), lambda: L(it.chain()), lambda: L(it.compress("abcd", [1, 0, True])), lambda: it.compress(1, 2), lambda: L(it.dropwhile(lambda x: x < 2, [1, 2, 1])), lambda: L(it.takewhile(lambda x: x < 2, [1, 2, 1])), lambda: L(it.takewhile(5, [1])), lambda: L(it.filterfalse(None, [0, 1, ""])), lambda: L(it.filterfalse(lambda x: x % 2, range(5))), lambda: it.dropwhile(1), lambda: L(it.starmap(pow, [(2, 3), [3, 2]])), lambda: L(it.starmap(pow, [5])), lambda: L(it.starmap(pow, [(1,)])))
t(lambda: [(k, list(g)) for k, g in it.groupby("aabBA", str.lower)], lambda: [k for k, g in it.groupby([1, 1.0, True, 2])], lambda: it.groupby(5), lambda: L(it.groupby([1], 5)), lambda: [list(g) for k, g in list(it.groupby("aab"))], lambda: L(it.islice("abcdef", 2)), lambda: L(it.islice("abcdef", 1, None, 2)), lambda: it.islice("a", -1), lambda: it.islice("a", 0, 5, 0), lambda: it.islice("a", "x"), lambda: it.islice("a"), lambda: L(it.islice("abc", None)), lambda: it.islice("abc", 1, 2, 3, 4), lambda: it.islice("a", 1.5), lambda: L(it.islice(iter("abcdef"), 3, 1)), lambda: L(it.pairwise("abc")), lambda: L(it.pairwise("a")), lambda: it.pairwise(5), lambda: L(it.zip_longest("ab", "c")), lambda: L(it.zip_longest("ab", [], fillvalue=0)), lambda: L(it.zip_longest()), lambda: it.zip_longest(1))
t(lambda: L(it.product("ab", [1, 2])), lambda: L(it.product("ab", repeat=2)), lambda: L(it.product()), lambda: L(it.product("a", repeat=0)), lambda: it.product("a", repeat=-1), lambda: it.product("a", rep=1), lambda: it.product(5), lambda: L(it.product("ab", [])), lambda: L(it.permutations("abc", 2)), lambda: L(it.permutations("ab", 3)), lambda: L(it.permutations("ab", 0)), lambda: it.permutations("a", -1), lambda: it.permutations("a", "b"), lambda: len(list(it.permutations(range(5)))), lambda: L(it.combinations("abc", 2)), lambda: L(it.combinations("ab", 3)), lambda: it.combinations("a"), lambda: it.combinations("a", -1), lambda: L(it.combinations_with_replacement("ab", 2)), lambda: L(it.combinations_with_replacement("", 2)), lambda: it.permutations("a", None) is not None)
a, b, c = it.tee(iter("abc"), 3)
print(next(a), next(a), list(b), next(c), list(a), list(it.tee(c)[1]), it.tee([], 0))
t(lambda: it.tee(5), lambda: it.tee("a", -1), lambda: it.tee("a", "b"), lambda: type(a).__name__, lambda: list(a.__copy__()), lambda: it.chain("a").__reduce__() if hasattr(it.chain("a"), "__reduce__") and False else "no", lambda: iter(it.count()) is None, lambda: it.count(1).__next__(), lambda: it.chain[int], lambda: it.count(1) == it.count(1), lambda: repr(it.chain()).split(" at")[0], lambda: it.chain(x=1), lambda: it.compress(data=[1], selectors=[1]) is not None, lambda: it.accumulate(iterable=[1]) is not None, lambda: it.filterfalse(None), lambda: it.batched("ab", n=1) is not None)


class Bad:
    def __iter__(self): return self
    def __next__(self): raise ValueError("inside")


t(lambda: L(it.chain([1], Bad())), lambda: L(it.cycle(Bad())), lambda: L(it.zip_longest([1], Bad())), lambda: L(it.islice(Bad(), 1)), lambda: L(it.product(Bad())), lambda: L(it.groupby(Bad())), lambda: next(it.tee(Bad())[0]), lambda: L(it.accumulate([1, 2, 3], lambda a, b: 1 / 0)), lambda: L(zip([1], Bad())), lambda: L(map(lambda x: 1 / 0, [1])), lambda: L(filter(lambda x: 1 / 0, [1])), lambda: L(zip("ab", "c", strict=True)), lambda: L(zip("a", "bc", strict=True)), lambda: L(zip("a", "b", "cd", strict=True)), lambda: L(zip()), lambda: L(map(pow, [2, 3], [3, 2])), lambda: L(map(None, [1])), lambda: L(map(str, "ab", "c")), lambda: L(map(str, "ab", strict=True)), lambda: L(map(max, "ab", "c", strict=True)), lambda: L(enumerate("ab", 10**20)), lambda: L(enumerate("ab", start=-1)), lambda: L(enumerate([], 1)), lambda: L(reversed("abc")), lambda: reversed(5), lambda: L(reversed({1: 2})), lambda: L(filter(None, [0, 1])), lambda: filter(None, 5), lambda: L(iter(iter([1, 2, 3]).__next__, 3)), lambda: iter(5, 1), lambda: next(iter([]), "d"), lambda: next(5), lambda: sum([[1], [2]], []), lambda: sum("ab"), lambda: sum([1, 2.5, True]), lambda: any(5), lambda: all([1, Bad]), lambda: sum([0.1] * 10), lambda: sum([1e16, 1, -1e16]), lambda: zip(1), lambda: enumerate(5))
