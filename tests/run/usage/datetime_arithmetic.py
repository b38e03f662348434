# Dates, times, deltas, zones, formatting and parsing.
from datetime import date, datetime, time, timedelta, timezone

d = date(2024, 2, 29)
print(d, repr(d), d + timedelta(days=366), d.replace(year=2023, day=28), d.weekday(), d.isoweekday(), tuple(d.isocalendar()), d.toordinal(), date.fromordinal(738945), date.fromisoformat("2024-W09-4"), d.strftime("%d/%m/%y %A %j %U"), d.timetuple()[:3], d.ctime())
dt = datetime(2024, 3, 10, 23, 59, 58, 123456, tzinfo=timezone.utc)
print(dt, repr(dt), dt.isoformat(), dt.isoformat(" ", "minutes"), dt.astimezone(timezone(timedelta(hours=5, minutes=30))), dt.timestamp(), dt.date(), dt.timetz(), dt.utcoffset(), dt.tzname())
print(datetime.fromisoformat("2024-01-02T03:04:05.678+01:00"), datetime.fromtimestamp(86400.5, timezone.utc), datetime.strptime("2024-05-17 13:45", "%Y-%m-%d %H:%M"), datetime.combine(d, time(1, 2)), datetime.min, datetime.max)
td = timedelta(days=1, hours=25, seconds=-30, microseconds=5)
print(td, repr(td), td.total_seconds(), -td, abs(-td), td * 2, td / 2, td // timedelta(hours=1), td % timedelta(hours=1), divmod(td, timedelta(hours=7)), td > timedelta(0), timedelta.max, sum([td, td], timedelta()))
print(dt - datetime(2024, 1, 1, tzinfo=timezone.utc), d - date(2024, 1, 1), datetime(2024, 1, 31) + timedelta(weeks=1), d < date.max, dt == dt.astimezone(timezone(timedelta(hours=-8))), hash(d) == hash(date(2024, 2, 29)))
t = time(13, 5, 7, 9)
print(t, repr(t), t.isoformat("milliseconds"), t.replace(hour=1), time.fromisoformat("04:23:01.000384"), t > time(1), t.strftime("%I:%M %p"), f"{dt:%Y/%m/%d %H:%M:%S.%f %z}")
for f in (lambda: date(2023, 2, 29), lambda: datetime(2024, 13, 1), lambda: time(25), lambda: date.fromisoformat("nope"), lambda: timezone(timedelta(hours=24)), lambda: datetime.strptime("x", "%Y")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(timezone.utc, timezone(timedelta(hours=-3), "BRT"), repr(timezone(timedelta(minutes=90))), timezone.utc == timezone(timedelta(0)))
