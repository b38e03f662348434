# Arithmetic and comparison, naive and aware.
import datetime as dt
from datetime import date, datetime, time, timedelta, timezone, tzinfo


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


a, b = datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=timezone.utc)
t(lambda: a == b, lambda: b - datetime(2020, 1, 1, 5, tzinfo=timezone(timedelta(hours=5))), lambda: b == datetime(2020, 1, 1, 5, tzinfo=timezone(timedelta(hours=5))), lambda: hash(b) == hash(datetime(2020, 1, 1, 5, tzinfo=timezone(timedelta(hours=5)))), lambda: b.astimezone(timezone(timedelta(hours=-3))), lambda: b.utcoffset(), lambda: a.utcoffset(), lambda: a.tzname(), lambda: b.timestamp(), lambda: datetime.fromtimestamp(1e9, timezone.utc), lambda: datetime.fromtimestamp(1e20, timezone.utc), lambda: datetime.fromtimestamp(-1.5, timezone.utc), lambda: date(2020, 1, 1) == a, lambda: date(2020, 1, 3) - date(2020, 1, 1), lambda: a - timedelta(hours=1), lambda: timedelta(1) + a, lambda: timedelta(3) // 2, lambda: timedelta(1) * 1.5, lambda: timedelta(5) % timedelta(2), lambda: divmod(timedelta(5), timedelta(2)), lambda: timedelta(1) / timedelta(hours=1), lambda: -timedelta(1, 1), lambda: abs(timedelta(-1)), lambda: bool(timedelta()), lambda: timedelta(1) == 1, lambda: timedelta(hours=1.0000001).total_seconds(), lambda: time(1) < time(2), lambda: bool(time(0)), lambda: datetime.combine(date(2020, 1, 1), time(5)), lambda: a.date(), lambda: b.timetz(), lambda: timezone.utc.utcoffset(a), lambda: timezone.utc == timezone(timedelta(0)), lambda: timezone.utc.fromutc(a), lambda: b.dst(), lambda: date.today().__class__, lambda: datetime.min, lambda: dt.MAXYEAR, lambda: dt.UTC is timezone.utc, lambda: __import__("pickle").loads(__import__("pickle").dumps(b)) == b, lambda: date.strptime("2020-05-06", "%Y-%m-%d") if hasattr(date, "strptime") else "none", lambda: a.__reduce__()[1], lambda: type("D", (date,), {})(2020, 1, 1), lambda: type("D", (datetime,), {})(2020, 1, 1) + timedelta(1))
