"""A text file written line by line and read in several ways; StringIO and BytesIO."""

import io
import os
import sys
import tempfile


def main(n):
    descriptor, path = tempfile.mkstemp()
    with open(descriptor, "w", encoding="utf-8") as f:
        for i in range(n):
            f.write("line %d of the file\n" % i)
        print("é", file=f)
    total = 0
    with open(path, encoding="utf-8") as f:
        for line in f:
            total += len(line.rstrip("\n").split())
    with open(path, "rb") as f:
        for line in f:
            total += len(line)
    with open(path, encoding="utf-8") as f:
        total += len(f.read())
    with open(path, encoding="utf-8") as f:
        total += len(f.readlines())
    os.remove(path)
    text = io.StringIO()
    for i in range(n):
        text.write(str(i))
        text.write("\n")
    for line in io.StringIO(text.getvalue()):
        total += len(line)
    data = io.BytesIO()
    for i in range(n):
        data.write(b"abc")
    return total + len(data.getvalue())


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000))
