# string: Formatter, Template, capwords, constants.
import string


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


F = string.Formatter()


class Mine(string.Formatter):
    def get_value(self, k, a, kw): return f"<{k}>" if k not in kw else kw[k]
    def format_field(self, v, s): return f"{v}|{s}"
    def convert_field(self, v, c): return v if c == "q" else super().convert_field(v, c)
    def check_unused_args(self, used, a, kw): print(sorted(map(str, used)))


t(lambda: F.format("{} {}", 1, 2), lambda: F.format("{0} {}", 1), lambda: F.format("{} {0}", 1), lambda: F.format("{a.real:>{w}}", a=5, w=4), lambda: F.format("{a[0][k]}", a=[{"k": 1}]), lambda: F.format("{!r:>6}", "x"), lambda: F.format("{x}"), lambda: F.format("{}"), lambda: F.format("{!z}", 1), lambda: F.format("{{}}"), lambda: F.format("{", 1), lambda: F.format(), lambda: F.vformat("{0}{k}", (1,), {"k": 2}), lambda: list(F.parse("a{b!r:{c}}d{{e}}")), lambda: list(F.parse("")), lambda: list(F.parse("{}")), lambda: list(F.parse("{a")), lambda: F.get_field("0.a", ([],), {}), lambda: F.format("{:{:{}}}", 1, 2, 3), lambda: Mine().format("{a} {b:x} {c!q} {d!r}", b=1), lambda: F.format("{:%Y}", __import__("datetime").date(2020, 1, 1)))
T = string.Template
t(lambda: T("$a ${b}c $$").substitute(a=1, b=2), lambda: T("$a").substitute(), lambda: T("$a $b").safe_substitute(a=1), lambda: T("$").substitute(), lambda: T("$1").substitute(), lambda: T("a\n${").substitute(), lambda: T("$").safe_substitute(), lambda: T("$a").substitute({"a": 1}, a=2), lambda: T("$é").substitute(), lambda: T("$A").substitute(a=1), lambda: T("$a $b ${a}").get_identifiers(), lambda: T("$a").is_valid(), lambda: T("$ ").is_valid(), lambda: T("x").template, lambda: type("D", (T,), {"delimiter": "%", "idpattern": "[a-z]+"})("%a %{b} $c").substitute(a=1, b=2), lambda: T("$a").substitute(5))
t(lambda: string.capwords("  a  bC d "), lambda: string.capwords("a-b-c", "-"), lambda: string.ascii_letters, lambda: string.punctuation, lambda: repr(string.whitespace), lambda: string.hexdigits, lambda: len(string.printable))
