# Which inputs of an interactive session want more lines.
import codeop

for s in ["x = 1", "if x:", "if x:\n  pass", "if x:\n  pass\n", "(", "def f():\n  return (1,\n2)", '"""abc', "x =",
          "1 +", "class A:\n  def f(self):", "@d", "@d\ndef f(): pass", "try:\n  x", "try:\n  x\nexcept E:", "a = 1;",
          "a\nb", "\\", "x \\", '"abc', "[1,2", ")", "raise = 2", "", "# c", "\n", "  x", "if 1:\n  x\nelse:\n  y",
          "while 1:\n", "x=1\n", "def f(a,\n", "with a as b:", "f'''{x"]:
    try:
        result = codeop.compile_command(s, "<in>", "single")
        print(repr(s), "more" if result is None else "complete")
    except SyntaxError as e:
        print(repr(s), type(e).__name__, e)
compiler = codeop.CommandCompiler()
print(compiler("from __future__ import annotations", "<in>", "single") is not None)
print(compiler("x: 1 + 1", "<in>", "exec").co_flags & 0x1000000 != 0)
