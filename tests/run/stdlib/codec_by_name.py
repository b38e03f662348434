"""The first use of a codec by name finds those written in Python."""

print(b"\x82\x8a".decode("cp437"), "é".encode("cp437"), "x".encode("IBM437"))
try:
    b"x".decode("no such codec")
except LookupError as e:
    print(e)
