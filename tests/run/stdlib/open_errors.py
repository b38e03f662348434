# Modes and arguments that open() and the buffers refuse.
import io


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: io.BufferedReader(io.BytesIO(b"abc")).peek(1), lambda: io.BufferedReader(5), lambda: io.BufferedReader(io.BytesIO(), 0), lambda: io.BufferedWriter(io.BytesIO()).read(), lambda: io.BufferedRandom(io.BytesIO(b"ab")).read(1), lambda: io.open("/nonexistent/x"), lambda: open("/tmp", "w"), lambda: open("x", "q"), lambda: open("x", "rw"), lambda: open("x", "rb", encoding="a"), lambda: open("x", "rb", newline=""), lambda: open("x", "r", 0), lambda: open("x", "U"), lambda: open("x", "r+w"), lambda: open(""), lambda: open("a\0b"), lambda: open(-5), lambda: open(1.5), lambda: open("x", buffering=-5), lambda: io.IOBase().read() if hasattr(io.IOBase, "read") else io.IOBase().fileno(), lambda: io.RawIOBase().read(), lambda: io.UnsupportedOperation.__mro__[1:3], lambda: io.DEFAULT_BUFFER_SIZE)
