#!/usr/bin/env python3
"""Times the programs in this folder under several Python engines.

    tests/bench/run.py --engine 'krait=target/release/krait {file} {args}'

An engine is NAME=COMMAND, with {file} for the program, {args} for its size argument, if one is
given, and {out} for the executable that the engine's build step made. --build NAME=COMMAND gives
that step; its time is not counted. CPython and PyPy, which ratios refer to, are looked for on the
path and can be named by --engine too.

What is measured is the user and system time of the child process, so that a busy machine matters
less. Runs of the engines alternate, round by round. A ratio is the median over the rounds of
the quotient of two runs of the same round, and below each column stands its geometric mean over
the programs that both engines ran. An engine that fails or prints something else than the first
engine is reported, and the exit status is then 1.
"""

import argparse
import glob
import json
import math
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
CPYTHON, PYPY = "cpython", "pypy"
BASES = {CPYTHON: ["cpython3.14", "python3.14"], PYPY: ["pypy3", "pypy3.11"]}


class Failure(Exception):
    """A run that did not end well; its text is the reason."""


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("programs", nargs="*", help="names of programs; all of them by default")
    parser.add_argument("--engine", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--build", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--without", action="append", default=[], metavar="NAME",
                        help="leave out an engine that was found on the path")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, help="size argument for every program")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each run")
    parser.add_argument("--ndjson", metavar="FILE", help="also write each run as a line of JSON")
    return parser, parser.parse_args()


def pairs(parser, options):
    found = {}
    for option in options:
        name, equals, command = option.partition("=")
        if not equals or not command.strip():
            parser.error(f"not of the form NAME=COMMAND: {option!r}")
        found[name] = command
    return found


def engines_of(parser, args):
    given = pairs(parser, args.engine)
    engines = {}
    for name, candidates in BASES.items():
        at = next(filter(None, map(shutil.which, candidates)), None)
        if name not in given and name not in args.without and at:
            engines[name] = f"{shlex.quote(at)} {{file}} {{args}}"
    for name, command in given.items():
        if name in BASES:
            engines = {**{name: command}, **engines}
        else:
            engines[name] = command
    for name in args.build:
        if name.partition("=")[0] not in engines:
            parser.error(f"--build for an engine that is not given: {name!r}")
    # CPython first: its output is the one to agree with.
    order = sorted(engines, key=lambda name: (name != CPYTHON, name != PYPY))
    return {name: engines[name] for name in order}


def command_line(template, file, args, out):
    text = template.replace("{args}", " ".join(args))
    parts = shlex.split(text)
    return [p.replace("{file}", file).replace("{out}", out) for p in parts]


def run(command, timeout):
    """Output and CPU seconds of a command."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        except OSError as e:
            raise Failure(f"cannot run {command[0]}: {e.strerror}") from None
        killer = threading.Timer(timeout, child.kill)
        killer.start()
        _, status, usage = os.wait4(child.pid, 0)
        killer.cancel()
        code = child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output, errors = out.read(), err.read().decode(errors="replace").strip()
    if code == -9:
        raise Failure(f"killed after {timeout:g} s")
    if code != 0:
        last = errors.splitlines()[-1] if errors else "no message"
        raise Failure(f"exit status {code}: {last}")
    return output, usage.ru_utime + usage.ru_stime


def measure(name, file, engines, builds, args, folder, write):
    """CPU seconds of each engine, one for each round; and what went wrong, by engine."""
    times, failures, expected = {}, {}, None
    size = [str(args.size)] if args.size is not None else []
    commands = {}
    for engine, template in engines.items():
        out = os.path.join(folder, f"{engine}-{name}")
        try:
            if engine in builds:
                run(command_line(builds[engine], file, size, out), args.timeout)
            commands[engine] = command_line(template, file, size, out)
        except Failure as e:
            failures[engine] = f"build: {e}"
    for round_ in range(args.rounds):
        for engine, command in commands.items():
            if engine in failures:
                continue
            try:
                output, seconds = run(command, args.timeout)
                if expected is None:
                    expected = engine, output
                elif output != expected[1]:
                    raise Failure(f"printed {output[:80]!r}, {expected[0]} {expected[1][:80]!r}")
            except Failure as e:
                failures[engine] = str(e)
                times.pop(engine, None)
                continue
            times.setdefault(engine, []).append(seconds)
            write(program=name, engine=engine, round=round_, cpu_seconds=round(seconds, 4))
    return times, failures


def ratio(times, engine, base):
    if engine == base or engine not in times or base not in times:
        return None
    return statistics.median(a / b for a, b in zip(times[engine], times[base]))


def geometric_mean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers)) if numbers else None


def main():
    parser, args = parse()
    engines = engines_of(parser, args)
    builds = pairs(parser, args.build)
    if not engines:
        parser.error("no engine: give --engine, or have CPython 3.14 on the path")
    programs = sorted(glob.glob(os.path.join(HERE, "*.py")))
    programs = {os.path.basename(p)[:-3]: p for p in programs if p != os.path.abspath(__file__)}
    for name in args.programs:
        if name not in programs:
            parser.error(f"no such program: {name}")
    names = args.programs or list(programs)
    ndjson = open(args.ndjson, "w") if args.ndjson else None

    def write(**record):
        if ndjson:
            print(json.dumps(record), file=ndjson, flush=True)

    others = [e for e in engines if e not in BASES]
    columns = [(e, b) for b in BASES if b in engines for e in others]
    if CPYTHON in engines and PYPY in engines:
        columns.append((PYPY, CPYTHON))
    width = max(map(len, names)) + 1
    head = "".join(f"{e:>11}" for e in engines)
    print(" " * width + head + "".join(f"{e + '/' + b[:2]:>13}" for e, b in columns))
    ratios, problems = {c: [] for c in columns}, []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            times, failures = measure(name, programs[name], engines, builds, args, folder, write)
            line = f"{name:<{width}}"
            for e in engines:
                line += f"{statistics.median(times[e]):>10.3f}s" if e in times else f"{'failed':>11}"
            for c in columns:
                r = ratio(times, *c)
                if r is not None:
                    ratios[c].append(r)
                line += f"{r:>13.2f}" if r is not None else f"{'-':>13}"
            print(line, flush=True)
            problems += [f"{name}: {e}: {why}" for e, why in failures.items()]
            for e, why in failures.items():
                write(program=name, engine=e, error=why)
    line = f"{'geomean':<{width}}" + " " * len(head)
    for c in columns:
        mean = geometric_mean(ratios[c])
        line += f"{mean:>13.2f}" if mean else f"{'-':>13}"
    print(line)
    for p in problems:
        print(p, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
