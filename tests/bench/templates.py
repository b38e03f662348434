"""Text made from records: str.format with names and items, %, f-strings, string.Template."""

import sys
from string import Template

LETTER = Template("Dear $name, you owe $$${amount} since ${date}.")
LINK = "<li class='{cls}'><a href='{url}'>{text}</a></li>"


def main(n):
    total = 0
    for i in range(n):
        record = {"name": "n%d" % i, "amount": i, "date": "today"}
        if i % 10 == 0:
            total += len(LETTER.substitute(record))
        total += len(LINK.format(cls="c", url="/u/%d" % i, text=i))
        total += len("{name}: {amount:>10} ({date!r})".format(**record))
        total += len("{0[name]} {0[amount]}".format(record))
        total += len(f"<td>{record['name']}</td><td>{i}</td><td>{record['date']:<10}</td>")
        total += len("%(name)s %(amount)05d" % record)
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50000))
