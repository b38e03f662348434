"""Records CPython's code objects of the programs beside it, for the tests.

  cpython3.14 record_code.py CODEDUMP.py     CODEDUMP.py prints code objects as "pycode/1"

Writes programs/NAME.json and programs/NAME.dis.
"""
import contextlib, dis, importlib.util, io, json, pathlib, re, sys, warnings

spec = importlib.util.spec_from_file_location("codedump", sys.argv[1])
codedump = importlib.util.module_from_spec(spec)
spec.loader.exec_module(codedump)
warnings.simplefilter("ignore")
for path in sorted((pathlib.Path(__file__).parent / "programs").glob("*.py")):
    name = path.name
    record = codedump.one(path.read_bytes(), name, 0)
    record["sha256"] = ""
    path.with_suffix(".json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        dis.dis(compile(path.read_bytes(), name, "exec", dont_inherit=True))
    text = re.sub(r" at 0x[0-9a-f]+,", " at 0x0,", out.getvalue())
    # The order of a frozenset's elements is not fixed.
    text = re.sub(r"frozenset\(\{[^}]*\}\)", "frozenset", text)
    path.with_suffix(".dis").write_text(text, encoding="utf-8", errors="backslashreplace")
