"""Counts the words of a file: python wordcount.py FILE [NUMBER]"""
import sys


def words(text):
    word = ""
    for c in text:
        if c.isalpha():
            word += c
        elif word:
            yield word
            word = ""
    if word:
        yield word


def main(name, number=3):
    counts = {}
    with open(name, encoding="utf-8") as f:
        for word in words(f.read()):
            counts[word] = counts.get(word, 0) + 1
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]:
        print(word, count)


main(sys.argv[1], *map(int, sys.argv[2:]))
