# Formatted strings: nesting, conversions, specs, debugging form, multi-line.
import datetime

x, name, width = 3.14159, "krait", 10
print(f"{x:.2f} {name!r} {name!s:>8} {name!a} {x!r:^{width}} {width:>{width}d} {name:*^{width + 4}}")
print(f"{x=} {x = } {x=:.1f} {name=!s} {width + 1=}")
print(f"{{literal}} {'nested ' + f'{name}'} {[i for i in range(3)]} { {'a': 1}['a'] } {(lambda: 5)()}")
print(f"""multi
{name
}
line""")
print(f'{f'{f'{1 + 1}'}'}' f" joined {'quotes "inside"'}" "plain" rf"\d{x:.0f}" Rf'{name}\n')
print(f"{1_000_000:,} {1_000_000:_} {255:#x} {255:08b} {-5:+d} {0.5:%} {1e10:g} {1234.5:e} {True:d} {'a':5}|{'a':<5}|")
print(f"{datetime.date(2024, 2, 29):%Y-%m-%d} {3:{'0'}>{'5'}}")


class F:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "repr"

    def __str__(self):
        return "str"


print(f"{F()} {F():abc} {F()!r} {F()!s:>5} {F()!r:<6}|")
for code in ("f'{1:q}'", "f'{\"a\":d}'", "f'{undefined}'", "f'{[]:5}'", "f'{None:>5}'"):
    try:
        print(eval(code))
    except Exception as e:
        print(type(e).__name__, e)
print(f"{'\n'.join(['a', 'b'])}" f"\N{GREEK SMALL LETTER ALPHA}\u00e9\x41 {'é'} \
continued")
print(f"{x!r}" == repr(x), f"" == "", f"{''}" == "", f"{x}{x}" == str(x) * 2)
d = {"k": "v", 'q"': 1}
print(f"{d["k"]} {d['q"']} {x:{'.1' + 'f'}} {'a' if x > 3 else 'b'} {x > 3 and x < 4}")
print("%s %r %5.1f %-5d| %05d %x %c %% %(k)s" % ("s", "r", 2.25, 3, 4, 255, "c") if False else "%s %r %5.1f %-5d| %05d %x %c %%" % ("s", "r", 2.25, 3, 4, 255, "c"))
print("%(a)s %(b)03d" % {"a": 1, "b": 2}, "{} {0!r}".replace("{0!r}", "{}").format(1, "a"), "{0[0]} {1.real} {k[a]:>4}".format([9], 5, k={"a": "z"}))
