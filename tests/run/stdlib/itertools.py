# itertools.
from itertools import *
print(list(islice(count(3), 3)), list(islice(count(1, -2), 3)), count(5), count(1, 2.5), next(count(1.5)))
c = cycle("ab"); print([next(c) for _ in range(5)], list(cycle([])), list(repeat(1, 3)), repeat(2, 5), repeat("x"), repeat(1, 4).__length_hint__())
print(list(chain("ab", [1], ())), list(chain.from_iterable(["xy", [2]])), list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b, initial=10)), list(accumulate([])))
print(list(compress("abcd", [1, 0, 1])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(dropwhile(lambda x: x < 3, [1, 3, 1])), list(filterfalse(None, [0, 1, ""])), list(starmap(pow, [(2, 3), (3, 2)])))
print(list(islice("abcdef", 2)), list(islice("abcdef", 1, 5, 2)), list(islice("abcdef", 2, None)), list(pairwise("abc")), list(batched("abcde", 2)), list(zip_longest("abc", [1], fillvalue="-")))
print(list(combinations("abcd", 2)), list(combinations("ab", 3)), list(combinations([], 0)), list(combinations_with_replacement("abc", 2)))
print(list(permutations("abc", 2)), list(permutations([1, 2, 3])), list(permutations("ab", 3)), len(list(permutations(range(5)))))
print(list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product()), list(product("a", [])))
print([(k, list(g)) for k, g in groupby("aabbbca")], [(k, len(list(g))) for k, g in groupby(range(10), lambda x: x // 4)], [k for k, g in groupby("aabb")])
a, b = tee(iter([1, 2, 3])); print(next(a), list(b), list(a), tee([], 0), [list(t) for t in tee("ab", 3)])
def err(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
err(lambda: islice([], -1)); err(lambda: islice([], 1, 2, 0)); err(lambda: islice([], "a")); err(lambda: count("a")); err(lambda: batched([], 0)); err(lambda: list(batched("abc", 2, strict=True))); err(lambda: combinations("a", -1)); err(lambda: permutations("a", "b")); err(lambda: product("a", repeat=-1)); err(lambda: chain(1).__next__()); err(lambda: cycle(5)); err(lambda: len(repeat(1))); err(lambda: repeat(1).__length_hint__()); err(lambda: islice([]))
