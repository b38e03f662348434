# BytesIO: positions, truncation, errors.
import io


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


b = io.BytesIO(b"hello world")
t(lambda: b.read(5), lambda: b.read1(), lambda: b.read(), lambda: b.seek(2), lambda: b.readinto(bytearray(3)), lambda: b.write(b"XX"), lambda: b.getvalue(), lambda: b.seek(-3, 2), lambda: b.read(), lambda: b.seek(-100, 1), lambda: b.seek(-1), lambda: b.write("s"), lambda: b.write(5), lambda: b.truncate(4), lambda: b.getvalue(), lambda: b.seek(6), lambda: b.write(b"!"), lambda: b.getvalue(), lambda: b.readline(), lambda: io.BytesIO("s"), lambda: io.BytesIO(b"a\nb").readlines(), lambda: b.detach(), lambda: b.peek() if hasattr(b, "peek") else "no peek", lambda: b.mode if hasattr(b, "mode") else "no mode")
