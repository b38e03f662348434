# TextIOWrapper: newlines, encodings, positions.
import io


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


def wrap(data, **k): return io.TextIOWrapper(io.BytesIO(data), **k)
for n in (None, "", "\n", "\r", "\r\n"):
    t(lambda: (lambda w: (w.readline(), w.newlines, w.read(), w.newlines))(wrap(b"a\nb\r\nc\rd", newline=n)))
t(lambda: wrap(b"\xff").read(), lambda: wrap(b"\xff", encoding="latin-1").read(), lambda: wrap(b"a\xffb", encoding="ascii", errors="replace").read(), lambda: wrap(b"", encoding="nope"), lambda: wrap(b"abc", encoding="utf-16").read(), lambda: wrap("é\n".encode("utf-16"), encoding="utf-16").read(), lambda: wrap(b"abc", encoding="utf-8"), lambda: wrap(b"x").write(5))
w = wrap(b"", encoding="utf-8", newline="\r\n", write_through=True)
t(lambda: w.write("é\nx"), lambda: w.buffer.getvalue(), lambda: w.tell(), lambda: w.seek(0), lambda: w.read(1), lambda: w.tell(), lambda: w.read(), lambda: w.seek(5, 1), lambda: w.reconfigure(newline="\n", line_buffering=True), lambda: w.line_buffering, lambda: w.encoding, lambda: w.errors, lambda: w.detach().getvalue(), lambda: w.read(), lambda: w.detach())
w = wrap(b"l1\nl2\nl3\n", encoding="ascii"); next(w)
t(lambda: list(w), lambda: w.tell(), lambda: w.seek(3), lambda: w.readline(), lambda: w.truncate(), lambda: w.close(), lambda: w.closed, lambda: w.read())
