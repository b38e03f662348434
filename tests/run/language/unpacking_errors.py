# Unpacking that fails: messages, and what was bound before.
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))


class Bad:
    def __iter__(self): return 5


class Get:
    def __getitem__(self, i):
        if i < 2: return i
        raise IndexError


class Raises:
    def __iter__(self):
        yield 1
        raise KeyError("inside")


class M(dict):
    def keys(self): return [1]


class K:
    def keys(self): return ["a", "b"]
    def __getitem__(self, k): return k * 2


class K2:
    def keys(self): raise ValueError("keys")


def t(src):
    ns = dict(It=It, Bad=Bad, Get=Get, Raises=Raises, M=M, K=K, K2=K2)
    try:
        exec(src, ns)
        print(src, {k: v for k, v in ns.items() if k in ("a", "b", "c", "d")})
    except Exception as e:
        print(src, type(e).__name__, e, {k: v for k, v in ns.items() if k in ("a", "b", "c", "d")})


for src in '''a, b = 1|a, b = None|a, b = 1, 2, 3|a, b = 1,|a, b, c = [1, 2]|a, b = [1, 2, 3]|a, b = 'abc'|a, b = 'a'|a, b = {1: 2}|a, b = {1: 2, 3: 4, 5: 6}|a, b = {1, 2, 3}|a, b = It(3)|a, b = It(1)|a, = It(0)|[] = It(0)|[] = It(1)|() = ''|() = 'x'|() = 5|a, *b = ()|a, *b, c = [1]|a, *b, c = It(1)|a, b, *c, d = It(2)|*a, = It(3)|*a, b = 'xyz'|a, *b = 5|a, (b, c) = 1, 2|a, (b, *c) = 1, (2, 3, 4)|[a, [b, [c]]] = 1, (2, (3,))|a, b = Bad()|a, b = Get()|a, *b = Get()|a, b = Raises()|a, *b = Raises()|a = *It(2), *'xy', *()|a = [*It(2), *{5: 6}]|a = {*It(2), *[1]}|a = {**{'x': 1}, 'x': 2, **{'y': 3}}|a = [*5]|a = *5,|a = {*5}|a = {**5}|a = {**[1]}|print(*5)|print(**5)|print(*1, *2)|(lambda *a, **k: print(a, k))(*It(2), 9, *'z', p=1, **{'q': 2})|(lambda: 0)(**{'a': 1}, **{'a': 2})|(lambda **k: 0)(a=1, **{'a': 2})|dict(**{1: 2})|print(**{1: 2})|(lambda **k: k)(**{1: 2})|[].append(*[1, 2])|print(*Bad())|a = [*Bad()]|a = {**Bad()}|a, a, a = 1, 2, 3|for a, b in [(1, 2), (3,)]: pass|for a, *b in ['xyz', 'q']: c = b|a = [b for b, c in [(1, 2), (1, 2, 3)]]|with open('/dev/null') as (a, b): pass|a, b = iter([1, 2])|i = iter([1, 2, 3, 4]); a, b = i|a, b = range(2)|a, b = range(10**20)|a, b = (x for x in range(3))|a, b = b'ab'|a, b = zip('ab', 'cd')|a, b = map(int, '12')|a = {**K()}|a = (lambda **k: k)(**K())|a = {**K2()}|(lambda **k: k)(**K2())|(lambda **k: k)(**M({1: 2}))|a = [1, 2]; b, a[0] = a|a = b, c = d = 'xy'|a = b = [1]; a += b; a.append(2)|a = (b := 3, 4)|a = 1, *(2, 3)|a = [*'ab', *[], 1]; *b, c = a|[a, *b], *c = 'xyz', 1|((a, b), c), d = 'xyz'|a, b = float('nan'), 1 if b else 2|a, b, *c = {}.items()'''.split("|"):
    t(src)
l = [0, 1, 2]
i = 0
i, l[i] = 1, "x"
print(i, l)
a = [1, 2, 3]
a[0], a[1:], *b = "p", "qr", "s", "t"
print(a, b)
i = iter([1, 2, 3, 4])
try: a, b = i
except ValueError: print(list(i))
