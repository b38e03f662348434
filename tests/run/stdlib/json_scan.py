"""Reading JSON, and the messages about what is none."""

import _json
import json


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    '_json.scanstring(\'abc"\',0)',
    "_json.scanstring('abc',0)",
    '_json.scanstring(\'a\\\\nb"\',0)',
    '_json.scanstring(\'a\\nb"\',0)',
    '_json.scanstring(\'a\\nb"\',0,False)',
    '_json.scanstring(\'a\\\\x"\',0)',
    '_json.scanstring(\'a\\\\u12"\',0)',
    '_json.scanstring(\'a\\\\ud83d\\\\ude00"\',0)',
    '_json.scanstring(\'a\\\\ud83d"\',0)',
    '_json.scanstring(\'a\\\\ud83d\\\\u0041"\',0)',
    "_json.scanstring('a\\\\',0)",
    "_json.scanstring('abc',10)",
    "_json.scanstring(b'abc',0)",
    '_json.scanstring(\'abc"\',-1)',
    "json.loads('')",
    "json.loads('[')",
    "json.loads('[1')",
    "json.loads('[1,')",
    "json.loads('[1,]')",
    "json.loads('[1 2]')",
    "json.loads('{')",
    "json.loads('{1')",
    'json.loads(\'{"a"\')',
    'json.loads(\'{"a":\')',
    'json.loads(\'{"a":1\')',
    'json.loads(\'{"a":1,\')',
    'json.loads(\'{"a":1,}\')',
    'json.loads(\'{"a" 1}\')',
    'json.loads(\'{"a":1 "b"}\')',
    "json.loads('1 2')",
    "json.loads('nul')",
    "json.loads('tru')",
    "json.loads('NaN')",
    "json.loads('-Infinity')",
    "json.loads('-')",
    "json.loads('-a')",
    "json.loads('01')",
    "json.loads('1.')",
    "json.loads('1.5e')",
    "json.loads('1.5e+10')",
    "json.loads('1e5')",
    "json.loads('-0')",
    "json.loads('-0.0')",
    "json.loads('123456789012345678901234567890')",
    "json.loads('1E400')",
    "json.loads('[]')",
    "json.loads('{}')",
    "json.loads(' { } ')",
    "json.loads('[ ]')",
    'json.loads(\'"\\\\ud83d\\\\ude00"\')',
    'json.loads(\'{"a":1,"a":2}\')',
    'json.loads(\'{"a":1}\',object_pairs_hook=list)',
    'json.loads(\'{"a":1}\',object_hook=str)',
    "json.loads('[1.5,2]',parse_float=str,parse_int=str)",
    "json.loads('[NaN]',parse_constant=str)",
    "json.loads('[\\n1,\\n2,\\n}')",
    "json.loads('\\ufeff1')",
    "json.loads(b'[1]')",
    'json.loads(1)',
    "json.loads('[1,2'+'['*3)",
    'json.loads(\'{"a\\n":1}\',strict=False)',
    'json.loads(\'{"a\\n":1}\')',
)
