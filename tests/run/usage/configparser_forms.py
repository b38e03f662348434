# configparser: reading, interpolation, errors, writing.
import configparser as cp
import io

TEXT = """[DEFAULT]
base = /srv
[one]
path = %(base)s/x
multi = a
  b

  c
empty
flag = yes
n : 42 ; not a comment
# comment
[two]
ref = ${one:path}
"""
c = cp.ConfigParser(allow_no_value=True)
c.read_string(TEXT)
print(c.sections(), dict(c["one"]), c["one"].getboolean("flag"), c.get("one", "path", raw=True), c.defaults(), "base" in c["two"], c.has_option("one", "zzz"), c.options("two"))
for f in (lambda: c.getint("one", "n"), lambda: c["zip"], lambda: c["one"]["zip"], lambda: c.get("one", "zip", fallback="fb"), lambda: c["one"].getint("flag"), lambda: c["one"].getboolean("path"), lambda: c.add_section("one"), lambda: c.add_section("DEFAULT"), lambda: c.set("nope", "a", "b"), lambda: c.set("one", "a", 5), lambda: c.read_string("x = 1"), lambda: c.read_string("[a]\nx = 1\nx = 2"), lambda: c.read_string("[b]\n[b]"), lambda: c.read_string("[c]\njust text : \n= 5"), lambda: c.read("/nonexistent"), lambda: c.read_dict({"d": {"k": 1}}), lambda: c["d"]["k"], lambda: c.remove_section("d"), lambda: c.remove_option("one", "n"), lambda: len(c), lambda: c.popitem()[0], lambda: c["two"], lambda: c.items("one", raw=True)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).replace("\n", "|"))
for bad in ("%(", "%(nope)s", "%", "%%ok", "%(a)s"):
    d = cp.ConfigParser(); d.read_dict({"s": {}})
    try:
        d.read_string(f"[t]\na = {bad}")
        print(d["t"]["a"])
    except cp.Error as e:
        print(type(e).__name__, str(e).split("\n")[0])
e = cp.ConfigParser(interpolation=cp.ExtendedInterpolation(), delimiters=("=",), comment_prefixes=("//",), strict=False)
e.optionxform = str
e.read_string("[a]\nKey = 1\nKey = 2\n// c\n[b]\nr = ${a:Key}$$")
print(e["b"]["r"], list(e["a"]))
out = io.StringIO(); e.write(out); print(out.getvalue())
raw = cp.RawConfigParser(converters={"list": str.split}); raw.read_string("[x]\nl = 1 2 %(z)s"); print(raw["x"].getlist("l"), raw["x"])
