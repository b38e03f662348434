# Audit hooks hear the program's own events and may forbid them.
import sys

seen = []


def hook(event, args):
    if event.startswith("test."):
        seen.append((event, args))
        if event == "test.bad":
            raise RuntimeError("forbidden")


sys.audit("test.early", 1)
sys.addaudithook(hook)
sys.audit("test.one")
sys.audit("test.two", 1, "x")
try:
    sys.audit("test.bad", None)
except RuntimeError as e:
    print(e)
print(seen)


def refuse(event, args):
    if event == "sys.addaudithook":
        raise RuntimeError


sys.addaudithook(refuse)
sys.addaudithook(lambda event, args: print("never", event))
sys.audit("test.three")
print(len(seen))
