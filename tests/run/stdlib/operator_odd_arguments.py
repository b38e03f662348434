# operator: functions on odd arguments.
import operator as op


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: op.index(5), lambda: op.index(1.5), lambda: op.index(True), lambda: op.countOf([1, True, 2], 1), lambda: op.indexOf("abc", "c"), lambda: op.indexOf([1], 5), lambda: op.contains("abc", "b"), lambda: op.concat([1], [2]), lambda: op.concat(1, 2), lambda: op.truth([]), lambda: op.not_(0), lambda: op.is_(1, 1), lambda: op.is_not(None, 1), lambda: op.is_none(None), lambda: op.is_not_none(0), lambda: op.matmul(1, 2), lambda: op.setitem([1], 0, 5), lambda: op.delitem({}, 1), lambda: op.getitem([1], 0), lambda: op.length_hint([1, 2]), lambda: op.length_hint(5, 7), lambda: op.length_hint(iter("abc")), lambda: op.length_hint([], "a"), lambda: op.iadd([1], (2,)), lambda: op.iconcat("a", "b"), lambda: op.call(max, 1, 2), lambda: op.call(len), lambda: op.inv(5), lambda: op.pos(True), lambda: op.abs(-1), lambda: op.pow(2, 3), lambda: op.pow(2, 3, 5), lambda: op.lt(1), lambda: op.eq(1, 1.0), lambda: op._compare_digest("a", "a"), lambda: op._compare_digest("é", "a"), lambda: op._compare_digest(b"a", "a"), lambda: op.add(1, "a"), lambda: op.floordiv(7, -2), lambda: op.lshift(1, -1), lambda: op.neg("a"), lambda: op.ixor({1}, {2}))
