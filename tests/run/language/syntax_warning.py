# A warning of the compiler: on standard error when the file is compiled, which for an executable
# is when it is built.
import sys

sys.stderr = sys.stdout


def f(x):
    return x is 1


try:
    exec("def g(x):\n    return x is 'a'\n")
    exec("'a'(1)")
except TypeError as e:
    print(e)
