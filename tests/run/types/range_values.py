# Ranges of any size.
def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


for r in (range(5), range(0), range(5, 0), range(5, 0, -2), range(-3, 4, 3), range(10**20, 10**20 + 3), range(True, 5), range(0, 10**30, 10**29)):
    print(r, list(r)[:4], len(r) if r.stop < 10**25 else "", r[0] if r else None, r[-1] if r else None, r[::-1], r[1:], r[:2], r[5:], bool(r), hash(r) == hash(range(r.start, r.stop, r.step)), r.count(0), 3 in r, r.start, r.stop, r.step)
