# strftime and strptime.
from datetime import date, datetime, time, timedelta, timezone, tzinfo


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


d = datetime(2023, 7, 4, 15, 6, 7, 89, timezone(timedelta(hours=2), "X"))
print(d.strftime("%a %A %b %B %c %d %f %H %I %j %m %M %p %S %U %w %W %x %X %y %Y %z %Z %% %G %V %u %:z %F %T %D %e"), date(5, 1, 1).strftime("%Y"), time(1, 2).strftime("%H:%M %Y"), f"{d:%d/%m}", f"{d}", format(date(2020, 1, 1), ""))
t(*(lambda s=s, f=f: datetime.strptime(s, f) for s, f in (("2020-01-02", "%Y-%m-%d"), ("Jan 5 20", "%b %d %y"), ("5", "%Y"), ("2020 366", "%Y %j"), ("2021 366", "%Y %j"), ("12:30 PM", "%I:%M %p"), ("2020-01-01 +0530", "%Y-%m-%d %z"), ("2020-01-01 UTC", "%Y-%m-%d %Z"), ("x", "%q"), ("2020-01-02 ", "%Y-%m-%d"), ("1.123456", "%S.%f"), ("Mon 2020 10", "%a %Y %W"), ("2020 W1", "%G W%V"), ("", ""), ("a", "b"))))
