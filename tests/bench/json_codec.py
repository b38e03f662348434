"""Documents encoded to JSON and decoded again."""

import json
import sys


def document(i):
    return {
        "id": i,
        "name": "item \u00e9 %d" % i,
        "price": i * 0.25,
        "tags": ["new", "red\n", None, True],
        "size": {"width": i % 10, "height": [1, 2, 3.5], "note": 'say "hello"'},
    }


def main(n):
    documents = [document(i) for i in range(n)]
    total = 0
    for _ in range(8):
        text = json.dumps(documents)
        back = json.loads(text)
        total += len(text) + sum(d["size"]["width"] for d in back)
    pretty = json.dumps(documents[: n // 4], indent=2, sort_keys=True)
    return "%d %d %s" % (total, len(pretty), back == documents)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
