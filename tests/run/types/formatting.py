# str.format, format() and %: results and messages.
def t(s):
    try: print(s, '->', repr(eval(s)))
    except BaseException as e: print(s, '->', type(e).__name__, e)
for s in '''"a".center(5,"xx")
"a".center(5,1)
"a".center("x")
"a".count(1)
"a".find(1)
"a".index("b")
"a".rindex("b")
"a".join(1)
"a".join([1])
"a".join(["a",1])
"a".split("")
"a".split(1)
"a".partition("")
"a".partition(1)
"a".replace(1,2)
"a".replace("a",2)
"a".startswith(1)
"a".startswith((1,))
"a".endswith(1)
"a".strip(1)
"a".removeprefix(1)
"a".translate(1)
"abc".translate({97:None,98:"xyz",99:100})
"abc".translate({97:-1})
"abc".translate({97:[]})
"abc".translate({97:0x110000})
str.maketrans("a")
str.maketrans({"ab":1})
str.maketrans({"a":1,5:2})
str.maketrans({None:1})
str.maketrans("a","bc")
str.maketrans("ab","cd","e")
str.maketrans("ab",1)
str.maketrans(1,"b")
"a"+1
1+"a"
"a"*"b"
"a"[5]
1 in "a"
"a".expandtabs("x")
"a".zfill("x")
"a".encode("ascii",1)
"a".format()
"{}".format()
"{0} {}".format(1,2)
"{} {0}".format(1,2)
"{a}".format()
"{".format()
"}".format()
"{!}".format(1)
"{!x}".format(1)
"{!rr}".format(1)
"{0[}".format(1)
"{0.}".format(1)
"{0[]}".format(1)
"{0[a]b}".format({"a":1})
"{0[1]}".format([1,2])
"{0[a]}".format({"a":1})
"{0.real}".format(1)
"{:{}}".format(1,5)
"{:{}{}}".format(1,">",5)
"{:{:{}}}".format(1,2,3)
"{!r:>10}".format("a")
"{a[b][c].d}".format(a={"b":{"c":1}})
"{[a]}".format({"a":1})
"{.real}".format(1)
"{-1}".format(1)
"{ 0 }".format(1)
"{0!r:}".format("x")
"{:d}".format("a")
"{:x}".format(1.5)
"{:5}".format(None)
"{:,}".format("a")
"{:_}".format("a")
"{:,_}".format(1)
"{:__}".format(1)
"{:,,}".format(1)
"{:=5}".format("a")
"{:+}".format("a")
"{: }".format("a")
"{:#}".format("a")
"{:05}".format("a")
"{:z}".format("a")
"{:.3}".format("abcdef")
"{:.3}".format(1)
"{:.3d}".format(1)
"{:c}".format(-1)
"{:c}".format(0x110000)
"{:+c}".format(65)
"{:#c}".format(65)
"{:,c}".format(65)
"{:c}".format(65)
"{:5c}".format(65)
"{:n}".format(1234567)
"{:,}".format(1234567)
"{:_x}".format(0xdeadbeef)
"{:,x}".format(5)
"{:#_b}".format(1234)
"{:010,}".format(1234)
"{:012_x}".format(0xabcdef)
"{:<+010,d}".format(1234)
"{:z}".format(1)
"{:q}".format(1)
"{:.}".format(1.5)
"{:.5}".format(1.5)
"{:abc}".format(1)
"{:5 }".format(1)
"{:\\u20ac>5}".format(1)
"{:.999999999999999999999}".format(1.5)
"{:99999999999999999999}".format(1.5)
"{:%}".format(0.5)
"{:.0%}".format(0.125)
"{:g}".format(1e10)
"{:#g}".format(1.0)
"{:e}".format(0.0)
"{:.3e}".format(12345.678)
"{:E}".format(float("inf"))
"{:F}".format(float("nan"))
"{:+}".format(float("nan"))
"{:010}".format(float("inf"))
"{:,}".format(1234567.891)
"{:,.2f}".format(1234567.891)
"{:_.2f}".format(1234567.891)
"{:.2_f}".format(1234567.891)
"{:.10,f}".format(1.23456789012)
"{:.10_f}".format(1.23456789012)
"{:015,.2f}".format(1234.5)
"{:z.1f}".format(-0.01)
"{:z.1f}".format(-0.06)
"{:n}".format(1234.5)
"{:d}".format(1.0)
"{:s}".format(1)
"{:s}".format(1.0)
"{:f}".format(10**400)
"{:f}".format(10)
"{:e}".format(10)
"{}".format(1e16)
"{:}".format(1e16)
"{:5}".format(1.0)
"{:.1}".format(1.0)
"{:.17}".format(0.1)
"{:.0}".format(1.5)
"{:.0f}".format(0.5)
"{:#.0f}".format(1.5)
"{:#.0e}".format(1.5)
"{:a}".format(True)
"{:d}".format(True)
"{}".format(True)
"{:5}".format(True)
"%d" % 1.5
"%d" % "a"
"%i" % 10**30
"%x" % 1.5
"%x" % 255
"%#x" % 255
"%#X" % 255
"%o" % 8
"%#o" % 8
"%05d" % -3
"%-5d|" % 3
"%+d" % 3
"% d" % 3
"%.3d" % 5
"%8.3d" % -5
"%08.3d" % -5
"%s" % ("a","b")
"%s %s" % "a"
"%s" % ()
"%(a)s" % {"a":1}
"%(a)s" % 1
"%(a" % {"a":1}
"%(a)s %s" % {"a":1}
"%z" % 1
"%" % ()
"%5%" % ()
"%%" % ()
"%c" % "ab"
"%c" % 65
"%c" % -1
"%c" % 1.5
"%r %a" % ("é","é")
"%.2s" % "abc"
"%5.1s|" % "abc"
"%*d" % (5,3)
"%*.*f" % (8,2,3.14159)
"%*d" % ("a",3)
"%-*d|" % (-5,3)
"%f" % "a"
"%f" % 1
"%g" % 1e-5
"%e" % 1.5
"%#.3g" % 1.0
"%F" % float("inf")
"%05f" % float("nan")
"%ld" % 5
"%u" % 5
"%s %s" % ("a",)
"a" % 1
"a" % {}
"a" % []
"a" % (1,)
"%b" % 1
"%5s|%-5s|" % ("a","b")
"%s" % None
"%(a)d %(b)5.2f" % {"a":1,"b":2}
"%()s" % {"":5}
"%((a))s" % {"(a)":5}
b"%s" % b"a"
b"%b" % bytearray(b"a")
b"%a" % "é"
b"%r" % "é"
b"%c" % 65
b"%c" % b"A"
b"%c" % "A"
b"%c" % 256
b"%d %5.2f %x" % (1,2.0,255)
b"%s" % 5
b"%(a)s" % {b"a":b"x"}
b"%q" % 5
b"%d" % 1.5
b"%s %s" % (b"a",)
b"a" % 1
format(1, 5)
format(1)
format("a", "5")
format([], "5")
format("a","\\ud800>5")
"{:!>5}".format(1)
"{0:{1}}".format(1,"{")
"{0:}}".format(1)
"{{}}".format()
"{{{}}}".format(1)
"{:{{}}}".format(1)
"{a.b}".format(a=1)
"{a[}".format(a=1)
"{0]}".format(1)
"{0!r".format(1)
"{0:".format(1)
"{0".format(1)
"{!r".format(1)
"{99999999999999999999}".format(1)
"{0[99999999999999999999]}".format([1])
"%99999999999999999999d" % 1
"%.99999999999999999999d" % 1
'''.splitlines(): t(s)
