"""array: changes in place, slices, files."""

import io
from array import array as A


def run(text):
    global a
    a = A("i", [1, 2, 3, 4, 5])
    try:
        exec(text, globals())
        print(text, a)
    except Exception as e:
        print(text, "!!", type(e).__name__, e, a)


run("a[0]=9")
run("a[9]=1")
run("a[1:3]=A('i',[7,8,9])")
run("a[1:3]=[1]")
run("a[::2]=A('i',[7,8,9])")
run("a[::2]=A('i',[7])")
run("del a[0]")
run("del a[1:3]")
run("del a[::2]")
run("del a[9]")
run("a[0]='a'")
run("a.insert(1,9)")
run("a.insert(99,9)")
run("a.insert(-99,9)")
run("a.reverse()")
run("a.extend([6,7])")
run("a.extend(a)")
run("a+=A('i',[6])")
run("a+=[1]")
run("a*=2")
run("a*=0")
run("a.pop(0)")
run("a.remove(3)")
run("a.clear()")
run("a.byteswap()")
run("m=memoryview(a);m[0]=42")
run("a[1:3]=A('b',[1])")
run("a.fromlist([6,'a'])")
run("a.append(1<<40)")
run("a.frombytes(b'\\1\\0\\0\\0')")
run("a[:]=a")
run("a[1:1]=a")
run("a[::-1]=a")
f = io.BytesIO()
A("h", [1, 2, 3]).tofile(f)
print(f.getvalue())
f.seek(0)
b = A("h")
b.fromfile(f, 2)
print(b)
try:
    b.fromfile(f, 5)
except EOFError as e:
    print(e, b)
