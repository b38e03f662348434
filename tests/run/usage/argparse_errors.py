# argparse: what is refused, with which message and status; odd actions.
import argparse
import contextlib
import io


def parser():
    p = argparse.ArgumentParser(prog="prog", description="Desc.", epilog="Epi.", exit_on_error=True)
    p.add_argument("pos", type=int)
    p.add_argument("rest", nargs="*")
    g = p.add_mutually_exclusive_group()
    g.add_argument("-a", "--alpha", action="store_true")
    g.add_argument("-b", "--beta", choices=["x", "y"])
    p.add_argument("--num", type=float, default=1.5, metavar="N", help="number (default: %(default)s)")
    p.add_argument("--many", nargs=2, action="append")
    p.add_argument("-v", action="count", default=0)
    p.add_argument("--flag", action=argparse.BooleanOptionalAction)
    p.add_argument("--version", action="version", version="%(prog)s 1.0")
    p.add_argument("--req", required=False, dest="need")
    return p


def run(p, *args):
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ns = p.parse_args(list(args))
        print(args, ns)
    except SystemExit as e:
        print(args, "exit", e.code, out.getvalue().strip()[-200:], err.getvalue().strip().split("\n")[-1])


for args in (["1"], [], ["x"], ["1", "a", "b"], ["1", "-a", "-b", "x"], ["1", "-b", "z"], ["1", "--num", "q"], ["1", "--num=2"], ["1", "--nu", "3"], ["1", "--nope"], ["1", "--many", "1"], ["1", "--many", "1", "2", "--many", "3", "4"], ["1", "-vvv"], ["1", "--flag"], ["1", "--no-flag"], ["--version"], ["-h"], ["1", "--", "-a"], ["-1"], ["1", "-bx"], ["1", "--alpha=1"], ["1", "--b"]):
    run(parser(), *args)
p = argparse.ArgumentParser(prog="sub")
s = p.add_subparsers(dest="cmd", required=True)
one = s.add_parser("one", aliases=["o"]); one.add_argument("x"); one.set_defaults(func=len)
s.add_parser("two").add_argument("--y", nargs="?", const="C", default="D")
for args in (["one", "5"], ["o", "5"], ["two"], ["two", "--y"], ["two", "--y", "v"], [], ["three"], ["one"]):
    run(p, *args)
print(parser().parse_known_args(["1", "--zzz", "2"]), parser().format_usage())
for f in (lambda: p.add_argument("a", "b"), lambda: p.add_argument("-x", nargs=0), lambda: p.add_argument("-x", action="nope"), lambda: p.add_argument("x", required=True), lambda: p.add_argument("-h"), lambda: p.add_argument("-q", type="int"), lambda: argparse.Namespace(a=1) == argparse.Namespace(a=1), lambda: "a" in argparse.Namespace(a=1), lambda: argparse.ArgumentTypeError("x"), lambda: p.add_argument()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
