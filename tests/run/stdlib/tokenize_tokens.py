# Tokens and the errors of the tokenizer.
import io
import tokenize

src = ['x = 1', 'x = 1\r\ny\r\n', '', '\n', '# c', '  # c\nx', 'if x:\n  y\n', 'if x:\n  y', 'if x:\n  y\n z\n', '(', '(\n', 'x = (1,\n 2)', '"abc', "'''abc\ndef", "'a\\\nb'", 'a\\\n b', 'a \\ b', 'a\\', "f'{x}'", "f'{x!r:>{y}} a {{ }}'", "f'''a\nb{x}\n c'''\n", "f'{x:}'", "f'{x=}'", "f'{", "f'{a", "f'a", "f'''a\n", "f'}'", "f'{a:{b:{c}}}'", "rf'\\{x}'", "f'\\N{DIGIT ONE}{x}'", 't"a{b}c"', "0x_f 0b1 1_0 1e5 1.e-3j .5 1..2 ... .. . 012 1if x else y", "é = 1; 名='x'", 'a€ = 1', '$?!', 'a:=b!=c<>d->e**=f//=g>>=h<<=i@=j...', '\tx\n        y\n', 'if 1:\n\tx\n        y', ')', '(]', 'x = """a\nb""" + c # d\n', 'a\x0cb', '\x0c x', 'class A:\n  def f(self):\n    pass\n\n  # c\n  x=1\n# d\n', "x\n\n\n\n", "f'{\nx\n}'", "f'''{\nx:\n}'''", 'async def f(): await x', "b'x' rb'y' Rb'z' u'q' bu'x'", '1_', '1__0', '0xg', '0b2', '0o8', '1e', '1ex', "'\\", 'x = 1  # c', 'x = 1;', 'a\n  b\n c', '\\\nx', '  \\\n x', 'x\n\\\n', "f'{a}{b}' f'c'", "f\"{'a'}\"", "f'{a['b']}'", "f'{{a}}'", "f'{a:{{}}}'", "if a:\n\n  \n  b\n\n\nc"]


def show(tokens):
    try:
        for t in tokens:
            print("  ", tuple(t))
    except Exception as e:
        print("  !", type(e).__name__, e.args)


for text in src:
    print(repr(text))
    show(tokenize.generate_tokens(io.StringIO(text).readline))
show(tokenize.tokenize(io.BytesIO(b"\xef\xbb\xbfx=1\n").readline))
show(tokenize.tokenize(io.BytesIO(b'# coding: latin-1\nx="\xe9"\n').readline))
show(tokenize.generate_tokens(lambda: 5))


def fails():
    raise ZeroDivisionError


show(tokenize.generate_tokens(fails))
code = "def f(a,  b):\n    return f'{a!r:>{b}}' # c\n"
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO(code).readline)) == code)
