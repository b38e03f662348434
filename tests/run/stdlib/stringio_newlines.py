# StringIO with every newline setting.
import io


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


for n in (None, "", "\n", "\r", "\r\n"):
    t(lambda: (lambda f: (f.write("a\nb\r\nc\rd"), f.seek(0), f.getvalue(), list(f), f.newlines))(io.StringIO(newline=n)))
t(lambda: io.StringIO(5), lambda: io.StringIO(newline="x"), lambda: list(io.StringIO("a\nb")), lambda: io.StringIO("abc").read(-1), lambda: io.StringIO("abc").readline(0), lambda: io.StringIO(None).getvalue(), lambda: io.StringIO("x").__enter__().read(), lambda: io.StringIO().detach(), lambda: io.StringIO().writelines(["a", "b"]), lambda: io.StringIO().writelines([1]))
