"""csv: reading, writing and dialects."""

import _csv
import csv
import io


def rd(s, *a, **k):
    return list(csv.reader(s if isinstance(s, list) else s.splitlines(True), *a, **k))


def wr(rows, *a, **k):
    f = io.StringIO()
    csv.writer(f, *a, **k).writerows(rows)
    return f.getvalue()


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    "rd('a,b,c\\n1,2,3\\n')",
    'rd(\'"a""b",c\\n\')',
    'rd(\'"a\\nb",c\\n\')',
    'rd(\'a,"b\')',
    'rd(\'a,"b\',strict=True)',
    'rd(\'"a"b,c\')',
    'rd(\'"a"b,c\',strict=True)',
    "rd('a b c',delimiter=' ')",
    "rd('a, b',skipinitialspace=True)",
    "rd('a\\\\,b,c',escapechar='\\\\')",
    'rd("\'a,b\',c",quotechar="\'")',
    'rd(\'1,"2",3.5\',quoting=csv.QUOTE_NONNUMERIC)',
    "rd('a,1',quoting=csv.QUOTE_NONNUMERIC)",
    'rd(\'1,"2",,""\',quoting=csv.QUOTE_STRINGS)',
    'rd(\'1,"2",,""\',quoting=csv.QUOTE_NOTNULL)',
    'rd(\'"a",b\',quoting=csv.QUOTE_NONE)',
    "rd(['a,b\\r','c'])",
    "rd(['a\\rb'])",
    "rd(['a\\nb,c'])",
    'rd([1])',
    "rd([b'a'])",
    'csv.reader(1)',
    "rd('\\n\\na\\n')",
    "rd('a,b,\\n')",
    "rd('')",
    "rd(['a\\0b'])",
    'rd([\'"a\\0b"\\n\'])',
    'rd([\'"abc\',\'def"\'])',
    'wr([[1,\'a\',None,2.5,\'x,y\',\'q"r\',\'l\\nm\']])',
    "wr([['a','b']],delimiter=';')",
    "wr([['a b','c']],quoting=csv.QUOTE_ALL)",
    "wr([['a',1,None]],quoting=csv.QUOTE_NONNUMERIC)",
    "wr([['a',1,None,'']],quoting=csv.QUOTE_STRINGS)",
    "wr([['a',1,None,'']],quoting=csv.QUOTE_NOTNULL)",
    "wr([['a,b']],quoting=csv.QUOTE_NONE)",
    "wr([['a,b']],quoting=csv.QUOTE_NONE,escapechar='\\\\')",
    'wr([[\'a"b\']],doublequote=False)',
    'wr([[\'a"b\']],doublequote=False,escapechar=\'\\\\\')',
    "wr([['']])",
    'wr([[None]])',
    'wr([[]])',
    "wr([['','']])",
    "wr([[' a']],skipinitialspace=True)",
    "wr([[' ']],delimiter=' ')",
    "wr([['']],quoting=csv.QUOTE_NONE)",
    "wr([['',None]],delimiter=' ',skipinitialspace=True)",
    'wr([1])',
    'wr(1)',
    'csv.writer(1)',
    "wr([['a','b']],lineterminator='!')",
    "wr([['a!b']],lineterminator='!')",
    "wr([['a\\rb']])",
    "wr([['\\\\']],escapechar='\\\\')",
    "wr([['a\\\\b']],escapechar='\\\\',quoting=csv.QUOTE_NONE)",
    'wr([[\'"\']],quoting=csv.QUOTE_NONE,escapechar=\'\\\\\')',
    "wr([['a']],quotechar=None)",
    "wr([['a,b']],quotechar=None,quoting=csv.QUOTE_NONE,escapechar='~')",
    "csv.reader([],delimiter='ab')",
    "csv.reader([],delimiter='')",
    'csv.reader([],delimiter=1)',
    'csv.reader([],delimiter=None)',
    "csv.reader([],quotechar='ab')",
    'csv.reader([],quotechar=1)',
    "csv.reader([],quotechar='')",
    "csv.reader([],escapechar='ab')",
    'csv.reader([],quoting=9)',
    "csv.reader([],quoting='a')",
    'csv.reader([],lineterminator=1)',
    'csv.reader([],lineterminator=None)',
    'csv.reader([],foo=1)',
    "csv.reader([],dialect='nope')",
    "csv.reader([],delimiter='\\n')",
    'csv.reader([],delimiter=\'"\')',
    "csv.reader([],escapechar=',')",
    "csv.reader([],quotechar='\\r')",
    "csv.reader([],quotechar=' ',skipinitialspace=True)",
    "csv.reader([],lineterminator='a',delimiter='a')",
    'csv.reader()',
    'csv.list_dialects()',
    "csv.get_dialect('excel').delimiter",
    "csv.get_dialect('x')",
    'csv.get_dialect([])',
    'csv.register_dialect(1)',
    "csv.register_dialect('a','b')",
    "csv.register_dialect('a',delimiter='|')",
    "csv.get_dialect('a').delimiter",
    "rd('a|b','a')",
    "csv.unregister_dialect('a')",
    "csv.unregister_dialect('a')",
    'csv.field_size_limit()',
    'csv.field_size_limit(5)',
    "rd('abcdefg')",
    "csv.field_size_limit('a')",
    'csv.field_size_limit(131072)',
    "_csv.Dialect(delimiter='|').delimiter",
    "[getattr(_csv.Dialect(),x) for x in ('delimiter','doublequote','escapechar','lineterminator','quotechar','quoting','skipinitialspace','strict')]",
    '_csv.Dialect().x',
    "_csv.Dialect('excel').delimiter",
    'type(csv.reader([]))',
    'type(csv.writer(io.StringIO()))',
    'csv.reader([]).line_num',
    'csv.reader([]).dialect.delimiter',
    '_csv.Error.__mro__',
    '_csv.__version__',
    'csv.writer(io.StringIO()).writerow([1,2])',
    "next(csv.reader(['a']))",
    "csv.reader([],'excel',1)",
    "_csv.Dialect(strict='a').strict",
    '_csv.Reader',
    'type(csv.reader([]))()',
)
