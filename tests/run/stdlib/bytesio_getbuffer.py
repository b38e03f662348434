# A view of what a BytesIO holds.
import io


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


v = io.BytesIO(b"shared")
m = v.getbuffer()
m[0] = 83
t(lambda: v.getvalue(), lambda: m.readonly, lambda: m.nbytes, lambda: v.seek(1), lambda: m.release(), lambda: v.close(), lambda: v.getbuffer(), lambda: v.getvalue())
