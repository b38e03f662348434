# raise in all forms: causes, contexts, re-raising, exceptions in handlers and finally.
import traceback


def chain(e, depth=0):
    while e is not None and depth < 6:
        print("  " * depth, repr(e), "cause" if e.__cause__ is not None else "ctx" if e.__context__ is not None else "", e.__suppress_context__)
        e = e.__cause__ if e.__cause__ is not None else e.__context__
        depth += 1


def t(src):
    try:
        exec(src, {"chain": chain})
        print("no error")
    except BaseException as e:
        print(src.replace("\n", ";"))
        chain(e)


t("raise ValueError"); t("raise ValueError('a')"); t("raise ValueError from None"); t("raise ValueError from KeyError"); t("raise ValueError from KeyError('c')"); t("raise ValueError from 5"); t("raise 5"); t("raise"); t("raise int"); t("raise ValueError(1) from ValueError(2)")
t("try:\n 1/0\nexcept ZeroDivisionError:\n raise ValueError('v')"); t("try:\n 1/0\nexcept ZeroDivisionError as e:\n raise ValueError('v') from e"); t("try:\n 1/0\nexcept ZeroDivisionError:\n raise ValueError('v') from None"); t("try:\n 1/0\nexcept ZeroDivisionError:\n raise"); t("try:\n 1/0\nexcept ZeroDivisionError as e:\n raise e"); t("try:\n 1/0\nfinally:\n {}['k']"); t("try:\n try:\n  1/0\n finally:\n  {}['k']\nexcept KeyError:\n pass"); t("try:\n 1/0\nexcept KeyError:\n pass\nelse:\n pass\nfinally:\n [][1]"); t("def f():\n try:\n  1/0\n finally:\n  return 5\nprint(f())"); t("for i in range(2):\n try:\n  1/0\n finally:\n  continue"); t("try:\n 1/0\nexcept undefined:\n pass"); t("try:\n 1/0\nexcept 5:\n pass"); t("try:\n 1/0\nexcept (ValueError, 5):\n pass"); t("try:\n 1/0\nexcept (ValueError, (KeyError, ZeroDivisionError)):\n print('nested')"); t("try:\n 1/0\nexcept ():\n pass"); t("try:\n 1/0\nexcept [ZeroDivisionError]:\n pass"); t("try:\n raise KeyError\nexcept* KeyError as eg:\n print(repr(eg)); raise"); t("try:\n raise ValueError\nexcept* 5:\n pass"); t("try:\n raise ValueError\nexcept* ExceptionGroup:\n pass"); t("try:\n 1/0\nexcept Exception as e:\n e.__context__ = e\n raise e"); t("class E(Exception):\n def __init__(self): raise KeyError('init')\nraise E"); t("class E(Exception):\n def __new__(cls): return 5\nraise E"); t("e = ValueError('same')\ntry:\n raise e\nexcept ValueError:\n raise e"); t("a = ValueError('a')\nb = ValueError('b')\ntry:\n try:\n  raise a\n except ValueError:\n  raise b\nexcept ValueError:\n raise a"); t("def g():\n try:\n  yield\n except ValueError:\n  raise KeyError('k')\ni = g(); next(i)\ni.throw(ValueError('t'))"); t("assert 0"); t("assert 0, 'msg'"); t("assert (), [1, 2]"); t("try:\n 1/0\nexcept ZeroDivisionError:\n try:\n  [][0]\n except IndexError:\n  pass\n raise"); t("try:\n try:\n  1/0\n except ZeroDivisionError:\n  [][0]\nexcept IndexError:\n raise ValueError"); t("import nope.sub"); t("int.nope"); t("(lambda: x)()"); t("raise KeyboardInterrupt"); t("raise SystemExit(3)"); t("raise GeneratorExit"); t("raise StopIteration(1) from StopIteration(2)")
try:
    try:
        raise ValueError("inner")
    except ValueError as e:
        e.add_note("noted")
        raise KeyError("outer") from e
except KeyError:
    print(traceback.format_exc().replace(__file__, "FILE"))
