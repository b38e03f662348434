"""The Mersenne Twister: seeding, state and bits."""

import _random

R = _random.Random


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    'R(1).random()',
    'R(1).getrandbits(0)',
    'R(1).getrandbits(-1)',
    'R(1).getrandbits(1.0)',
    'R(1).getrandbits(64)',
    'R(1).getrandbits(65)',
    'R(1).getrandbits(1<<63)',
    'R(1).setstate(1)',
    'R(1).setstate((1,))',
    'R(1).setstate(tuple([0]*625))',
    'R(1).setstate(tuple([0]*624)+(700,))',
    'R(1).setstate(tuple([0]*624)+(-1,))',
    "R(1).setstate(tuple(['a']*625))",
    'R(1,2)',
    'R(x=1)',
    'len(R(1).getstate())',
    'R(-1).random()',
    'R(1<<200).random()',
    'R(1.5).random() is not None',
    'R(None) is not None',
    'R.random.__text_signature__',
    'R.seed.__text_signature__',
    'R.getrandbits.__text_signature__',
    'R(0).random()',
    'R([])',
)
