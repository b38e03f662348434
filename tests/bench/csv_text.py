"""Comma-separated text: written and read by the module csv, and taken apart by hand."""

import csv
import io
import sys


def by_hand(text):
    total = 0
    groups = {}
    for line in text.splitlines():
        ident, name, price, quoted, note = line.split(",")[:5]
        total += int(ident) + float(price)
        groups.setdefault(name.strip(), []).append(note.strip().lower())
    out = "\n".join("\t".join([k, str(len(v)), v[0]]) for k, v in sorted(groups.items()))
    return int(total) + len(out)


def main(n):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for i in range(n):
        writer.writerow([i, "name %d " % (i % 97), i * 0.25, 'quo"ted', "Note %d" % i, "a, b"])
    text = buffer.getvalue()
    total = len(text) + by_hand(text)
    for row in csv.reader(io.StringIO(text)):
        total += len(row[3]) + len(row[5])
    for record in csv.DictReader(io.StringIO(text), fieldnames=list("abcdef")):
        total += len(record["b"])
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60000))
