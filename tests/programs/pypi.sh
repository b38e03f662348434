#!/usr/bin/env bash
# Programs from PyPI: what each prints under CPython 3.14, interpreted by Krait, and built to an
# executable that is moved to an empty folder. Needs pip, and python3.14 as the first argument.
#
#     tests/programs/pypi.sh python3.14 target/debug/krait
set -euo pipefail
python=$1 krait=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pip download -q --no-deps -d "$work" pygments markdown
for wheel in "$work"/*.whl; do "$python" -m zipfile -e "$wheel" "$work/site"; done
export PYTHONPATH="$work/site" PYTHONDONTWRITEBYTECODE=1
status=0

compare() { # name module arguments…
    local name=$1 module=$2 out="$work/out"
    shift 2
    "$python" -m "$module" "$@" > "$out.cpython"
    "$krait" -m "$module" "$@" > "$out.interp" || true
    mkdir -p "$work/empty"
    "$krait" build -m "$module" -o "$work/empty/program"
    env -u PYTHONPATH "$work/empty/program" "$@" > "$out.native" || true
    for engine in interp native; do
        if cmp -s "$out.cpython" "$out.$engine"; then
            echo "$name $engine: same"
        else
            echo "$name $engine: differs"
            status=1
        fi
    done
}

compare pygments-python pygments -f html "$here/input/module.py"
compare pygments-rust pygments -f html "$here/../../compiler/src/driver.rs"
compare markdown markdown "$here/../../README.md"
printf 'int main(int argc, char **argv) { /* c */ return argc > 1 ? 0 : 1; }\n' > "$work/s.c"
compare pygments-c pygments -f html "$work/s.c"
exit $status
