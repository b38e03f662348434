"""Regular expressions: searching, groups, substitution, a tokenizer."""

import re
import sys

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|<=|>=|[-+*/()=<>]))")
ADDRESS = re.compile(r"\b([\w.]+)@([\w.]+)\.(com|org)\b")
SOURCE = "total = price1 * (count + 12.5) - offset_2 / 3 >= limit == flag "
MAIL = "write to ann.b@example.com or to bob@host.example.org, not to nobody@nowhere "


def main(n):
    total = 0
    for i in range(n):
        for m in TOKEN.finditer(SOURCE):
            total += m.lastindex or 0
        for user, host, domain in ADDRESS.findall(MAIL):
            total += len(user) + len(host) * len(domain)
        total += len(re.sub(r"(\w)(\w*)", lambda m: m.group(2) + m.group(1), MAIL[:24]))
        total += len(re.split(r"[ ,]+", MAIL))
        if re.match(r"(a|b)*c", "ab" * 10) is None:
            total += 1
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 16000))
