# logging: levels, hierarchy, formats, filters, handlers, exceptions in records.
import io
import logging
import sys

out = io.StringIO()
root = logging.getLogger()
h = logging.StreamHandler(out)
h.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(funcName)s:%(message)s"))
root.addHandler(h); root.setLevel("INFO")
log = logging.getLogger("a.b.c")


def show():
    print(out.getvalue(), end=""); out.seek(0); out.truncate()


def work():
    log.debug("hidden"); log.info("i %s %d", "x", 5); log.warning("%(k)s", {"k": "v"}); log.error("bad %d", "str") if False else None
    log.log(25, "custom"); log.critical("c", extra={"q": 1}); log.info("100%"); log.info({"d": 1}); log.info("no args %s")
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("caught")
    log.info("stack", stack_info=False); log.info("exc", exc_info=ValueError("v"))


work()
print("\n".join(l for l in out.getvalue().split("\n") if "File" not in l and "^" not in l and "1 / 0" not in l)); out.seek(0); out.truncate()
print(log.parent.name, log.getEffectiveLevel(), log.level, log.isEnabledFor(10), log.hasHandlers(), log, root, logging.getLogger("a").getChild("b") is logging.getLogger("a.b"), logging.getLevelName(30), logging.getLevelName("INFO"), logging.getLevelName(33), logging.getLevelNamesMapping()["WARN"], h, logging.getLogger("a.b").getChildren())
logging.addLevelName(33, "NOTICE"); log.log(33, "named"); show()
log.setLevel(logging.ERROR); log.info("no"); log.error("yes"); show(); log.setLevel(0)
logging.disable(logging.ERROR); log.error("disabled"); log.critical("not"); logging.disable(0); show()


class F(logging.Filter):
    def filter(self, r): r.msg = str(r.msg).title().replace("%S", "%s"); return "drop" not in r.getMessage().lower()


log.addFilter(F()); log.info("drop me"); log.info("keep %s", 1); show()
h.addFilter(lambda r: r.levelno > 20); log.info("x"); log.warning("y"); show(); h.filters.clear(); log.filters.clear()
log.propagate = False; log.warning("lost?") if log.handlers else None; log.propagate = True
for style, fmt in (("{", "{levelname:>8}|{message}|{asctime}"), ("$", "$name $$ ${message}"), ("%", "%(levelno)3d %(message).3s")):
    h.setFormatter(logging.Formatter(fmt, datefmt="DATE", style=style)); log.warning("styled"); show()
for f in (lambda: logging.Formatter("{x", style="{"), lambda: logging.Formatter("%(a)z"), lambda: logging.Formatter("a", style="q"), lambda: logging.Formatter("plain"), lambda: log.setLevel("NOPE"), lambda: log.setLevel(1.5), lambda: log.log("x", "m"), lambda: log.info("a", extra={"message": 1}), lambda: log.info(), lambda: log.warn if hasattr(log, "warn") else "no", lambda: logging.getLogger(5), lambda: root.addHandler(5) or root.removeHandler(5), lambda: logging.makeLogRecord({"msg": "m %s", "args": ("a",)}).getMessage(), lambda: logging.LogRecord("n", 20, "p/f.py", 3, "msg", (), None), lambda: logging.basicConfig(level="DEBUG", force=False), lambda: logging.basicConfig(nope=1), lambda: logging.StreamHandler(out).setLevel("x"), lambda: logging.NullHandler().level, lambda: logging.LoggerAdapter(log, {"k": 1}).process("m", {}), lambda: logging.raiseExceptions):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
