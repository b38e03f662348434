"""partial, reduce, cmp_to_key."""

import functools
from functools import *

P = functools.Placeholder


def f(*a, **k):
    return a, k


class S(partial):
    pass


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    'partial()',
    'partial(1)',
    'partial(f,P)',
    'partial(f,x=P)',
    'partial(f,1,x=2)(3,x=4,y=5)',
    'partial(partial(f,1,a=1),2,a=3).keywords',
    'partial(partial(f,1,a=1),2,a=3).args',
    'partial(f,P,2)()',
    'partial(f,P,2)(1)',
    'partial(f,P,2,P,4)(1)',
    'partial(f,P,2,P,4)(1,3,5,k=1)',
    'partial(partial(f,P,2,P,4),9).args',
    'partial(partial(f,P,2,P,4),9,8,7).args',
    'partial(partial(f,P,2,P,4),P,8).args',
    "repr(partial(f,1,x=2)).replace(repr(f),'F')",
    "repr(S(f,1)).replace(repr(f),'F')",
    'partial(f).__reduce__()[1:][1][1:]',
    'partial(f).__setstate__(1)',
    'partial(f).__setstate__((1,2,3,4))',
    'partial(f).__setstate__((f,(P,),{},{}))',
    'partial(f).func is f',
    'P',
    'type(P)()is P',
    'type(P)',
    'P.__reduce__()',
    'partial.__class_getitem__(int)',
    'partial(f).x',
    'reduce(lambda a,b:a+b,[1,2,3])',
    'reduce(lambda a,b:a+b,[])',
    'reduce(lambda a,b:a+b,[],5)',
    'reduce(lambda a,b:a+b,[1],initial=5)',
    'reduce(1)',
    'reduce(f,1)',
    'reduce.__text_signature__',
    'cmp_to_key(lambda a,b:a-b)(1)<cmp_to_key(lambda a,b:b-a)(2)',
    'cmp_to_key(lambda a,b:a-b)(1)<2',
    'hash(cmp_to_key(lambda a,b:a-b)(1))',
    'cmp_to_key()',
    'cmp_to_key(mycmp=f)(obj=3).obj',
    'type(cmp_to_key(f))',
    'sorted([3,1,2],key=cmp_to_key(lambda a,b:b-a))',
    'cmp_to_key.__text_signature__',
    'type(operator.itemgetter(1))',
    'type(abc.ABC._abc_impl)',
)
