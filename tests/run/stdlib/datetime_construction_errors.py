# Dates and times that cannot be.
from datetime import date, datetime, time, timedelta, timezone, tzinfo


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: date(2020, 2, 30), lambda: date(0, 1, 1), lambda: date(10000, 1, 1), lambda: date(2020, 13, 1), lambda: date("a", 1, 1), lambda: date(2020, 1.5, 1), lambda: datetime(2020, 1, 1, 24), lambda: datetime(2020, 1, 1, fold=2), lambda: time(25), lambda: time(0, 0, 60), lambda: time(1, 2, 3, 10**6), lambda: timedelta("a"), lambda: timezone(timedelta(hours=24)), lambda: timezone(timedelta(seconds=1.5)), lambda: timedelta(1) / 0, lambda: timedelta(1) // timedelta(0))
