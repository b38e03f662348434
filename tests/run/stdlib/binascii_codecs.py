"""binascii: base64, hex, uu, quoted-printable, checksums."""

import binascii


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    "binascii.a2b_hex('abc')",
    "binascii.a2b_hex('zz')",
    "binascii.a2b_hex('é')",
    'binascii.a2b_hex(1)',
    "binascii.b2a_hex('a')",
    "binascii.hexlify(b'abc','')",
    "binascii.hexlify(b'abc','ab')",
    "binascii.hexlify(b'abcdef','-',2)",
    "binascii.hexlify(b'abcdef',b':',-2)",
    "binascii.hexlify(b'abcde',':',2)",
    "binascii.hexlify(b'abcde',1)",
    "binascii.a2b_base64('YWJj')",
    "binascii.a2b_base64('YWJ')",
    "binascii.a2b_base64('Y')",
    "binascii.a2b_base64('YWJjZ')",
    "binascii.a2b_base64('Y===')",
    "binascii.a2b_base64('Y=Q=')",
    "binascii.a2b_base64('YW!Jj',strict_mode=True)",
    "binascii.a2b_base64('YW!Jj')",
    "binascii.a2b_base64('=YWJj',strict_mode=True)",
    "binascii.a2b_base64('YWJj=',strict_mode=True)",
    "binascii.a2b_base64('YW==Jj',strict_mode=True)",
    "binascii.a2b_base64('YWI=a',strict_mode=True)",
    "binascii.a2b_base64('YWI==',strict_mode=True)",
    "binascii.a2b_base64('YWI=',strict_mode=True)",
    "binascii.a2b_base64('YW=I',strict_mode=True)",
    "binascii.a2b_base64('YWJj\\n',strict_mode=True)",
    "binascii.a2b_base64('')",
    "binascii.a2b_base64('é')",
    "binascii.b2a_base64(b'abc')",
    "binascii.b2a_base64(b'abc',newline=False)",
    "binascii.b2a_base64('a')",
    "binascii.crc32(b'hello')",
    "binascii.crc32(b'hello',1)",
    "binascii.crc32(b'hello',-1)",
    "binascii.crc32('a')",
    "binascii.crc_hqx(b'hello',0)",
    "binascii.crc_hqx(b'hello',70000)",
    "binascii.b2a_uu(b'hello')",
    "binascii.b2a_uu(b'x'*46)",
    "binascii.b2a_uu(b'h\\0\\0',backtick=True)",
    "binascii.a2b_uu(b'%:&5L;&\\\\ \\n')",
    "binascii.a2b_uu(b'%:&5L;&')",
    "binascii.a2b_uu(b'')",
    "binascii.a2b_uu(b'\\x7f')",
    "binascii.a2b_uu(b'%:&5L;&\\\\  xx')",
    "binascii.a2b_qp(b'a=20b=\\nc=3')",
    "binascii.a2b_qp(b'a_b',header=True)",
    "binascii.a2b_qp(b'==41=zz=4')",
    "binascii.a2b_qp(b'=\\r\\nab =  \\nc')",
    "binascii.b2a_qp(b'a b \\n=\\x00\\xff tab\\t\\n.\\n')",
    "binascii.b2a_qp(b'x'*80)",
    "binascii.b2a_qp(b'a b\\t',quotetabs=True)",
    "binascii.b2a_qp(b'a b_\\t',header=True)",
    "binascii.b2a_qp(b'a\\r\\nb\\n',istext=False)",
    "binascii.b2a_qp(b'a\\r\\nb\\n')",
    "binascii.b2a_qp(b'\\xff'*40+b'\\n.\\n..')",
    'binascii.Error.__mro__',
    'binascii.Incomplete.__mro__',
)
