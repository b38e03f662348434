# statistics.NormalDist.
import statistics as st
from fractions import Fraction as F


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


n = st.NormalDist(10, 2)
t(lambda: n, lambda: n.mean, lambda: n.stdev, lambda: n.variance, lambda: round(n.pdf(11), 12), lambda: round(n.cdf(11), 12), lambda: n.inv_cdf(0.5), lambda: n.inv_cdf(0), lambda: n.overlap(st.NormalDist(11, 2)).__round__(12), lambda: n.zscore(14), lambda: n.quantiles(4)[1], lambda: n + 5, lambda: n * 2, lambda: n + st.NormalDist(1, 1), lambda: -n, lambda: n == st.NormalDist(10, 2), lambda: st.NormalDist(0, -1), lambda: st.NormalDist.from_samples([1, 2, 3]), lambda: hash(n) == hash(st.NormalDist(10, 2)))


def math_floor(x):
    import math
    return math.floor(x), math.ceil(x), math.trunc(x)


t(lambda: math_floor(F(-7, 3)))
