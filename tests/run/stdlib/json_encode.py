"""Writing JSON."""

import _json
import json


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    '_json.encode_basestring(\'a"é\\n\\x00\\x7f\\\\/\')',
    '_json.encode_basestring_ascii(\'a"é\\n\\x00\\x7f\\\\/😀\\ud800\')',
    '_json.encode_basestring(1)',
    "_json.encode_basestring_ascii(b'a')",
    "json.dumps([1,2.5,'a',None,True,False,{}])",
    "json.dumps({'a':[1,{'b':2}]},indent=2)",
    "json.dumps({'a':[],'b':{}},indent='\\t')",
    "json.dumps([1,2],separators=(',',':'))",
    'json.dumps({1:2,None:3,True:4,1.5:5})',
    'json.dumps({(1,):2})',
    "json.dumps({(1,):2,'a':1},skipkeys=True)",
    "json.dumps({'b':1,'a':2},sort_keys=True)",
    "json.dumps(float('nan'))",
    "json.dumps(float('nan'),allow_nan=False)",
    "json.dumps([float('inf')],allow_nan=False)",
    "json.dumps({float('nan'):1},allow_nan=False)",
    "json.dumps(float('-inf'))",
    'json.dumps(object())',
    'json.dumps([object()])',
    "json.dumps({'a':object()})",
    'json.dumps(1j,default=str)',
    "json.dumps('é')",
    "json.dumps('é',ensure_ascii=False)",
    'json.dumps(1e100)',
    'json.dumps(10**30)',
    "json.dumps({'a':1,2:3},sort_keys=True)",
    'json.dumps((1,2))',
    'json.dumps([[],{},[[]]],indent=1)',
    "json.dumps(b'a')",
    "json.dumps({'a':1},indent=0)",
    'json.dumps([1,[2]],indent=-1)',
    "json.dumps({'x':{1,2}})",
)


class D(dict): ...


class L(list): ...


class I(int):
    def __repr__(self):
        return "I!"


class F(float):
    def __repr__(self):
        return "F!"


print(json.dumps([D(a=1), L([1]), I(5), F(2.5)]), json.dumps({I(5): 1, F(2.5): 2}))
looped = []
looped.append(looped)
for value in (looped, [object()], {"a": {"b": object()}}):
    try:
        json.dumps(value)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e, e.__notes__)
