# slice objects and __index__.
def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


class I:
    def __init__(self, v): self.v = v
    def __index__(self): return self.v


t(lambda: range(I(3)), lambda: range(I(1.5)), lambda: [1, 2, 3][I(1)], lambda: [1, 2, 3][I(0):I(2)], lambda: [1, 2][I("a")], lambda: range(5)[I(2)], lambda: "abc"[I(5)], lambda: slice(1, 2, 3), lambda: slice(5), lambda: slice(None, "a"), lambda: slice(), lambda: slice(1, 2, 3, 4), lambda: slice(1, 5).indices(3), lambda: slice(None, None, -1).indices(5), lambda: slice(-100, 100, 3).indices(10), lambda: slice(5, 1, -1).indices(3), lambda: slice(1, 2, 0).indices(5), lambda: slice(1).indices(-1), lambda: slice(1).indices("a"), lambda: slice("a").indices(3), lambda: slice(I(2)).indices(5), lambda: slice(10**30).indices(10**40), lambda: slice(1, 2) == slice(1, 2), lambda: slice(1, 2) < slice(1, 3), lambda: hash(slice(1, 2)) == hash(slice(1, 2)), lambda: hash(slice([])), lambda: {slice(1): 2}[slice(1)], lambda: slice(1, 2).start, lambda: setattr(slice(1), "stop", 2), lambda: slice(1, 2).__reduce__(), lambda: [1, 2, 3, 4][slice(None, None, 2)], lambda: slice(1, 2).x)
