# Named tuples of the runtime: stat_result, struct_time and the like.
import copy
import os
import pickle
import time

s = os.stat_result(range(19))
print(s, s.st_atime, s[7], s.__match_args__, s.n_fields, s.n_unnamed_fields, s.n_sequence_fields, s.st_atime_ns, s.st_blocks, len(s))
s = os.stat_result(range(10)); print(s.st_atime, s.st_blocks, s.st_atime_ns)
s = os.stat_result(range(10), {"st_atime": 5.5}); print(s.st_atime, s.st_mtime, s)
T = os.terminal_size
for f in (lambda: os.stat_result(range(9)), lambda: os.stat_result(range(30)), lambda: os.stat_result(3), lambda: time.struct_time(range(9)), lambda: time.struct_time(range(11)).tm_gmtoff, lambda: time.struct_time(range(12)), lambda: time.struct_time(range(8)), lambda: T((1, 2), {"a": 1}), lambda: T((1,)), lambda: T((1, 2), {"columns": 3}), lambda: copy.replace(T((1, 2)), columns=7), lambda: copy.replace(T((1, 2)), colums=7), lambda: copy.replace(os.stat_result(range(10)), st_mode=7), lambda: T((1, 2)).__reduce__(), lambda: os.stat_result(range(12)).__reduce__(), lambda: T(sequence=(1, 2)), lambda: T((1, 2), 3), lambda: time.struct_time(range(10)).__reduce__(), lambda: T((1, 2)) + (3,), lambda: type(T((1, 2))[:]), lambda: hash(T((1, 2))) == hash((1, 2)), lambda: pickle.loads(pickle.dumps(os.stat_result(range(19)))).st_rdev, lambda: T((1, 2)) == (1, 2), lambda: T("ab").lines, lambda: copy.copy(T((1, 2)))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
match T((80, 24)):
    case T(c, l): print(c, l)
t = time.gmtime(0)
print(t, t.tm_gmtoff, time.mktime(time.localtime(1e9)), time.strftime("%Y", t), isinstance(t, tuple))
print(os.stat("/").st_mtime_ns // 10**9 == os.stat("/")[8], "st_atime" in repr(os.stat("/")))
