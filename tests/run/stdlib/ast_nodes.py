# The classes of ast: fields, constructors, representations, copies.
import ast
import copy
import warnings

for name in ["AST", "FunctionDef", "arguments", "arg", "Constant", "ImportFrom", "Load", "MatchMapping"]:
    cls = getattr(ast, name)
    print(name, cls._fields, cls._attributes, cls.__match_args__, cls.__mro__[1].__name__)
    print(" ", cls.__doc__)
print(ast.expr_context.__doc__, "/", ast.type_param.__doc__)
print(ast.FunctionDef._field_types)
print(ast.Return.value, ast.stmt.end_lineno, hasattr(ast.type_param, "end_lineno"))
print(len(ast.expr.__subclasses__()), ast.stmt.__subclasses__()[:3])

print(ast.Name("x"), ast.Name("x").ctx, ast.List().elts, ast.Return().value)
node = ast.Name("x", ast.Store(), lineno=3, col_offset=1)
print(node.__reduce__()[0].__name__, node.__reduce__()[1][0], node.__reduce__()[2])
print(repr(ast.parse("def f(a, b, c): return [1, 2, 3]")))
print(repr(ast.AST()), repr(ast.Tuple(elts=(1, 2, 3))))
print(ast.dump(copy.copy(node)), ast.dump(copy.deepcopy(node)))
print(ast.dump(copy.replace(node, id="y"), include_attributes=True))

warnings.simplefilter("always")


def attempt(f):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f()
            print("ok", ast.dump(result) if isinstance(result, ast.AST) else result)
        except Exception as e:
            print(type(e).__name__, e)
    for w in caught:
        print("   ", w.category.__name__, w.message)


attempt(lambda: ast.Name("x", ast.Load(), 5))
attempt(lambda: ast.Pass(1))
attempt(lambda: ast.Name("x", id="y"))
attempt(lambda: ast.Expr())
attempt(lambda: ast.Name(id="x", foo=1))
attempt(lambda: ast.BinOp(1).left)
attempt(lambda: copy.replace(node, nope=1))
attempt(lambda: copy.replace(ast.Name.__new__(ast.Name)))


class Mine(ast.AST):
    _fields = ("a", "b")
    _field_types = {"a": int | None, "b": list[int]}
    a = None


attempt(lambda: (Mine().a, Mine().b, Mine(1, [2]).a))


class Bare(ast.AST):
    _fields = ("a",)
    _field_types = {}


attempt(lambda: Bare())
attempt(lambda: Bare(3).a)

match ast.parse("a + 1", mode="eval"):
    case ast.Expression(ast.BinOp(ast.Name(n), ast.Add(), ast.Constant(v))):
        print("matched", n, v)
