"""Words of a generated text counted, grouped and ordered."""

import sys

SYLLABLES = ["ka", "lo", "mi", "ne", "ru", "sa", "to", "vi"]


def make_text(n):
    seed = 12345
    words = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        word = SYLLABLES[seed >> 8 & 7] + SYLLABLES[seed >> 12 & 7]
        if seed >> 16 & 1:
            word += SYLLABLES[seed >> 20 & 7]
        words.append(word)
    return " ".join(words)


def main(n):
    text = make_text(n)
    counts = {}
    for word in text.split():
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    groups = {}
    for word, count in counts.items():
        groups.setdefault(word[0], []).append((count, word))
    lines = []
    for letter in sorted(groups):
        best = max(groups[letter])
        lines.append(letter + best[1] + str(best[0]))
    frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
    return "%s %s" % (",".join(lines), frequent)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400000))
