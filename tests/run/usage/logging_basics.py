# Loggers, levels, handlers, formatters, exceptions in logs.
import io
import logging

out = io.StringIO()
h = logging.StreamHandler(out)
h.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
root = logging.getLogger()
root.addHandler(h)
root.setLevel(logging.INFO)
log = logging.getLogger("app.sub")
log.debug("hidden")
log.info("value %d %s", 5, "x")
log.warning("dict %(a)s", {"a": 1})
logging.getLogger("app").setLevel(logging.ERROR)
log.warning("now hidden")
log.error("shown")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
print(out.getvalue().replace(__file__, "FILE"))
print(log.level, log.getEffectiveLevel(), log.isEnabledFor(logging.INFO), log.parent.name, logging.getLevelName(30), logging.getLevelName("ERROR"), log.name, repr(log))


class Filter(logging.Filter):
    def filter(self, record):
        record.extra = "E"
        return "secret" not in record.getMessage()


out.seek(0)
out.truncate()
h.addFilter(Filter())
h.setFormatter(logging.Formatter("{extra} {message}", style="{"))
log.error("secret thing")
log.error("open thing")
logging.LoggerAdapter(log, {"k": "v"}).critical("adapted")
log.log(45, "custom %s", "level")
print(out.getvalue())
