# UserList, UserString and UserDict.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: c.UserList([1, 2])[0:1], lambda: c.UserList("ab") + "c", lambda: c.UserString("abc")[1:], lambda: c.UserString("a") + 5, lambda: c.UserDict(a=1) | {"b": 2}, lambda: c.UserDict({"a": 1}, b=2), lambda: c.UserString(5) == "5", lambda: c.UserList([3, 1]).sort())
