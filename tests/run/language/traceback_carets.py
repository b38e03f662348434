def divide(a, b):
    return a / b


def index(d):
    return d["missing"]["deeper"] + 1


class C:
    def method(self, x):
        value = divide(x, 0)
        return value


def lookup():
    index({"missing": {}})


try:
    C().method(1)
except ZeroDivisionError as e:
    error = e
raise RuntimeError("final") from error
