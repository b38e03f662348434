"""random and statistics: whole sequences agree with CPython's."""

import random
random.seed(42)
print(random.random(),random.randint(1,100),random.choice('abc'),random.sample(range(100),5),random.shuffle(l:=list(range(10))),l)
print(random.gauss(0,1),random.normalvariate(0,1),random.expovariate(1),random.betavariate(1,2),random.gammavariate(2,3),random.triangular(0,1,.5),random.vonmisesvariate(1,2),random.paretovariate(1),random.weibullvariate(1,2),random.lognormvariate(0,1),random.binomialvariate(10,.3))
print(random.choices('abc',weights=[1,2,3],k=5),random.randbytes(5),random.getrandbits(100),random.uniform(1,2),random.randrange(0,100,7))
random.seed('hello'); print(random.random()); random.seed(b'x'); print(random.random()); random.seed(1.5); print(random.random())
s=random.getstate(); a=random.random(); random.setstate(s); print(a==random.random())
r=random.Random(5); print(r.random(), random.Random(-5).random())
try: random.choice([])
except IndexError as e: print(e)
try: random.sample([1],2)
except ValueError as e: print(e)
try: random.randrange(0)
except ValueError as e: print(e)
try: random.seed([])
except TypeError as e: print(e)
import statistics
d=[random.gauss(0,1) for _ in range(100)]
print(statistics.mean(d),statistics.stdev(d),statistics.median(d),statistics.quantiles(d),statistics.fmean(d),statistics.variance(d),statistics.harmonic_mean([1,2,3]),statistics.geometric_mean([1,2,3]),statistics.mode('aab'),statistics.multimode('aabb'),statistics.correlation(d,d[::-1]),statistics.linear_regression([1,2,3],[2,4,7]),statistics.NormalDist(1,2).cdf(2),statistics.NormalDist(1,2).inv_cdf(.3),statistics.NormalDist.from_samples(d))
