# csv: dialects, quoting, sniffing, errors.
import csv
import io


def rd(text, **k):
    try:
        return list(csv.reader(io.StringIO(text, newline=""), **k))
    except Exception as e:
        return type(e).__name__, str(e)


def wr(rows, **k):
    out = io.StringIO(newline="")
    try:
        csv.writer(out, **k).writerows(rows)
        return out.getvalue()
    except Exception as e:
        return type(e).__name__, str(e)


print(rd('a,"b ""q"" c",d\r\n"multi\nline",,\n'), rd("a;b", delimiter=";"), rd("a\\,b,c", escapechar="\\"), rd("'a,b',c", quotechar="'"), rd('a, "b"', skipinitialspace=True), rd('"a"b,c'), rd('"a"b', strict=True), rd('"unterminated'), rd('"unterminated', strict=True), rd("1,a,2.5", quoting=csv.QUOTE_NONNUMERIC), rd('1,"a",2.5', quoting=csv.QUOTE_NONNUMERIC), rd('a,"",', quoting=csv.QUOTE_NOTNULL), rd("\n\na\n"), rd("a\0b"), rd("a\rb"), rd(""), rd('"a" ,b'), sep="\n")
rows = [["a", 1, 2.5, None, "x,y", 'q"q', "n\nl", ""], [], [None], [""], [True, [1]]]
for q in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_STRINGS, csv.QUOTE_NOTNULL):
    print(repr(wr(rows, quoting=q)))
print(wr([["a,b"]], quoting=csv.QUOTE_NONE), wr([["a,b"]], quoting=csv.QUOTE_NONE, escapechar="\\"), wr([['a"b']], doublequote=False), wr([['a"b']], doublequote=False, escapechar="\\"), wr([["a"]], lineterminator="!"), wr([5]), wr(["abc"]), wr([[None]], quoting=csv.QUOTE_NONE))
for f in (lambda: csv.reader([], delimiter="ab"), lambda: csv.reader([], delimiter=""), lambda: csv.reader([], delimiter=5), lambda: csv.reader([], quotechar=None, quoting=csv.QUOTE_ALL), lambda: csv.reader(5), lambda: list(csv.reader([1])), lambda: csv.writer(5), lambda: csv.reader([], nope=1), lambda: csv.reader([], dialect="nope"), lambda: csv.get_dialect("nope"), lambda: csv.list_dialects(), lambda: csv.register_dialect("mine", delimiter="|"), lambda: csv.get_dialect("mine").delimiter, lambda: list(csv.reader(["a|b"], "mine")), lambda: csv.unregister_dialect("mine"), lambda: csv.unregister_dialect("mine"), lambda: csv.field_size_limit(5), lambda: list(csv.reader(["abcdefgh"])), lambda: csv.field_size_limit(131072), lambda: csv.reader([], delimiter="\n"), lambda: csv.reader([], quoting=9), lambda: csv.excel.lineterminator, lambda: csv.Sniffer().sniff("a;b\n1;2\n").delimiter, lambda: csv.Sniffer().sniff("abc"), lambda: csv.Sniffer().has_header("name,age\nbob,5\nann,6\n"), lambda: csv.reader(["a"]).line_num, lambda: csv.reader(["a"], lineterminator=5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
d = csv.DictReader(["a,b", "1,2,3", "4", ""], restkey="rest", restval="none"); print(list(d), d.fieldnames, d.line_num)
out = io.StringIO(); w = csv.DictWriter(out, ["x", "y"], restval="-"); w.writeheader(); w.writerow({"x": 1})
try:
    w.writerow({"z": 1})
except ValueError as e:
    print(e, repr(out.getvalue()))
