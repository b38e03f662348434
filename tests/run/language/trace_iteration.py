# The exceptions that end iterators are events; re-raising is none.
import sys
ev=[]
def tracer(f,e,a):
    if f.f_code.co_filename!=__file__: return
    ev.append((e,f.f_code.co_name,f.f_lineno-f.f_code.co_firstlineno, (a[0].__name__, str(a[1])) if isinstance(a, tuple) else a if isinstance(a, int) else type(a).__name__))
    return tracer
def show(f):
    ev.clear()
    sys.settrace(tracer); f(); sys.settrace(None)
    print(f.__name__)
    for e in ev: print('  ',e)
def g0():
    yield 1
def g1():
    yield 1
    return 5
class It:
    def __init__(s): s.n=0
    def __iter__(s): return s
    def __next__(s):
        s.n+=1
        if s.n>1: raise StopIteration
        return s.n
def a():
    for x in g0(): pass
def b():
    for x in g1(): pass
def c():
    for x in It(): pass
def d():
    def k():
        v = yield from g0()
        w = yield from g1()
    for x in k(): pass
def e():
    list(g1())
def f():
    x = [i for i in g1()]
def h():
    try:
        next(iter([]))
    except StopIteration: pass
    try:
        int('x')
    except ValueError: raise_again()
def raise_again():
    try:
        try:
            raise KeyError(1)
        except KeyError:
            raise
    except KeyError as e:
        try:
            raise e
        except KeyError: pass
for q in (a,b,c,d,e,f,h): show(q)
