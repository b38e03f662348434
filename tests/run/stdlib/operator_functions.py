"""The operators as functions; attrgetter, itemgetter, methodcaller."""

import _operator
import operator


def f(*a, **k):
    return a, k


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    'operator.add()',
    "operator.add(1,'a')",
    'operator.concat(1,2)',
    'operator.concat([1],[2])',
    'operator.concat([1],2)',
    'operator.iconcat(1,2)',
    'operator.countOf(1,2)',
    'operator.countOf([1,1],1)',
    'operator.indexOf([1,2],2)',
    'operator.indexOf([1,2],3)',
    'operator.indexOf(3,3)',
    'operator.length_hint([1])',
    "operator.length_hint(1,'a')",
    'operator.length_hint(1,5)',
    'operator.attrgetter()',
    'operator.attrgetter(1)',
    "operator.attrgetter('a')",
    "operator.attrgetter('real','imag')",
    "operator.attrgetter('real','imag')(3)",
    "operator.attrgetter('__class__.__name__')(3)",
    "operator.attrgetter('x.y')(3)",
    "operator.attrgetter('a')()",
    "operator.attrgetter('a')(1,2)",
    "operator.attrgetter('a')(x=1)",
    'operator.itemgetter()',
    'operator.itemgetter(1)',
    'operator.itemgetter(1,2)',
    "operator.itemgetter(1,2)('abc')",
    "operator.itemgetter(1)('abc')",
    "operator.itemgetter(9)('abc')",
    'operator.itemgetter(1)(x=2)',
    'operator.methodcaller()',
    'operator.methodcaller(1)',
    "operator.methodcaller('a',1,b=2)",
    "operator.methodcaller('upper')('a')",
    "operator.methodcaller('foo')('a')",
    "operator.methodcaller('split',sep=',')('a,b')",
    "operator.methodcaller('split')()",
    "operator.attrgetter('a','b').__reduce__()",
    'operator.itemgetter(1).__reduce__()',
    "operator.methodcaller('a').__reduce__()",
    "operator.methodcaller('a',b=1).__reduce__()",
    'operator.call(f,1,a=2)',
    'operator.call()',
    "_operator._compare_digest(b'a',b'a')",
    "_operator._compare_digest('a','b')",
    "_operator._compare_digest('é','b')",
    "_operator._compare_digest('a',b'b')",
    '_operator._compare_digest(1,2)',
    'operator.is_none(None)',
    'operator.is_not_none(1)',
    'operator.index(1.0)',
    'operator.not_([])',
    'operator.truth([1])',
    'operator.getitem([1],0)',
    'operator.setitem([1],5,1)',
    'operator.delitem({},1)',
    'operator.contains([1],1)',
    'operator.inv(5)',
    'operator.ipow(2,3)',
    'operator.matmul(1,2)',
    'operator.pow(2,-1)',
    'type(operator.itemgetter(1))',
    'operator.itemgetter(1)==operator.itemgetter(1)',
    '1 @ 2',
)
