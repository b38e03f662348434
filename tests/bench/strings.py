"""Text taken apart, looked through and put together again."""

import sys

SENTENCE = "the quick brown fox, jumping over a lazy dog; packs my box with five dozen jugs"


def main(n):
    total = 0
    for i in range(n):
        words = SENTENCE.replace(";", ",").split(" ")
        text = "-".join(words)
        total += text.find("lazy") + text.count("o") + text.rfind("o")
        upper = text.upper().strip("T").title()
        if upper.startswith("He") and text.endswith("jugs"):
            total += len(upper)
        parts = [w.strip(",").capitalize() for w in words if len(w) > 3]
        total += sum(map(len, parts))
        total += len(" ".join(reversed(parts)).partition("Fox")[2])
        piece = text[i % 20 : i % 20 + 30]
        for c in piece:
            if c in "aeiou":
                total += 1
            elif c.isalpha():
                total += ord(c) & 3
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50000))
