# StringIO: positions, writing over, closing.
import io


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


s = io.StringIO("ab\ncd\r\nef", newline=None)
t(lambda: s.read(), lambda: s.getvalue(), lambda: s.newlines, lambda: s.seek(1), lambda: s.readline(), lambda: s.readline(1), lambda: s.tell(), lambda: s.write("XY"), lambda: s.getvalue(), lambda: s.truncate(2), lambda: s.getvalue(), lambda: s.seek(-1), lambda: s.seek(1, 1), lambda: s.seek(0, 2), lambda: s.seek(0, 5), lambda: s.write(5), lambda: s.write(b"x"), lambda: s.truncate(-1), lambda: s.seek(10), lambda: s.write("z"), lambda: repr(s.getvalue()), lambda: s.readlines(), lambda: s.readable(), lambda: s.fileno(), lambda: s.isatty(), lambda: s.encoding, lambda: s.line_buffering, lambda: s.close(), lambda: s.read(), lambda: s.getvalue(), lambda: s.closed, lambda: next(s))
