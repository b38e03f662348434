"""Strings that grow with +=: in a local, in an attribute, and with characters beyond ASCII."""

import sys


class Writer:
    def __init__(self):
        self.text = ""

    def write(self, s):
        self.text += s


def digits(n):
    s = ""
    for i in range(n):
        s += "0123456789"[i % 10]
    return s


def main(n):
    total = 0
    for _ in range(120):
        s = digits(n)
        total += len(s) + s.count("37")
        w = Writer()
        for i in range(n // 10):
            w.write("line ")
            w.write(s[i : i + 3])
            w.write("\n")
        total += len(w.text)
        t = ""
        for i in range(n // 4):
            t += "äé€"[i % 3]
        total += len(t) + ord(t[n // 8])
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
