# Files, temporary folders, pathlib, shutil, glob, fnmatch, os.
import fnmatch
import glob
import io
import os
import pathlib
import shutil
import tempfile

with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    p = root / "a" / "b.txt"
    p.parent.mkdir()
    print(p.write_text("line 1\nline 2\nünï\n", encoding="utf-8"), p.read_text("utf-8").splitlines(), p.stat().st_size, p.exists(), p.is_dir(), p.suffix, p.stem, p.name, p.parent.name, p.with_suffix(".py").name)
    with p.open("a", encoding="utf-8") as f:
        f.write("more\n")
        print(f.tell(), f.mode, f.closed, f.encoding, f.newlines)
    with open(p, "rb") as f:
        print(f.read(6), f.tell(), f.seek(-5, os.SEEK_END), f.read(), f.readline(), f.seek(0), f.readlines()[-1])
    with open(p, "r+", encoding="utf-8") as f:
        f.seek(7)
        f.write("LINE")
        f.truncate()
    print(p.read_bytes())
    try:
        open(root / "none")
    except FileNotFoundError as e:
        print(e.errno, e.strerror, os.path.basename(e.filename))
    for mode in ("x", "q", "rw"):
        try:
            open(p, mode)
        except (FileExistsError, ValueError) as e:
            print(type(e).__name__)
    (root / "c.py").touch()
    (root / "d.py").write_bytes(b"1")
    print(sorted(x.name for x in root.iterdir()), sorted(x.name for x in root.glob("*.py")), sorted(x.name for x in root.rglob("*.txt")), sorted(os.path.basename(x) for x in glob.glob(folder + "/?.py")))
    shutil.copy(root / "d.py", root / "e.py")
    shutil.move(root / "e.py", root / "a")
    print(sorted(os.listdir(root / "a")), [(os.path.relpath(d, root), sorted(s), sorted(f)) for d, s, f in os.walk(root)])
    os.rename(root / "c.py", root / "z.py")
    os.remove(root / "z.py")
    with os.scandir(root) as entries:
        print(sorted((e.name, e.is_dir()) for e in entries))
    shutil.rmtree(root / "a")
    print(os.path.exists(p), os.path.getsize(root / "d.py"))
    os.makedirs(root / "x/y", exist_ok=True)
    os.removedirs(root / "x/y") if False else os.rmdir(root / "x/y")
print(os.path.exists(folder), os.path.join("a", "/b", "c"), os.path.normpath("a/../b//c/."), os.path.splitext("x.tar.gz"), os.path.relpath("/a/b", "/a/c"), os.path.commonpath(["/a/b", "/a/c"]), pathlib.PurePosixPath("/a/../b").parts, pathlib.PurePath("a/b").relative_to("a"), fnmatch.filter(["a.py", "b.txt"], "*.py"), pathlib.PureWindowsPath("c:/x\\y").parts)
s = io.StringIO("a\nb\r\nc")
print(s.readlines(), s.getvalue()[:2], io.BytesIO(b"abc").read(2), io.TextIOWrapper(io.BytesIO(b"x\r\ny\n"), newline=None).read())
try:
    with open(os.devnull) as f:
        pass
    f.read()
except ValueError as e:
    print(e)
