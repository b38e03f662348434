# Patterns that are refused, and why.
import re


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(*(lambda p=p: re.compile(p) and "ok" for p in ("(", ")", "[", "a**", "*a", "a{2,1}", "(?P<n>a)(?P<n>b)", "(?P<1>a)", "(?P=x)", "\\1", "(?<=a*)", "(?i", "(?z)", "a(?i)", "(?P<n", "[b-a]", "[a-\\d]", "\\q", "(?(1)a|b|c)", "(?(2)a)", "x{99999999999}", "(?#", "\\N{nope}", "\\u12", "\\x1", "(?a-u:x)", "(?-a:x)", "(?i-i:x)", "(?:a", "(?>a", "\\8", "(?<n>a)", "(?<!a+)", "a++b", "a*+", "(?P>a)", "[[a]", "[a&&b]", "\\", "(?P<é>a)", "(?P<a-b>x)", "+", "a|*", "(?s:.)", "(?L)a", "\\A\\Z\\z\\b\\B")))
