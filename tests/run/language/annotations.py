# PEP 649: annotations are evaluated when they are asked for.
import annotationlib


def f(a: int, b: "text", *args: undefined, c: float = 1.0, **kw: dict[str, int]) -> list[int]:
    local: not_evaluated = 1
    return local


print(f(1, 2))
try:
    f.__annotations__
except NameError as e:
    print(e)
undefined = str
print(f.__annotations__)


class C:
    x: int
    y: str = "default"
    _private: "later" = None

    def m(self) -> "C":
        pass


print(C.__annotations__, C.y, hasattr(C, "x"), C.m.__annotations__)
z: int
w: float = 2.5
print(__annotations__ if "__annotations__" in globals() else sorted(__annotate__(1)))
f.__annotations__ = {"replaced": 1}
print(f.__annotations__)
print(C.__annotate__(annotationlib.Format.VALUE))


def lazy(x: Missing.attr[1], y: int):
    pass


print(annotationlib.get_annotations(lazy, format=annotationlib.Format.STRING))
refs = annotationlib.get_annotations(lazy, format=annotationlib.Format.FORWARDREF)
print(type(refs["x"]).__name__, refs["y"])


def conditional(flag):
    class D:
        if flag:
            a: int
        else:
            b: str

    return D


print(conditional(True).__annotations__, conditional(False).__annotations__)
lambda_ = lambda x: x
print(lambda_.__annotations__, (lambda: 0).__annotate__)
del f.__annotations__
print(f.__annotations__)
