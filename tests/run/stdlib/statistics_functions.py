# Means, medians, spreads, correlations.
import statistics as st
from decimal import Decimal
from fractions import Fraction as F


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: st.mean([1, 2, 3, 4]), lambda: st.mean([]), lambda: st.mean([F(1, 2), F(1, 3)]), lambda: st.mean([Decimal("0.5"), 1]), lambda: st.mean(["a"]), lambda: st.mean([1, float("inf")]), lambda: st.fmean([1, 2], [3, 1]), lambda: st.fmean([]), lambda: st.fmean([1], [1, 2]), lambda: st.geometric_mean([1, 2, 4]), lambda: st.geometric_mean([-1]), lambda: st.harmonic_mean([1, 2]), lambda: st.harmonic_mean([0, 1]), lambda: st.harmonic_mean([-1]), lambda: st.harmonic_mean([1, 2], [3, 1]), lambda: st.median([3, 1, 2]), lambda: st.median([1, 2, 3, 4]), lambda: st.median([]), lambda: st.median_low([1, 2, 3, 4]), lambda: st.median_high([1, 2, 3, 4]), lambda: st.median_grouped([1, 2, 2, 3]), lambda: st.mode("aab"), lambda: st.mode([]), lambda: st.mode([1, 2]), lambda: st.multimode("aabb"), lambda: st.pvariance([1, 2, 3]), lambda: st.variance([1]), lambda: st.variance([1, 2, 3, 4]), lambda: st.variance([F(1), F(2)]), lambda: st.stdev([1, 2, 3, 4]), lambda: st.pstdev([1, 1]), lambda: st.stdev([1.5, 2.5, 2.75], xbar=2), lambda: st.quantiles([1, 2, 3, 4]), lambda: st.quantiles([1], n=4), lambda: st.quantiles([1, 2], n=0), lambda: st.quantiles(range(10), n=5, method="inclusive"), lambda: st.quantiles([1, 2], method="x"), lambda: st.covariance([1, 2, 3], [1, 5, 7]), lambda: st.correlation([1, 2, 3], [1, 5, 7]), lambda: st.correlation([1, 1], [1, 2]), lambda: st.correlation([1, 2, 3], [3, 1, 2], method="ranked"), lambda: st.linear_regression([1, 2, 3], [1, 5, 7]), lambda: st.linear_regression([1], [1]), lambda: st.linear_regression([1, 2], [2, 4], proportional=True))
