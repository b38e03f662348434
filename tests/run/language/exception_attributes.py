# What built-in exceptions keep: attributes, str, repr, pickles.
import pickle

cases = [Exception(), Exception(1), Exception("a", 2), KeyError("k"), KeyError(), KeyError(1, 2), OSError(2, "msg"), OSError(2, "msg", "file"), OSError(2, "msg", "file", None, "file2"), OSError("one"), OSError(1, 2, 3, 4, 5, 6), OSError(13, "denied"), OSError(17, "x"), FileNotFoundError("x"), StopIteration(), StopIteration(5, 6), SystemExit(), SystemExit(3), SystemExit(1, 2), UnicodeDecodeError("utf-8", b"abc", 1, 2, "why"), UnicodeDecodeError("utf-8", b"abc", 0, 3, "why"), UnicodeEncodeError("ascii", "a\xe9b", 1, 2, "why"), UnicodeEncodeError("ascii", "a\U0001F600", 1, 2, "why"), ImportError("m", name="n", path="p"), ModuleNotFoundError("m", name="q"), NameError("m", name="nn"), AttributeError("m", name="aa", obj=5), StopAsyncIteration("v"), ExceptionGroup("g", [ValueError(1), TypeError(2)]), BaseExceptionGroup("b", [KeyboardInterrupt()]), UnboundLocalError("u"), ConnectionResetError(104, "reset"), TimeoutError(), NotImplementedError(None), AssertionError([1]), MemoryError(), RecursionError("deep"), Warning("w"), PythonFinalizationError("f")]
for e in cases:
    attrs = {a: getattr(e, a) for a in sorted(dir(e)) if not a.startswith("_") and a != "characters_written" and a not in ("add_note", "with_traceback", "args", "derive", "split", "subgroup")}
    print(type(e).__name__, repr(e), "|", str(e), "|", e.args, attrs)
    try:
        p = pickle.loads(pickle.dumps(e))
        print("  pickled", type(p).__name__, repr(p) == repr(e), p.__dict__)
    except Exception as x:
        print("  no pickle", type(x).__name__, x)
for f in (lambda: SyntaxError("m", 5), lambda: SyntaxError("m", (1, 2)), lambda: ImportError("a", bad=1), lambda: ValueError(a=1), lambda: ExceptionGroup("g", []), lambda: ExceptionGroup("g", 5), lambda: ExceptionGroup(1, [ValueError()]), lambda: ExceptionGroup("g", [1]), lambda: ExceptionGroup("g", [KeyboardInterrupt()]), lambda: ExceptionGroup("g"), lambda: BaseException().with_traceback(5), lambda: BaseException().add_note(5), lambda: setattr(ValueError(), "args", 5), lambda: setattr(ValueError(), "__traceback__", 5), lambda: setattr(ValueError(), "__cause__", 5), lambda: setattr(ValueError(), "__context__", "x"), lambda: setattr(ValueError(), "__suppress_context__", 5), lambda: setattr(OSError(1, "a"), "errno", "x"), lambda: BaseException.__new__(int), lambda: ValueError().__reduce__(), lambda: StopIteration(3).__reduce__(), lambda: OSError(2, "a", "b").__reduce__()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
e = UnicodeDecodeError("utf-8", b"abc", 1, 2, "why")
e.start, e.end, e.reason, e.encoding = 5, 9, "other", "enc"
print(e, e.start, e.args)
e = ValueError(1)
e.args = [2, 3]
print(repr(e), e.args)
e.add_note("n1"); e.add_note("n2")
print(e.__notes__, e.__dict__)
e.attr = 5
print(vars(e), e.__cause__, e.__suppress_context__)


class My(OSError):
    def __init__(self, a, b): super().__init__(a, b); self.extra = b
    def __str__(self): return "my"


print(repr(My(2, "b")), My(2, "b"), My(2, "b").errno, type(My(2, "c")).__name__)


class V(ValueError):
    def __init__(self, x): self.x = x


print(repr(V(5)), V(5).args, str(V(5)), V("q").x)
print([c.__name__ for c in OSError.__subclasses__()][:3], issubclass(EnvironmentError, IOError), ConnectionError.__mro__[1])
