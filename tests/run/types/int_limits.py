# int() of other things, and the limit of digits.
import sys


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: int(1.9), lambda: int(-1.9), lambda: int(float("inf")), lambda: int(float("nan")), lambda: int(1j), lambda: int(None), lambda: int([]), lambda: int(), lambda: int(True), lambda: int("1", base="a"), lambda: int(x=1), lambda: str(10**4300), lambda: len(str(10**4299)), lambda: f"{10**4300:d}", lambda: len(hex(10**5000)), lambda: sys.get_int_max_str_digits(), lambda: sys.set_int_max_str_digits(100), lambda: sys.set_int_max_str_digits(-1), lambda: sys.set_int_max_str_digits(0), lambda: len(str(10**5000)), lambda: sys.set_int_max_str_digits(4300))
