# Scopes as symtable shows them.
import symtable

source = '''
import os
def f(a, *b, c=1):
    global g
    def inner():
        nonlocal a
        return a + free
    free = [x for x in b if x]
    return inner
class C[T]:
    __private = 1
    def method(self): return __class__
type Alias[U] = list[U]
lam = lambda q: q
'''


def show(table, depth=0):
    pad = "  " * depth
    print(pad, table.get_type(), table.get_name(), table.get_lineno(), table.is_nested(), table.is_optimized())
    for s in sorted(table.get_symbols(), key=lambda s: s.get_name()):
        flags = [k for k in ("referenced", "parameter", "global", "declared_global", "nonlocal", "local", "free",
                             "imported", "annotated", "assigned", "namespace", "type_parameter", "free_class",
                             "comp_iter", "comp_cell") if getattr(s, "is_" + k)()]
        print(pad, "  ", s.get_name(), flags)
    for child in table.get_children():
        show(child, depth + 1)


top = symtable.symtable(source, "s.py", "exec")
show(top)
f = next(c for c in top.get_children() if c.get_name() == "f" and c.get_type() == "function")
print(f.get_parameters(), f.get_locals(), f.get_globals(), f.get_frees(), f.get_nonlocals())
for args in [("x =", "s.py", "exec"), ("x", "s.py", "other"), ("nonlocal x", "s.py", "exec"), ("1", "s.py", "eval")]:
    try:
        print(symtable.symtable(*args).get_type())
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
