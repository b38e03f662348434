# Argument parsing: positional, options, groups, subcommands, help and errors.
import argparse
import contextlib
import io

p = argparse.ArgumentParser(prog="tool", description="A tool.", epilog="The end.", color=False)
p.add_argument("files", nargs="+", help="input files")
p.add_argument("-n", "--number", type=int, default=3, metavar="N", help="how many (default: %(default)s)")
p.add_argument("-v", "--verbose", action="count", default=0)
p.add_argument("--flag", action=argparse.BooleanOptionalAction)
p.add_argument("--choice", choices=["a", "b"])
p.add_argument("--list", action="append")
p.add_argument("--version", action="version", version="%(prog)s 1.0")
g = p.add_mutually_exclusive_group()
g.add_argument("--x", action="store_true")
g.add_argument("--y", action="store_const", const=5)
print(p.parse_args(["f1", "f2", "-vvn", "7", "--list", "1", "--list=2", "--no-flag", "--choice", "b", "--x"]))
print(p.parse_args(["f"]), p.parse_known_args(["f", "--unknown", "z"]))
print(p.format_help())
for argv in ([], ["f", "-n", "x"], ["f", "--choice", "c"], ["f", "--x", "--y"], ["f", "--unknown"], ["--version"], ["--help"]):
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            p.parse_args(argv)
    except SystemExit as e:
        print(argv, e.code, out.getvalue()[:40], err.getvalue().splitlines()[-1:])
sub = argparse.ArgumentParser(prog="git", color=False)
subs = sub.add_subparsers(dest="command", required=True)
c = subs.add_parser("commit", help="record")
c.add_argument("-m", required=True)
c.set_defaults(func=lambda a: "committed " + a.m)
args = sub.parse_args(["commit", "-m", "msg"])
print(args.command, args.func(args), sub.format_usage())
