"""zlib: streams in both directions, dictionaries, messages."""

import gzip
import zlib

D = b"hello world " * 50


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    'zlib.decompress(zlib.compress(D))==D',
    'zlib.decompress(zlib.compress(D,0))==D',
    'zlib.decompress(zlib.compress(D,9,-15),-15)==D',
    'zlib.decompress(zlib.compress(D,wbits=31),47)==D',
    "zlib.compress('a')",
    "zlib.compress(b'a',10)",
    "zlib.compress(b'a',level=-2)",
    "zlib.decompress(b'')",
    "zlib.decompress(b'abc')",
    'zlib.decompress(zlib.compress(D)[:-5])',
    "zlib.decompress(zlib.compress(D)[:-1]+b'x')",
    "zlib.decompress(zlib.compress(D)+b'xx')==D",
    "zlib.decompress('a')",
    'zlib.decompress(zlib.compress(D),wbits=5)',
    'zlib.decompress(zlib.compress(D),bufsize=-1)',
    "zlib.adler32(b'abc')",
    "zlib.adler32(b'abc',5)",
    "zlib.crc32(b'abc')",
    "zlib.crc32(b'abc',-1)",
    'zlib.compressobj(10)',
    'zlib.compressobj(1,2)',
    'zlib.compressobj(wbits=99)',
    "zlib.compressobj(zdict='a')",
    "zlib.decompressobj(zdict='a')",
    'zlib.decompressobj(wbits=99)',
    'type(zlib.compressobj())',
    'type(zlib.decompressobj())',
    "(lambda d:(d.decompress(zlib.compress(D)+b'tail'),d.unused_data,d.eof,d.unconsumed_tail,d.flush()))(zlib.decompressobj())==(D,b'tail',True,b'',b'')",
    '(lambda d:(d.decompress(zlib.compress(D),10),len(d.unconsumed_tail)>0,d.flush()==D[10:]))(zlib.decompressobj())',
    "zlib.decompressobj().decompress(b'abc')",
    "zlib.decompressobj().decompress(b'a',-1)",
    'zlib.decompressobj().flush(0)',
    'zlib.decompressobj().flush(-1)',
    'zlib.decompressobj().flush()',
    '(lambda c:c.compress(D)+c.flush())(zlib.compressobj())==zlib.compress(D)',
    '(lambda c:(c.compress(D),c.flush(),c.flush()))(zlib.compressobj())[2]',
    "(lambda c:(c.flush(),c.compress(b'a')))(zlib.compressobj())",
    '(lambda c:(c.flush(),c.copy()))(zlib.compressobj())',
    'zlib.compressobj().flush(99)',
    '(lambda c:(c.compress(D)+c.flush(zlib.Z_SYNC_FLUSH)))(zlib.compressobj())[-4:]',
    '(lambda c:(lambda d:zlib.decompress(c.compress(D)+c.flush())==zlib.decompress(d.compress(D)+d.flush()))(c.copy()))(zlib.compressobj())',
    "zlib.decompressobj(zdict=b'world').decompress((lambda c:c.compress(D)+c.flush())(zlib.compressobj(zdict=b'world')))==D",
    "zlib.decompressobj().decompress((lambda c:c.compress(D)+c.flush())(zlib.compressobj(zdict=b'world')))",
    "zlib.decompressobj(zdict=b'nope').decompress((lambda c:c.compress(D)+c.flush())(zlib.compressobj(zdict=b'world')))",
    'zlib.error.__mro__',
    'zlib.error.__module__',
    'zlib.MAX_WBITS',
    'zlib.DEF_BUF_SIZE',
    'zlib.ZLIB_VERSION[:2]',
    'zlib.DEF_MEM_LEVEL',
    'zlib.DEFLATED',
    "(lambda d:(d.decompress(zlib.compress(D)+b'tail'),d.unused_data,d.eof,d.needs_input))(zlib._ZlibDecompressor())==(D,b'tail',True,False)",
    "(lambda d:(d.decompress(zlib.compress(D)),d.decompress(b'')))(zlib._ZlibDecompressor())",
    "(lambda d:(d.decompress(zlib.compress(D),max_length=10),d.needs_input,d.decompress(b'')==D[10:]))(zlib._ZlibDecompressor())",
    "zlib._ZlibDecompressor().decompress(b'abc')",
    'type(zlib._ZlibDecompressor())',
    "gzip.decompress(gzip.compress(D))==D",
    "gzip.decompress(b'abc')",
    "zlib.compress(b'abc'*10,9)",
)
