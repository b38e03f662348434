import json
import re
import string
import textwrap

print(string.Template("$a and ${b}").substitute(a=1, b=2), string.ascii_lowercase[:5])
print(string.Formatter().format("{0:>5}|{name!r}|{x[k]}", "a", name="n", x={"k": 3}))
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20))
print(re.findall(r"(\w+)@(\w+)\.com", "a@b.com, cc@dd.com"), re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "a1b22"))
m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)", "2024-05-06")
print(m.groupdict(), m.span("month"), re.split(r"[,;]\s*", "a, b;c"), re.compile("x+", re.I).search("aXxb"))
data = json.loads('{"a": [1, 2.5, null, true, "\\u00e9\\n"], "b": {}}')
print(data, json.dumps(data, sort_keys=True), json.dumps([1, {"k": "v"}], indent=2))
try:
    json.loads("{bad}")
except json.JSONDecodeError as e:
    print(e)
