# The lines that returning frames are at, whichever engine runs them, and the end of `yield from`.
import sys
log = []
def local(frame, event, arg):
    log.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return local
def start(frame):
    sys.settrace(lambda *a: None)
    frame.f_trace = local
    return 5
def one():
    x = 1
    return start(sys._getframe())
def two(flag):
    if flag:
        return start(sys._getframe()) + 1
    else:
        y = 2
    return y
def three():
    x = [1]
    x.append(start(
        sys._getframe()))
def four():
    for i in range(1):
        pass
    raise ValueError(start(sys._getframe()))
kept = []
def five(n):
    kept.append(sys._getframe())
    if n == 1:
        return 1
    if n == 2:
        return 2
    raise KeyError
for f in (one, lambda: two(True), three, four):
    try: f()
    except ValueError: pass
    sys.settrace(None)
for n in (1, 2, 3):
    try: five(n)
    except KeyError: pass
print(*log, sep="\n")
print([f.f_lineno - f.f_code.co_firstlineno for f in kept])
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration("end")
        return self.n
def deleg():
    r = yield from It()
    return r
log.clear()
def tr(f, e, a):
    log.append((f.f_code.co_name, e, f.f_lineno - f.f_code.co_firstlineno, repr(a[1]) if e == 'exception' else None))
    return tr
sys.settrace(tr)
x = list(deleg())
sys.settrace(None)
print(*log, sep="\n")
