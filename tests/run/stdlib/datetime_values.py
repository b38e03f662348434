# Representations and fields of dates, times, deltas and zones.
from datetime import date, datetime, time, timedelta, timezone, tzinfo


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: date(2020, 2, 29), lambda: str(datetime(2020, 1, 2, 3, 4, 5, 6)), lambda: datetime(2020, 1, 2), lambda: str(time(1, 2)), lambda: time(1, 2, 3, 4, timezone.utc), lambda: timedelta(1, 2, 3), lambda: str(timedelta(-1, 5)), lambda: timedelta(weeks=1, days=-1, hours=25, minutes=61, milliseconds=1001), lambda: timedelta(0.5), lambda: str(timedelta(days=2, microseconds=1)), lambda: repr(timedelta()), lambda: timezone.utc, lambda: repr(timezone(timedelta(hours=-5, minutes=30))), lambda: str(timezone(timedelta(hours=-5, minutes=-30))), lambda: timezone(timedelta(hours=1), "N"), lambda: timezone.max, lambda: datetime(2020, 1, 1, tzinfo=timezone.utc).isoformat(), lambda: datetime(2020, 1, 1, 1, 2, 3, 4).isoformat(" ", "milliseconds"), lambda: datetime(2020, 1, 1).isoformat(timespec="x"), lambda: time(1, 2, 3).isoformat("hours"), lambda: date(2020, 1, 1).ctime(), lambda: date.fromisocalendar(2020, 53, 5), lambda: date.fromisocalendar(2021, 53, 1), lambda: date(2020, 3, 1).timetuple()[:9], lambda: date(2020, 1, 1).toordinal(), lambda: date.fromordinal(737425), lambda: date(2020, 1, 1).weekday(), lambda: date(2020, 1, 1).replace(month=5), lambda: date(2020, 1, 31).replace(month=2))
