for i, (j, *k) in x:
    while i < j <= 10 and not k or z:
        if i is None: continue
        elif i is not None: break
        i += 1; a.b -= 2; a[i] *= 3; a[i:j] = b[1:2]
    else:
        pass
else:
    del a, b.c, d[1], e[1:2]
try:
    try: 1/0
    except (A, B) as e: raise X from e
    except C: return_ = 1
    except: raise
    else: ok()
    finally: done()
except* G as g: print(g)
except* H: pass
with a as b, c() as (d, e), f: pass
assert x, "message"
assert y
match value:
    case 1 | -2.5 | "s" | None: r = 0
    case [a, 2, *rest] if rest: r = 1
    case {"k": v, "l": [_, w], **others}: r = 2
    case Point(x=0, y=yy) | Point(yy): r = 3
    case (1 + 2j) as z: r = 4
    case [first, *_, last]: r = 5
    case _: r = 6
def early():
    for x in y:
        with z:
            try: return x
            finally: cleanup()
def many_returns(a):
    while True:
        try:
            if a: return 1
            a.b.c(d, e=1, **f)(*g)
        except E: continue
