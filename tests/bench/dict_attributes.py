"""Dictionaries as records: the same few string keys in many of them."""

import sys


def update(record, i):
    record["count"] += 1
    record["total"] = record["total"] + record["weight"] * i
    if "flag" in record:
        del record["flag"]
    elif i % 3 == 0:
        record["flag"] = i
    return record.get("missing", 1)


def main(n):
    records = [{"name": str(i), "count": 0, "total": 0, "weight": i % 7} for i in range(100)]
    extra = 0
    for i in range(n):
        extra += update(records[i % 100], i)
    merged = {}
    for r in records:
        merged.update(r)
        for key, value in r.items():
            extra += len(key)
    return "%d %d %d" % (extra, sum(r["total"] for r in records), len(merged))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000000))
