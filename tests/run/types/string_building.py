# Concatenation in loops, join, repetition, formatting: contents must not be shared by mistake.
s = ""
for i in range(300):
    s += chr(97 + i % 26)
t = s
s += "!"
print(len(s), len(t), t[-1], s[-2:], hash(t) == hash(t[:150] + t[150:]))
u = ""
for i in range(50):
    u += "é" if i % 2 else "e"
    if i == 25:
        u += "日"
    if i == 40:
        u += "\U0001f600"
print(len(u), u[24:30], u.count("é"), u.encode()[:5])
parts = []
base = "ab"
for i in range(4):
    base += str(i)
    parts.append(base)
print(parts)


def build(n):
    out = ""
    for i in range(n):
        out = out + str(i) + ","
    return out


print(build(12), len(build(500)))
a = "x" * 10
b = a
a += "y"
c = a
a += "z"
print(b, c, a)
r = ""
for ch in "reverse":
    r = ch + r
print(r)
d = {"k": "v"}
d["k"] += "w"
d["k"] += "x"
print(d)


class O:
    s = "class"

    def add(self, t):
        self.s += t
        return self.s


o = O()
print(o.add("1"), o.add("2"), O.s)
lst = ["a"] * 3
lst[0] += "b"
print(lst)
print("".join(str(i) for i in range(10)), "-".join(["solo"]), ",".join(map(str, (1, 2.5, None))), "".join(["é", "a", "日"]), " ".join("abc"))
print("%s-%s" % ("a", "b"), "{}{}".format("x", 1), f"{s[:3]}{len(s)}", "a" "b", "ab" * 3, 3 * "-")
e = "é"
for _ in range(3):
    e += e
print(e, len(e))
q = "start"
for i in range(3):
    w = q
    q += str(i)
    assert w != q and q.startswith(w)
print(q, w)
import io

buf = io.StringIO()
for i in range(5):
    buf.write(f"{i};")
print(buf.getvalue(), buf.tell())
bs = b""
for i in range(5):
    bs += bytes([65 + i])
ba = bytearray()
for i in range(5):
    ba += b"%d" % i
print(bs, ba)
text = "line one\nline two\n"
out = ""
for line in text.splitlines():
    out += line.title() + "|"
print(out)
x = y = "same"
x += ""
print(x is y or x == y, x, y)
z = "abc"
z *= 2
z += z[1:3]
print(z, z.replace("b", "B"), z.upper().lower() == z)
