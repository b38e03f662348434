# format and format_map: fields, nesting, errors.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "{} {}".format(1), lambda: "{0} {}".format(1, 2), lambda: "{} {0}".format(1), lambda: "{a.b}".format(a=1), lambda: "{0[x]}".format({"x": 5}), lambda: "{0[1]}".format([1, 2]), lambda: "{".format(), lambda: "}".format(), lambda: "{!x}".format(1), lambda: "{!}".format(1), lambda: "{a}".format(), lambda: "{0.real:{1}}".format(5, ">4"), lambda: "{:{}}".format(1, 5), lambda: "{!r:>5}".format("a"), lambda: "{[}".format(1), lambda: "{0[}".format(1), lambda: "{0.}".format(1), lambda: "{0[]}".format(1), lambda: "{{}}".format(), lambda: "{:{:{}}}".format(1, 2, 3), lambda: "{-1}".format(1), lambda: "{ 0}".format(1), lambda: "{0!r!s}".format(1), lambda: "{a[b][c].d}".format(a={"b": {"c": 1}}), lambda: "{a}".format_map({"a": 1}), lambda: "{a}".format_map({}), lambda: "{}".format_map({}), lambda: "{99999999999999999999}".format(1))
