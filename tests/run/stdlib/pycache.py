# Code of imported modules is kept in __pycache__, used while it is the source's, and never trusted.
import importlib.util
import os
import shutil
import sys
import tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
source = os.path.join(folder, "cached_module.py")


def write(text, when):
    with open(source, "w") as f:
        f.write(text)
    os.utime(source, (when, when))


def load():
    sys.modules.pop("cached_module", None)
    importlib.invalidate_caches()
    import cached_module
    return cached_module.value


cache = importlib.util.cache_from_source(source)
print(os.path.basename(cache) == f"cached_module.{sys.implementation.cache_tag}.pyc")
sys.dont_write_bytecode = True
write("value = 1\n", 1000)
print(load(), os.path.exists(cache))
sys.dont_write_bytecode = False
print(load(), os.path.exists(cache), os.listdir(os.path.dirname(cache)) == [os.path.basename(cache)])
# The same time and size: the old code is taken for the new.
write("value = 2\n", 1000)
print(load())
write("value = 3\n", 1001)
print(load())
with open(cache, "rb") as f:
    good = f.read()
print(good[:4] == importlib.util.MAGIC_NUMBER, int.from_bytes(good[4:8], "little"),
      int.from_bytes(good[8:12], "little"), int.from_bytes(good[12:16], "little"))
with open(cache, "wb") as f:
    f.write(b"broken")
print(load())
# A module that has no source.
os.remove(source)
shutil.copy(cache, os.path.join(folder, "cached_module.pyc"))
print(load())
for name, data in [("bad_magic", b"1234" + good[4:]), ("too_short", good[:10]), ("bad_flags", good[:4] + b"\x09\0\0\0" + good[8:])]:
    with open(os.path.join(folder, name + ".pyc"), "wb") as f:
        f.write(data)
    try:
        __import__(name)
    except (ImportError, EOFError) as e:
        print(type(e).__name__, e, getattr(e, "name", None))
shutil.rmtree(folder)
