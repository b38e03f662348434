# `from module import *` in a module with loops, which is machine code.
for part in ("math", "string"):
    print(part)
from math import *
from string import *

total = 0
for digit in digits:
    total += int(digit)
print(total, floor(pi * 100), ascii_lowercase[:3], sqrt(16.0))

pow = "mine"
for i in range(2):
    from math import *

    print(pow(2, 3), i)
    pow = "mine again"
print(pow)

for name in ("floor", "ceil"):
    del globals()[name]
    try:
        floor(1.5)
    except NameError as e:
        print(e)

space = {}
exec("for i in range(2):\n    from math import *\n    last = i", space, local := {})
print("floor" in local, "floor" in space, local["last"])


class Odd:
    __all__ = ["a", 3]


import sys

sys.modules["odd"] = Odd
try:
    for _ in range(1):
        from odd import *
except (AttributeError, TypeError) as e:
    print(type(e).__name__, e)
