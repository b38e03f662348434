# pathlib without and with files; shutil, tempfile, glob and fnmatch on a temporary tree.
import fnmatch
import glob
import os
import shutil
import tempfile
from pathlib import Path, PurePath, PurePosixPath as P, PureWindowsPath as W


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, str(e).replace(ROOT, "ROOT"))


ROOT = tempfile.mkdtemp()
t(lambda: P("a/b/../c//./d/"), lambda: P("/a") / "b" / "/c", lambda: P("a", "b").parts, lambda: P("//a/b").root, lambda: P("a/b.tar.gz").suffixes, lambda: P(".bashrc").suffix, lambda: P("a.b.").suffix, lambda: P("a/b.txt").stem, lambda: P("/").name, lambda: P("a").with_name("x/y"), lambda: P("a.b").with_suffix(".c"), lambda: P("a").with_suffix("c"), lambda: P("a.txt").with_stem("z"), lambda: P("/").with_name("x"), lambda: P("/a/b").relative_to("/a"), lambda: P("/a/b").relative_to("/c"), lambda: P("/a/b").relative_to("/a/c", walk_up=True), lambda: P("/a").is_relative_to("/"), lambda: P("a/b").match("*.py"), lambda: P("a/b.py").match("b.*"), lambda: P("a/b/c.py").full_match("a/**/*.py"), lambda: P("/a/b").as_uri(), lambda: P("a").as_uri(), lambda: list(P("/a/b/c").parents), lambda: P("a/b").parents[5], lambda: P("a") < P("b"), lambda: P("a") == "a", lambda: P("a") < "b", lambda: hash(P("a")) == hash(P("a/")), lambda: repr(P("a")), lambda: P("a").joinpath("b", "c"), lambda: P(5), lambda: P("a") / 5, lambda: "x" / P("a"), lambda: W("C:\\a/b").parts, lambda: W("C:a").is_absolute(), lambda: W("c:/A") == W("C:/a"), lambda: W("//srv/share/x").drive, lambda: W("a") == P("a"), lambda: bool(P("")), lambda: P(""), lambda: P("~/x").expanduser() if hasattr(P, "expanduser") else "pure", lambda: P("a\0b"), lambda: os.fspath(P("a/b")), lambda: PurePath("x").__class__.__name__, lambda: P("a/b").is_reserved() if hasattr(P, "is_reserved") else "gone")
r = Path(ROOT); d = r / "d" / "e"
t(lambda: d.mkdir(parents=True), lambda: d.mkdir(exist_ok=True), lambda: (d / "f.txt").write_text("h\xe9llo\n", encoding="utf-8"), lambda: (d / "f.txt").read_text("utf-8"), lambda: (d / "f.txt").read_bytes(), lambda: (d / "b").write_bytes(b"12"), lambda: (d / "f.txt").stat().st_size, lambda: (d / "nope").exists(), lambda: d.is_dir(), lambda: sorted(p.name for p in d.iterdir()), lambda: sorted(p.relative_to(r).as_posix() for p in r.rglob("*")), lambda: sorted(p.name for p in r.glob("d/*/f*")), lambda: (d / "f.txt").rename(d / "g.txt").name, lambda: (d / "g.txt").unlink(), lambda: (d / "g.txt").unlink(missing_ok=True), lambda: (d / "t").touch(), lambda: (d / "l").symlink_to("t"), lambda: (d / "l").is_symlink(), lambda: (d / "l").readlink(), lambda: (d / "l").resolve() == (d / "t").resolve(), lambda: (d / "t").samefile(d / "l"), lambda: (d / "t").write_text(5), lambda: oct((d / "t").chmod(0o600) or (d / "t").stat().st_mode & 0o777), lambda: (d / "b").copy(d / "c").name, lambda: (d / "c").read_bytes(), lambda: (d / "c").move(r / "m").name)
t(lambda: shutil.copy(d / "b", d / "b2") == d / "b2", lambda: shutil.copytree(d, r / "copy").name, lambda: sorted(os.listdir(r / "copy")), lambda: os.path.basename(shutil.move(r / "copy", r / "moved")), lambda: shutil.rmtree(r / "nope", ignore_errors=True), lambda: shutil.rmtree(r / "moved"), lambda: shutil.copy("/nonexistent", r), lambda: os.path.basename(shutil.make_archive(r / "arc", "zip", d)), lambda: shutil.unpack_archive(r / "arc.zip", r / "un"), lambda: sorted(os.listdir(r / "un")), lambda: shutil.make_archive("x", "nope"), lambda: shutil.which("sh") is not None, lambda: shutil.which("nonexistent-prog"), lambda: [os.path.basename(p) for p in sorted(glob.glob(ROOT + "/*"))], lambda: sorted(glob.glob("**", root_dir=r / "un", recursive=True)), lambda: glob.escape("a[b]*?"), lambda: fnmatch.filter(["a.py", "b.txt", "[x]"], "*.py"), lambda: fnmatch.fnmatchcase("abc", "a[!x]c"), lambda: fnmatch.translate("a*[b-c]?"), lambda: fnmatch.filterfalse(["a", "b"], "a"))
with tempfile.TemporaryDirectory(dir=ROOT, prefix="p", suffix="s") as td: print(os.path.basename(td)[0], td[-1], os.path.isdir(td))
with tempfile.NamedTemporaryFile("w+", dir=ROOT) as f: f.write("x"); f.seek(0); print(f.read(), os.path.exists(f.name))
with tempfile.SpooledTemporaryFile(3, mode="w+") as f: f.write("ab"); print(f._rolled, f.write("cdef"), f._rolled)
t(lambda: os.path.isdir(td), lambda: os.listdir("/nonexistent"), lambda: os.stat("/nonexistent"), lambda: os.rename("/nonexistent", "x"), lambda: os.makedirs(ROOT + "/x/y/z"), lambda: os.removedirs(ROOT + "/x/y/z"), lambda: sorted(e.name for e in os.scandir(d)), lambda: os.path.commonpath(["/a/b", "/a/c"]), lambda: os.path.commonpath(["/a", "b"]), lambda: os.path.relpath("/a/b", "/a/c"), lambda: os.path.normpath("a/../../b"), lambda: os.path.splitext(".a.b"), lambda: os.path.join("a", "", "b", "/c"), lambda: os.path.expandvars("$NOPE_X/${HOME_X}"), lambda: os.path.split("a/b/"), lambda: os.path.join("a", b"b"), lambda: os.fsencode(5), lambda: os.access(ROOT, os.W_OK), lambda: os.environ["NOPE_XYZ"], lambda: os.environ.get("NOPE_XYZ"), lambda: os.environ.__setitem__("K", 5), lambda: os.strerror(2))
shutil.rmtree(ROOT)
