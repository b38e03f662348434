# Every message of a call that does not fit its function's parameters.
def none(): pass
def two(a, b): pass
def default(a, b=1): pass
def pos(a, b, /, c): pass
def kw(*, a, b): pass
def kw3(*, a, b, c=1, d): pass
def star(a, *args, k): pass
def kws(a, /, **kw): return kw
def mixed(a, /, b, *, c): pass
def many(a, b, c, d, e): pass
def hint(first, second=None, *, verbose=False): pass


class C:
    def m(self, x): pass
    @classmethod
    def c(cls, x): pass
    @staticmethod
    def s(x): pass
    def __init__(self, q=None): pass
    def __call__(self, z): pass


def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__, e)


t(none, 1); t(none, a=1); t(none, 1, 2); t(two); t(two, 1); t(two, 1, 2, 3); t(two, b=1); t(two, 1, a=2); t(two, c=1)
t(default); t(default, 1, 2, 3); t(default, 1, b=2, c=3); t(pos, 1); t(pos, 1, 2); t(pos, a=1, b=2, c=3); t(pos, 1, b=2, c=3)
t(kw); t(kw, a=1); t(kw, 1, a=1, b=2); t(kw3); t(kw3, a=1, c=3); t(star); t(star, 1, 2); t(star, k=1); t(kws, a=1); t(kws, 1, a=2); t(kws)
t(mixed); t(mixed, 1, 2, 3, c=4); t(mixed, 1, 2, 3); t(mixed, 1, b=2); t(mixed, 1, a=2, b=3, c=4); t(mixed, 1, 2, cc=4)
t(many); t(many, 1); t(many, 1, 2, 3, 4); t(many, b=1, d=2); t(hint, 1, secnd=2); t(hint, 1, verbos=2); t(hint, 1, zzz=2)
t(C().m); t(C().m, 1, 2); t(C.m); t(C.c); t(C.c, 1, 2); t(C.s); t(C, 1, 2); t(C()); t(C(), 1, 2); t(C, r=1)
t(lambda x: x); t(lambda *, x: x, 1); t(two, *[1, 2, 3]); t(two, **{"a": 1, "b": 2, "c": 3})
t(lambda: two(**{1: 2})); t(lambda: two(*5)); t(lambda: two(**5)); t(lambda: two(1, **{"a": 1})); t(lambda: none(*None)); t(lambda: kws(1, **{"x": 1}, **{"x": 2}))
t(lambda: two(a=1, **{"a": 2})); t(lambda: 5()); t(lambda: "x"(1)); t(lambda: None()); t(lambda: [](1))
for f, *a in ((len,), (len, 1, 2), (len, 5), (int, 1, 2, 3), (str, 1, 2, 3, 4), (dict, 1, 2), (dict, 1), (list, 1, 2), (tuple, 5), (object, 1), (isinstance, 1), (sorted,), (sorted, [1], 2), (sum,), (max,), (max, 1), (max, []), (range,), (range, 1, 2, 3, 4), (range, "a"), (slice,), (getattr, 1), (abs,), (divmod, 1), (pow, 1), (round, 1, 2, 3), (chr, "a"), (ord, "ab"), (ord, 1), (hash, []), (iter, 1), (next, 1), (iter, 1, 2), (open,), (zip, 1), (map,), (map, None), (filter, None), (enumerate,), (reversed, 1), (reversed, {1}), (type, 1, 2), (type,), (type, "X", 1, {}), (type, 1, (), {}), (vars, 1), (issubclass, 1, int), (issubclass, int, 1), (isinstance, 1, 1), (callable,), (setattr, 1, 2, 3), (bytes, "x"), (bytes, ["a"]), (memoryview, 1), (complex, "1", 2), (complex, 1, "2"), (float, []), (bool, 1, 2), (frozenset, 1), (property, 1, 2, 3, 4, 5), ("".join, [1]), ("".join, 1), ("a".split, 1), ([].append,), ([].append, 1, 2), ([].sort, 1), ({}.get,), ({}.update, 1, 2), (sum, "ab"), (sum, ["a"], ""), (super, 1), (input, 1, 2), (id,), (id, 1, 2), (bytearray, 1, 2, 3, 4), (hex, 1.5), (bin, "1"), (format, 1, 2), (compile, 1), (eval, 1), (exec, 1), (globals, 1), (dir, 1, 2), (ascii,), (all, 1), (any, 1), (delattr, 1, "x"), (hasattr, 1, 2), (enumerate, 1), (enumerate, [], "a"), (round, "a"), (__import__, 1), (__build_class__, 1), (__build_class__, 1, 2), (str.upper,), (str.upper, 1), (list.append, 1, 2), (int.__add__, 1), (object.__new__, 1), (int.__new__, str), (object.__init__,), (object().__init__, 1), (dict.fromkeys,), (int.from_bytes,), (int.from_bytes, b"a", "x"), (bytes.fromhex, 1), (str.maketrans, 1)):
    t(f, *a)
for f, k in ((len, {"x": 1}), (int, {"x": 1}), (print, {"foo": 1}), (print, {"sep": 1}), (print, {"end": b""}), (sorted, {"key": 1}), (min, {"default": 3}), (max, {"key": len}), (str, {"obj": 1}), (int, {"base": 2}), (list, {"iterable": 1}), (float, {"x": 1}), (bool, {"x": 1}), (tuple, {"a": 1}), (range, {"stop": 1}), (dict, {"a": 1}), ("".split, {"max": 1}), (type, {"name": 1}), (object, {"a": 1}), (set, {"a": 1}), (super, {"a": 1}), (slice, {"stop": 1}), (reversed, {"a": 1}), (map, {"a": 1}), (iter, {"a": 1}), (pow, {"base": 2, "exp": 3, "mod": 5}), (round, {"number": 2.5, "nd": 1}), (complex, {"real": 1, "im": 2})):
    t(f, **k)
