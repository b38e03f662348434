# Trees to code and back; what compile() says of trees that are none.
import ast

source = '''
"""doc"""
import a.b as c
from . import d
x: int = 1
def f(a, /, b, *args, c=2, **kw) -> int:
    return [y for y in a if y]
async def g():
    async with a as b, c:
        await d
    async for i in j: yield i
class A[T: int, *Ts, **P](B, m=3):
    z = f'{x!r:>{y}} {{}} a' if 0 else u'k'
    t = t'{x=} b'
match x:
    case [1, *_] | {'a': -1, **r} | A(q=None) as z if z:
        pass
try:
    del x, y[1:2, ...]
except* E as e:
    raise X from e
type X[T = int] = list[T]
while not a < b <= c:
    x += (yield)
    break
else:
    lambda: (z := 1)
'''
tree = ast.parse(source)
print(ast.dump(tree))
print(ast.unparse(tree))
print(ast.unparse(ast.parse("x = (1, *y); f(**k)")))
first = compile("x = 1\nif x: print('ran', x)", "s", "exec")
second = compile(ast.parse("x = 1\nif x: print('ran', x)"), "s", "exec")
print(first.co_code == second.co_code, first.co_linetable == second.co_linetable)
exec(second)
power = ast.Expression(ast.BinOp(ast.Constant(2), ast.Pow(), ast.Constant(5)))
print(eval(compile(ast.fix_missing_locations(power), "s", "eval")))
exec(compile(ast.parse("print(1); 2 + 3", mode="single"), "s", "single"))
print(ast.literal_eval("{'a': [1, -2.5, (3+4j)], 'b': {None, True}, b'c': ...}"))
print(ast.dump(ast.parse("__debug__; 'a' 'b'; '%s' % x", optimize=1)))
print(ast.dump(compile("if __debug__: 1", "s", "exec", ast.PyCF_OPTIMIZED_AST, optimize=2)))


def refuse(node, mode="exec"):
    try:
        compile(node, "s", mode)
        print("ok")
    except Exception as e:
        print(type(e).__name__, "|", e)


def statement(node):
    return ast.Module([ast.fix_missing_locations(node)], [])


def expression(node):
    return ast.fix_missing_locations(ast.Expression(node))


n = ast.Name("n", ast.Load())
store = ast.Name("n", ast.Store())
refuse(ast.Expression(n))
refuse(expression(n), "single")
refuse(ast.Module([5], []))
refuse(ast.Module([ast.Pass()], []))
refuse(ast.Module([None], []))
refuse(ast.Module("x", []))
refuse(statement(ast.Expr(5)))
refuse(statement(ast.Expr(None)))
refuse(statement(ast.If(n, [], [])))
refuse(statement(ast.Delete([n])))
refuse(statement(ast.Delete([])))
refuse(statement(ast.Assign([ast.Constant(1)], n)))
refuse(statement(ast.AnnAssign(ast.Attribute(n, "a", ast.Store()), n, None, 1)))
refuse(statement(ast.Raise(None, n)))
refuse(statement(ast.Try([ast.Pass()], [], [], [])))
refuse(statement(ast.Try([ast.Pass()], [], [ast.Pass()], [ast.Pass()])))
refuse(statement(ast.Import([])))
refuse(statement(ast.Global([])))
refuse(statement(ast.With([], [ast.Pass()])))
refuse(statement(ast.FunctionDef(3, ast.arguments(), [ast.Pass()])))
refuse(expression(store), "eval")
refuse(expression(ast.Name("None")), "eval")
refuse(expression(ast.BoolOp(ast.And(), [n])), "eval")
refuse(expression(ast.Compare(n, [ast.Lt()], [])), "eval")
refuse(expression(ast.Dict([n], [])), "eval")
refuse(expression(ast.ListComp(n, [])), "eval")
refuse(expression(ast.NamedExpr(ast.Attribute(n, "a", ast.Store()), n)), "eval")
refuse(expression(ast.Constant([1])), "eval")
refuse(expression(ast.Constant((1, {}))), "eval")
refuse(expression(ast.Name("x", lineno=5, end_lineno=2, col_offset=0, end_col_offset=1)), "eval")
refuse(expression(ast.Name("x", lineno=1, end_lineno=1, col_offset=5, end_col_offset=1)), "eval")
refuse(expression(ast.Name("x", lineno="a", col_offset=0)), "eval")
refuse(expression(ast.Lambda(ast.arguments(defaults=[n]), n)), "eval")
refuse(statement(ast.Match(n, [ast.match_case(ast.MatchStar("a"), None, [ast.Pass()])])))
refuse(statement(ast.Match(n, [ast.match_case(ast.MatchOr([ast.MatchAs()]), None, [ast.Pass()])])))
refuse(statement(ast.Match(n, [ast.match_case(ast.MatchValue(n), None, [ast.Pass()])])))
refuse(statement(ast.Return(n)))
for args in [("x", "s", "nope"), ("x", "s", "func_type"), (5, "s", "exec"), ("x", "s", "exec", 1 << 30)]:
    try:
        compile(*args)
    except Exception as e:
        print(type(e).__name__, e)
