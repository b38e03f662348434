# _opcode and opcode: what dis is made from.
import _opcode
import dis
import opcode

for name in ["NOP", "LOAD_CONST", "LOAD_ATTR", "CALL", "FOR_ITER", "STORE_FAST", "LOAD_DEREF", "SETUP_FINALLY", "BUILD_MAP"]:
    op = opcode.opmap[name]
    has = [k for k in ("arg", "const", "name", "jump", "free", "local", "exc") if getattr(_opcode, "has_" + k)(op)]
    print(name, has, [_opcode.stack_effect(op, 3, jump=j) for j in (None, True, False)])
print(_opcode.is_valid(-1), _opcode.is_valid(27), _opcode.is_valid(1000))
print(_opcode.get_nb_ops()[0], _opcode.get_intrinsic1_descs()[1], _opcode.get_special_method_names())
for f in (lambda: _opcode.stack_effect(9999), lambda: _opcode.stack_effect(9, 0, jump=3),
          lambda: _opcode.get_executor(1, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def f(a, *b):
    for x in b:
        with a as c:
            yield x + c.y[1:2]


dis.dis(f)
print([(i.opname, i.arg, i.argrepr) for i in dis.get_instructions(lambda x: x in {1, 2})])
