"""Lines of a log: matched by a pattern with groups, counted, searched as one text."""

import re
import sys
from collections import Counter, defaultdict

LINE = re.compile(r'^(\S+) - - \[([^\]]+)\] "(GET|POST|PUT) ([^ "]+) HTTP/[\d.]+" (\d{3}) (\d+|-)$')


def line(i):
    host = f"10.0.{i % 256}.{i % 7}"
    request = f"{'POST' if i % 5 == 0 else 'GET'} /page{i % 50}/x.html HTTP/1.0"
    return f'{host} - - [10/Oct/2000:13:{i % 60:02}:36 -0700] "{request}" {200 if i % 9 else 404} {i * 3}'


def main(n):
    lines = [line(i) for i in range(n)]
    hosts = Counter()
    sizes = defaultdict(int)
    bad = 0
    for text in lines:
        host, when, verb, path, status, size = LINE.match(text).groups()
        hosts[host] += 1
        sizes[path] += int(size)
        if status != "200":
            bad += len(when) + len(verb)
    text = "\n".join(lines)
    total = bad + len(sizes) + hosts.most_common(1)[0][1]
    total += len(re.findall(r'HTTP/1\.0" 404', text))
    total += sum(len(number) for number in re.findall(r"\d+", text))
    total += sum(m.start() & 1 for m in re.finditer(r"\bPOST\b", text))
    total += len(re.sub(r"page(\d+)", r"p\1", text))
    return total + (re.search(r"page49/y", text) is None)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40000))
