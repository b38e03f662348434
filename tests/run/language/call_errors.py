# The messages of calls that do not fit.
def plain(a, b):
    pass


def defaults(a, b=1, *, c, d=2):
    pass


def posonly(a, /, b):
    pass


def nothing():
    pass


def star(*args, k):
    pass


class C:
    def m(self, x):
        pass

    def __init__(self, v):
        pass


for code in ("plain()", "plain(1)", "plain(1, 2, 3)", "plain(1, b=2, c=3)", "plain(1, a=2)", "plain(c=1)", "plain(*[1], **{'a': 2})", "defaults()",
             "defaults(1)", "defaults(1, 2, 3)", "defaults(1, 2, 3, c=4)", "defaults(1, c=2, e=3)", "posonly(a=1, b=2)", "posonly(1, 2, 3)", "posonly()",
             "nothing(1)", "nothing(x=1)", "star()", "star(1, 2)", "star(k=1, j=2)", "C()", "C(1, 2)", "C(1).m()", "C(1).m(1, 2)", "C.m()", "C.m(1)",
             "plain(**{1: 2})", "plain(*5)", "plain(**5)", "plain(**{'a': 1}, **{'a': 2})", "plain(1, **{'b': 1}, b=2)", "'x'.join()",
             "len()", "len(1, 2)", "len(x=1)", "int('1', 2, 3)", "int(x=1)", "print(1, foo=2)", "isinstance(1)", "sorted()", "sorted([1], 2)",
             "dict(1)", "dict([1])", "dict([(1, 2, 3)])", "list(1, 2)", "list(x=1)", "range()", "range(1.5)", "range(1, 2, 0)", "str(1, 2)", "open()",
             "getattr(1)", "min()", "min([])", "max(1)", "sum(['a'])", "sum([], 'a')", "pow(1)", "pow(2, -1, 0)", "divmod(1, 0)", "round('a')", "chr(-1)", "chr(1.0)",
             "ord('ab')", "ord(1)", "abs('a')", "hash([])", "iter(1)", "next(1)", "next(iter([]))", "enumerate()", "zip(1)", "zip([1], [1, 2], strict=True)",
             "map()", "map(len)", "filter(1)", "reversed({1})", "id()", "type()", "type(1, 2)", "type('a', 1, {})", "super().x", "object(1)", "bytes(-1)",
             "bytes('a')", "bytes([256])", "memoryview(1)", "complex('a')", "float('x')", "frozenset(1)", "slice()", "property(1, 2, 3, 4, 5)", "issubclass(1, int)",
             "isinstance(1, 1)", "callable()", "vars(1, 2)", "format(1, 2)", "input(1, 2)", "compile('a')", "eval(1)", "exec(1)", "__import__()", "hex(1.0)", "bin('a')"):
    try:
        print(code, "=", list(eval(code)) if code.startswith(("zip", "map", "filter")) else eval(code))
    except Exception as e:
        print(code, "->", type(e).__name__, e)
