# fromisoformat of every class.
from datetime import date, datetime, time, timedelta, timezone, tzinfo


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


for s in ("2020-01-02", "2020-01-02T03", "2020-01-02T03:04:05.678", "2020-01-02 03:04:05+05:30", "20200102T030405Z", "2020-W01-1", "2020-W01", "2020-001", "2020-01-02T24:00", "2020-13-01", "", "x", "2020-01-02T03:04:05.123456789", "2020-1-2", "2020-01-02T03:04:05,5", "2020-01-02x03:04"):
    t(lambda: datetime.fromisoformat(s))
for s in ("2020-01-02", "20200102", "2020-W53-7", "2020-01", "2020-01-02T00", 5):
    t()
for s in ("01:02", "T010203", "24:00", "1:2", "01:02:03.5+01", ""):
    t(lambda: time.fromisoformat(s))
