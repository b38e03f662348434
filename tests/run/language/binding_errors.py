# Assignments, targets and calls that the compiler refuses, with the place that it shows.
tests = '''1 = x
f() = 1
a + b = 1
-a = 1
a and b = 1
not a = 1
a < b = 1
None = 1
True = 1
__debug__ = 1
x.None = 1
[a, 1] = x
(a, f()) = x
*a = x
*a, *b = x
{a} = x
{a: 1} = x
"s" = x
f"{a}" = x
... = x
lambda: 1 = x
(yield) = x
a if b else c = x
(x for x in y) = 1
[x for x in y] = 1
x = 1 = y
a += b = 1
(a, b) += 1
f() += 1
1 += 1
a: int: str
(a, b): int
[a]: int
f(): int
a, b: int
for 1 in x: pass
for f() in x: pass
for a + b in x: pass
for *a in x: pass
with a as 1: pass
with a as f(): pass
with a as b + c: pass
(a := 1) = 2
a := 1
(a.b := 1)
(a[0] := 1)
((a, b) := 1)
(1 := 2)
[i := 0 for i in x]
[j for i in x if (i := 1)]
[(j := 1) for i in (j := x)]
f(a=1, 2)
f(**k, *a)
f(**k, 1)
f(a=1, a=2)
f(1=2)
f(a.b=1)
f(a + b=1)
f(True=1)
f(x for x in y, 1)
f(1, x for x in y)
def f(a, a): pass
def f(a=1, b): pass
def f(*): pass
def f(*, **k): pass
def f(**k, a): pass
def f(*a, *b): pass
def f(a, /, b, /): pass
def f(*a, /): pass
def f(/): pass
def f(*a=1): pass
def f(**k=1): pass
def f(1): pass
def f(None): pass
def f((a, b)): pass
lambda a, a: 1
lambda *: 1
lambda a=1, b: 1
class C(a for a in b): pass
class C(a, a=1, a=2): pass
import a.b as c.d
import a as 1
from a import *, b
from a import (b, c
from a import b,
from __future__ import nope
from __future__ import braces
import
from x import
global x, 1
nonlocal x
return 1
yield 1
await x
break
continue
async with a: pass
async for a in b: pass
[await x for x in y]
x = yield = 1
assert (a, b), c = 1
raise a from
try: pass
match x: pass
if x = 1: pass
while x = 1: pass
print 1
print x, y
exec "x"
a b
a = = b
1a
0777
0xg
1_
1__0
'a
"""a
a = (1, 2
a = [1, 2)
}
a ? b
a $ b
a!b
a = 5 if 1
a.1
a..b
x = {1: 2, 3}
x = {1, 2: 3}
x = {**a, b}
x = {*a, b: 1}
x = {a: }
x = {a: *b}
[*a for a in b]
{**a for a in b}
(*a)
(**a)
*a
print(*)
f(**)
x[*]
x[**a]
x[a=1]
not
a not b
a is not not b
a <> b
a === b
a++
++
@
pass pass
else
async x
lambda: (yield) = 1
del 1
del f()
del a + b
del *a
del (a, 1)
del None
del [a, *b]
del
del f'{x}'
del a, b + 1
del (yield)'''.split("\n")
for src in tests:
    try:
        compile(src + "\n", "<t>", "exec")
        print(src, "-> ok")
    except SyntaxError as e:
        print(src, "->", type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
