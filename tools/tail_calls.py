#!/usr/bin/env python3
"""Checks that the interpreter's instructions end in jumps (runtime/src/interpreter/dispatch.rs).

    tools/tail_calls.py FILE

looks at an optimised executable or static library for x86-64 with objdump. An instruction that
*calls* the next one through the table would make the stack grow with every step.
"""

import re
import subprocess
import sys

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*interpreter.*execute.*handlers.*)>:$")
# The table is indexed with eight bytes an entry.
THROUGH_TABLE = re.compile(r"\bcall\s+\*.*,8\)")
JUMP = re.compile(r"\bjmp\s+\*.*,8\)")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    objdump = ["objdump", "-d", "--no-show-raw-insn", sys.argv[1]]
    listing = subprocess.run(objdump, check=True, capture_output=True, text=True).stdout
    function, functions, jumps, wrong = None, 0, 0, set()
    for line in listing.splitlines():
        start = FUNCTION.match(line)
        if start:
            function = start[1]
            functions += 1
        elif not line:
            function = None
        elif function and THROUGH_TABLE.search(line):
            wrong.add(function)
        elif function and JUMP.search(line):
            jumps += 1
    if not jumps:
        sys.exit(f"{sys.argv[1]}: no instruction found: not optimised, or not x86-64")
    for name in sorted(wrong):
        print(f"{name}: calls the next instruction", file=sys.stderr)
    print(f"{functions} functions, {jumps} jumps to the next instruction, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
