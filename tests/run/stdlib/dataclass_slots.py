"""dataclasses with slots make a second class; their instances stay small."""

from dataclasses import *
from typing import *
import dataclasses
@dataclass(order=True)
class P: x:int; y:float=2.0; z:list=field(default_factory=list,compare=False,repr=False)
print(P(1),P(1)<P(2),asdict(P(1,z=[P(3)])),astuple(P(2)),replace(P(1),y=5))
@dataclass(frozen=True,slots=True,kw_only=True)
class Q: a:int; b:str='x'
q=Q(a=1); print(q,hash(q)==hash(Q(a=1)))
try: q.a=2
except FrozenInstanceError as e: print(type(e).__name__,e)
try: Q(1)
except TypeError as e: print(e)
@dataclass
class R(P):
    w: InitVar[int]=3
    c: ClassVar[int]=9
    def __post_init__(self,w): self.ww=w
print(R(1,w=7).ww,[f.name for f in fields(R)],R.__doc__,R.__match_args__)
print(make_dataclass('M',[('a',int),'b',('c',int,field(default=4))])(1,2))
try:
    @dataclass
    class Bad: a:int=1; b:int
except TypeError as e: print(e)
try:
    @dataclass
    class Bad2: a:list=[]
except ValueError as e: print(e)
import inspect; print(inspect.signature(P), inspect.signature(Q))
