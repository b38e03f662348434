from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

d = deque([1, 2, 3], maxlen=4)
d.append(4)
d.append(5)
d.appendleft(0)
print(d, d.maxlen, len(d), d[0], d[-1], 3 in d, d.index(3))
d.rotate(1)
print(d, list(reversed(d)), d.copy() == d)
d.extend("xy")
d.extendleft("ab")
print(d, d.pop(), d.popleft())
del d[0]
d.insert(1, "in")
d.reverse()
print(d, d + deque([9]), d * 2, d.count("in"))
try:
    for x in d:
        d.append(x)
except RuntimeError as e:
    print(e)
try:
    deque().pop()
except IndexError as e:
    print(e)

counts = defaultdict(list)
for word in "the cat the hat".split():
    counts[word].append(len(word))
print(counts, counts["new"], dict(counts), counts.default_factory)
print(Counter("mississippi").most_common(2), Counter(a=1) + Counter(a=2, b=1))
Point = namedtuple("Point", "x y", defaults=[5])
p = Point(1)
print(p, p.x, p._replace(y=2), p._asdict(), Point._fields, p == (1, 5))
o = OrderedDict(a=1, b=2)
o.move_to_end("a")
print(o, list(o))
