"""Records CPython's answers to programs that are none, for the test syntax_errors.

  cpython3.14 record_errors.py > syntax_errors.tsv

One line per program: source, exception, message, line, offset, end line, end offset, text; with
backslash escapes for line ends, tabs and backslashes, and an empty field for None.
"""
import warnings

SOURCES = r'''
x = (1,
x = [1, 2\ny = 3\n
x = {1: 2\n
foo(1, 2\n
)\n
x = 1)\n
x = (1]\n
x = [1, (2, 3]\n
'abc\n
x = "abc\n
x = \'\'\'abc\n
"""abc\ndef\n
x = 1 +\n
x = \n
1 = x\n
f() = 1\n
x + 1 = 2\n
None = 1\n
True = 1\n
x = True = 3\n
"a" = 1\n
(a, 1) = 2\n
[a, f()] = 2\n
a.b() = 3\n
lambda: 1 = 2\n
x if y else z = 1\n
f"{x}" = 1\n
{1, 2} = 3\n
{} = 3\n
... = 3\n
a, b += 1\n
f() += 1\n
1 += 1\n
del f()\n
del 1\n
del (a, 1)\n
del a + b\n
for 1 in x: pass\n
for f() in x: pass\n
with x as 1: pass\n
with x as f(): pass\n
(x := 1) = 2\n
(1 := 2)\n
(a.b := 2)\n
x := 1\n
if x = 1: pass\n
if x\n    pass\n
if x:\npass\n
while x:\npass\n
for x in y:\npass\n
def f():\npass\n
class A:\npass\n
try:\npass\n
try:\n    pass\nexcept:\npass\n
try:\n    pass\nfinally:\npass\n
with x:\npass\n
if x:\n    pass\nelse:\npass\n
if x:\n    pass\nelif y:\npass\n
match x:\n    case 1:\n    pass\n
match x:\ncase 1: pass\n
  x = 1\n
x = 1\n  y = 2\n
if x:\n    a\n  b\n
if x:\n        a\n\tb\n
def f()\n    pass\n
class A\n    pass\n
while x\n    pass\n
for x in y\n    pass\n
else: pass\n
try:\n    pass\n
try:\n    pass\nx = 1\n
return 1\n
yield 1\n
await x\n
def f(): await x\n
break\n
continue\n
def f():\n    break\n
class A: return 1\n
def f(a, a): pass\n
def f(a=1, b): pass\n
lambda a=1, b: 1\n
def f(*): pass\n
def f(**a, b): pass\n
def f(*a, *b): pass\n
def f(a, /, b, /): pass\n
f(a=1, a=2)\n
f(a=1, 2)\n
f(**a, 2)\n
f(**a, *b)\n
f(1=2)\n
f(a.b=2)\n
f(True=2)\n
f(x for x in y, 1)\n
f(a b)\n
[a b]\n
(1 2)\n
x = a b\n
a b\n
print 1\n
print "hello"\n
exec "a"\n
def f():\n    global x\n    x = 1\n    global x\n
def f():\n    x = 1\n    global x\n
def f():\n    print(x)\n    global x\n
def f(x):\n    global x\n
nonlocal x\n
def f():\n    nonlocal x\n
def f():\n    x = 1\n    nonlocal x\n
from __future__ import braces\n
from __future__ import nope\n
x = 1\nfrom __future__ import annotations\n
def f():\n    from a import *\n
import a.b as c.d\n
import\n
from x import\n
from x import (a, b\n
from x import a,\n
import a, \n
f"{\n
f"{}"\n
f"{a b}"\n
f"{a"\n
f"}"\n
f"{a!x}"\n
f"{a!}"\n
f"{a:{b:{c:{d}}}}"\n
f"{lambda x: 1}"\n
f"{*a}"\n
f\'{a[\'b\']}\'\n
f"{a $ b}"\n
x = $\n
x = ?\n
x = a ! b\n
x = 5a\n
x = 0777\n
x = 0b12\n
x = 0o8\n
x = 0xg\n
x = 1__0\n
x = 1e\n
x = "\\N{nope}"\n
x = "\\x1"\n
x = "\\u12"\n
b"\\x1"\n
b"é"\n
x = 1 \\ y\n
x = 1 \\
try:\n    pass\nexcept:\n    pass\nexcept A:\n    pass\n
try:\n    pass\nexcept* A:\n    break\n
try:\n    pass\nexcept A, B as c:\n    pass\n
try:\n    pass\nexcept A:\n    pass\nexcept* B:\n    pass\n
try:\n    pass\nexcept*:\n    pass\n
match x:\n    case a: pass\n    case 1: pass\n
match x:\n    case _: pass\n    case 1: pass\n
match x:\n    case [a, a]: pass\n
match x:\n    case a | b: pass\n
match x:\n    case [*a, *b]: pass\n
match x:\n    case {1: a, 1: b}: pass\n
match x:\n    case A(x=1, x=2): pass\n
a, *b, *c = x\n
*a = x\n
*a\n
x = *a\n
x = yield = 1\n
[x for x in y for x := 1]\n
[(x := 1) for x in y]\n
[i for i in (x := y)]\n
class A: [(x := 1) for y in z]\n
{**a for a in b}\n
[*a for a in b]\n
{a: b for a in c, d}\n
a: int: str\n
(a, b): int\n
[a]: int\n
f(): int\n
def f(): x: int; nonlocal x\n
__debug__ = 1\n
def f(__debug__): pass\n
async def f(): yield from x\n
async def f():\n    yield 1\n    return 2\n
def f(): async with x: pass\n
async with x: pass\n
async for x in y: pass\n
[x async for x in y]\n
def f(): [x async for x in y]\n
a < > b\n
a <> b\n
not\n
a and\n
a.1\n
a..b\n
a[]\n
()()=1\n
@\nx\n
@x\ny = 1\n
def 1(): pass\n
class 1: pass\n
if True: x = 1 y = 2\n
x = 1; ; y = 2\n
if 1: if 2: pass\n
for x in range(10) print(x)\n
x = {1: 2, 3}\n
x = {1: }\n
x = {1:2, **}\n
x = {1, 2: 3}\n
def f(a, (b, c)): pass\n
lambda (a): a\n
def f(a:): pass\n
def f() -> : pass\n
raise x from\n
raise from x\n
assert\n
assert x, \n
global\n
global x, \n
with x as y\n    pass\n
while True print 1\n
type x = \n
def f[T](): pass\nclass A[T=1, U]: pass\n
def f[T, T](): pass\n
x = 1 if 2\n
x = 1 if 2 else\n
x = [1, 2, 3\nfor y in x:\n    pass\n
x = {\n    'a': 1,\n    'b': 2\n    'c': 3\n}\n
x = (1, 2\n     3, 4)\n
elif x: pass\n
import a from b\n
x++\n
x = y = \n
é = ü ß\n
x = "é" 1\n
    \n  x = 1\n y = 2\n
x =\t1 1\n
'''


def escape(text):
    if text is None:
        return ""
    return str(text).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def main():
    print("# Written by record_errors.py; do not edit.")
    for line in SOURCES.strip("\n").split("\n"):
        source = line.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\\'", "'").replace("\0", "\\")
        answer = ["ok"] + [None] * 6
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                compile(source, "file.py", "exec", dont_inherit=True)
            except SyntaxError as e:
                answer = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text]
        print("\t".join(escape(x) for x in [source] + answer))


main()
