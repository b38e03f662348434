# json.loads: texts, places of errors, hooks.
import json
import json.decoder


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(*(lambda s=s: json.loads(s) for s in ("", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "[1 2]", "nul", "NaN", "-Infinity", "1e400", "-0", "01", "1.", ".5", "+1", "\"\\x\"", "\"\\u12\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"a\nb\"", "\"unterminated", "[1]x", " [ 1 , 2 ] ", "{\"a\":{\"b\":[null,true,false]}}", "{\"a\":1,\"a\":2}", "{1:2}", "{\"a\" 1}", "{\"a\":}", "[", "[1", "\ufeff1", b"[1]", b"\xff", b"\xef\xbb\xbf1", "[1]".encode("utf-16"), bytearray(b"2"), 5, None, "1" * 30, "1e5", "123456789012345678901234567890.5", "\t\n\r1", "\f1", "[[[[]]]]", "\"\\/\\b\\f\"", "{\"a\":1", "{,}", "[,]", "//", "tru", "\"\x01\"")))
t(lambda: json.loads("1.5", parse_float=str), lambda: json.loads("15", parse_int=float), lambda: json.loads("NaN", parse_constant=lambda c: "const " + c), lambda: json.loads('{"a":1}', object_hook=lambda d: list(d)), lambda: json.loads('{"a":1,"a":2}', object_pairs_hook=list), lambda: json.loads('"a\tb"', strict=False), lambda: json.loads("1", foo=1), lambda: json.JSONDecoder().raw_decode("1 x"), lambda: json.JSONDecoder().raw_decode(" 1"), lambda: json.JSONDecoder().decode("1 x"))
