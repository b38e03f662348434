# Finders, loaders, hooks, specs and reloading.
import os
import shutil
import sys
import tempfile

folder = tempfile.mkdtemp()
for name, text in [("pkg/__init__.py", "from . import sub\nx = 1\n"), ("pkg/sub.py", "y = __package__\n"),
                   ("a/ns/one.py", "n = 1\n"), ("b/ns/two.py", "n = 2\n"), ("again.py", "v = 1\n")]:
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
sys.path[:0] = [folder, os.path.join(folder, "a"), os.path.join(folder, "b")]
sys.dont_write_bytecode = True

import pkg
import ns.one, ns.two
print(pkg.sub.y, pkg.__package__, ns.one.n, ns.two.n, len(ns.__path__), hasattr(ns, "__file__"))

import importlib
import importlib.machinery
import importlib.util
print([f.__name__ for f in sys.meta_path])
print(pkg.__spec__.name, type(pkg.__spec__) is importlib.machinery.ModuleSpec, pkg.__spec__.has_location,
      type(pkg.__loader__) is importlib.machinery.SourceFileLoader, pkg.__spec__.parent, pkg.sub.__spec__.parent)
print(sys.__spec__.origin, type(ns.__spec__.loader).__name__, ns.__spec__.origin)
print(importlib.util.find_spec("pkg.sub").name, importlib.util.find_spec("missing"))
print(importlib.import_module(".sub", "pkg") is pkg.sub)

import again
with open(again.__file__, "w") as f:
    f.write("v = 22\n")
print(importlib.reload(again) is again, again.v)

spec = importlib.util.spec_from_file_location("other_name", again.__file__)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.__name__, module.v, "other_name" in sys.modules)


class Virtual:
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] == "virtual":
            print("asked for", name, path)
            return importlib.util.spec_from_loader(name, self, is_package=name == "virtual")

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        if module.__name__.endswith("broken"):
            raise RuntimeError("broken")
        module.hello = "hello from " + module.__name__


sys.meta_path.insert(0, Virtual())
import virtual.child
from virtual import other
print(virtual.hello, virtual.child.hello, other.hello, virtual.__path__)
try:
    import virtual.broken
except RuntimeError as e:
    print(e, "virtual.broken" in sys.modules)


class Hook:
    def __init__(self, path):
        if path != "magic":
            raise ImportError

    def find_spec(self, name, target=None):
        if name == "from_hook":
            return importlib.util.spec_from_loader(name, Virtual())


sys.path_hooks.insert(0, Hook)
sys.path.append("magic")
import from_hook
print(from_hook.hello, type(sys.path_importer_cache["magic"]).__name__)

for name in ["missing", "pkg.missing", "again.missing", "pkg.sub.missing"]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as e:
        print(e, e.name)
sys.modules["blocked"] = None
try:
    import blocked
except ModuleNotFoundError as e:
    print(e)
finders, sys.meta_path[:] = sys.meta_path[:], []
try:
    import colorsys
except ModuleNotFoundError as e:
    print(e)
sys.meta_path[:] = finders
import runpy
print(runpy.run_path(again.__file__)["v"], runpy.run_module("pkg.sub")["y"])
import _imp
_imp.acquire_lock()
print(_imp.lock_held())
_imp.release_lock()
print(_imp.lock_held(), _imp.is_builtin("sys"), _imp.is_frozen("nothing"))
try:
    _imp.release_lock()
except RuntimeError as e:
    print(e)
shutil.rmtree(folder)
