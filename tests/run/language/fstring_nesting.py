# f-strings: nesting, specs, conversions, quotes, debugging form, errors.
x, w, p = 3.14159, 10, 3
d = {"k": "v", "q": {"z": 1}}


class F:
    def __format__(self, s): return f"<{s}>"
    def __repr__(self): return "R'é"
    def __str__(self): return "S"


f = F()
print(f"{x:{w}.{p}}|{x:>{w}}|{x!r:^{w}}|{x:{'>'}{w}}|{x:{w}.{p}{'f'}}|{f:{w}}|{f:a{w}b{p}c}|{f!r:>8}|{f!s}|{f!a}|{f}")
print(f"{d['k']}{d["k"]}{f'{d["q"]['z']}'}{f"{f"{f"{1}"}"}"}", f'{"\n".join("ab")}', f"{'''t'''}", f"{"a" "b"}", f"{x!r:{'<'}{w + 2}}|")
print(f"{x=}|{x = }|{x=!s}|{x=:.2f}|{ x = :.1f}|{d['k']=}|{1+1=}|{f=}|{f=!s:>4}|{f = :spec}|{(lambda: 1)()=}")
print(f"{{}}{{{x:.1f}}}}}{{", f"{ {1: 2}[1] }", f"{ {1, 2} }", f"{(lambda y: y * 2)(4)}", f"{[i for i in range(3)]}", f"{x if x else 0}", f"{x:=10}|{(y := 5)}|{y}", f"{not x}", f"{*[1, 2],}", f"{1, 2}", f"{(yield_ := 3) + 1}", f"{x:%}", f"{'a' if True else 'b'!r}", f"{3.!r}", f"{10 ** 2:,}", f"{'x':\x41<3}")
print(rf"\n{x}\d", fr"{x}\{x}", Rf"\{x:.1f}", f"\x41{x:.0f}\N{BULLET}\u0041", f"{'\N{BULLET}'}", f"a" "b{x}" f"{1}" 'c', f"" f"{''}" "", f"{'\\'}", f"{"\t"!r}")
print(f"""
{x}
  {w
   + 1}
{'''multi
line'''}""")
print(f"{w:{p}}{w:0{p}}{w:+}{w:#x}{w:_b}{w:c}{w:e}{'s':5}|{'s':.0}|{True:d}|{True}|{None}|{1j:.1f}|{b'x'!r}|{w:n}|{1e10:g}|{1234567:,}|{-0.0:z.1f}|{255:#06x}|{255:^#10b}")
for src in ("f'{x!z}'", "f'{x!}'", "f'{}'", "f'{ }'", "f'{x'", "f'x}'", "f'{x:{y:{z}}}'", "f'{x:{}}'", "f'{!r}'", "f'{:x}'", "f'{=}'", "f'{x y}'", "f'{lambda x: 1}'", "f'{x!r }'", "f'{*a}'", "f'{a b:c}'", "f'{x=!}'", "f'{x = !s:>{w}}'", "f'{\\x}'", "f'{'", "f'}'", "f'{{}'", "f'{x:\n}'", "f'{x\n}'", "fb'x'", "fu'x'", "f'{x:=}'", "f'{x:a{y}b{z!r:>{w}}c}'", "f'{yield}'", "f'{await x}'", "f'{x:{y}}'.z()", "f'{a:=b}'", "f'{1a}'", "f'{0777}'", "f'{'a' 1}'"):
    try:
        compile(src, "s", "exec")
        print(src, "ok")
    except SyntaxError as e:
        print(repr(src), e.msg, e.lineno, e.offset)
for g in (lambda: f"{x:q}", lambda: f"{'s':d}", lambda: f"{w:{'.2'}}", lambda: f"{w:.2d}", lambda: f"{None:x}", lambda: f"{[]:>5}", lambda: f"{x:{None}}", lambda: f"{undefined}", lambda: f"{d['nope']}", lambda: f"{x:,_}", lambda: f"{w:,c}", lambda: f"{1:%%}", lambda: f"{'a':=5}", lambda: f"{w:{w}{w}}", lambda: f"{1:0.9999999999999999999f}"):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
