"""Hash functions: digests, parameters, messages."""

import _blake2
import _md5
import _sha1
import _sha2
import _sha3
import hashlib


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    "_md5.md5(b'a').hexdigest()",
    "_md5.md5('a')",
    '_md5.md5(1)',
    "_md5.md5(data=b'a').hexdigest()",
    "_md5.md5(string=b'a').hexdigest()",
    "_md5.md5(b'a',string=b'b')",
    "_md5.md5(b'a',usedforsecurity=False).hexdigest()",
    "_md5.md5(b'a',1)",
    "_md5.md5(b'').digest_size",
    "_md5.md5(b'').block_size",
    "_md5.md5(b'').name",
    'type(_md5.md5())',
    '_md5.MD5Type',
    "_md5.md5().update('a')",
    '_md5.md5().update(1)',
    "_md5.md5().update(bytearray(b'a'))",
    "_md5.md5(b'a').copy().hexdigest()",
    '_md5.MD5Type()',
    "_sha1.sha1(b'a').hexdigest()",
    'type(_sha1.sha1())',
    "_sha2.sha224(b'a').hexdigest()",
    "_sha2.sha256(b'a').hexdigest()",
    "_sha2.sha384(b'a').hexdigest()",
    "_sha2.sha512(b'a').hexdigest()",
    'type(_sha2.sha224())',
    'type(_sha2.sha512())',
    '_sha2.sha512().block_size',
    '_sha2.sha384().digest_size',
    '_sha2.sha384().name',
    "_sha3.sha3_224(b'a').hexdigest()",
    "_sha3.sha3_256(b'a').hexdigest()",
    "_sha3.sha3_384(b'a').hexdigest()",
    "_sha3.sha3_512(b'a').hexdigest()",
    "_sha3.shake_128(b'a').hexdigest(10)",
    "_sha3.shake_256(b'a').hexdigest(10)",
    "_sha3.shake_256(b'a').digest(-1)",
    "_sha3.shake_256(b'a').digest()",
    "_sha3.shake_256(b'a').digest_size",
    "_sha3.shake_256(b'a').block_size",
    "_sha3.shake_256(b'a')._capacity_bits",
    "_sha3.shake_256(b'a')._rate_bits",
    "_sha3.shake_256(b'a')._suffix",
    "_sha3.sha3_256(b'a')._suffix",
    "_sha3.sha3_256(b'a')._capacity_bits",
    'type(_sha3.sha3_256())',
    '_sha3.sha3_256().name',
    '_sha3.shake_128().digest(1<<30)',
    "_blake2.blake2b(b'a').hexdigest()",
    "_blake2.blake2s(b'a').hexdigest()",
    "_blake2.blake2b(b'a',digest_size=10).hexdigest()",
    "_blake2.blake2b(b'a',digest_size=0)",
    "_blake2.blake2b(b'a',digest_size=65)",
    "_blake2.blake2b(b'a',key=b'k'*64).hexdigest()",
    "_blake2.blake2b(b'a',key=b'k'*65)",
    "_blake2.blake2b(b'a',salt=b's',person=b'p').hexdigest()",
    "_blake2.blake2b(b'a',salt=b's'*17)",
    "_blake2.blake2b(b'a',person=b's'*17)",
    "_blake2.blake2b(b'a',fanout=256)",
    "_blake2.blake2b(b'a',fanout=2,depth=2,leaf_size=100,node_offset=1,node_depth=1,inner_size=32,last_node=True).hexdigest()",
    "_blake2.blake2b(b'a',depth=0)",
    "_blake2.blake2b(b'a',leaf_size=-1)",
    "_blake2.blake2b(b'a',node_offset=-1)",
    "_blake2.blake2s(b'a',node_offset=1<<48)",
    "_blake2.blake2b(b'a',node_depth=256)",
    "_blake2.blake2b(b'a',inner_size=65)",
    "_blake2.blake2b('a')",
    "_blake2.blake2b(b'a').name",
    '_blake2.blake2s().block_size',
    '_blake2.blake2s().digest_size',
    '_blake2.blake2b.SALT_SIZE',
    '_blake2.blake2b.MAX_DIGEST_SIZE',
    '_blake2.blake2s.PERSON_SIZE',
    '_blake2.blake2s.MAX_KEY_SIZE',
    'type(_blake2.blake2b())',
    "_blake2.blake2b(b'a').copy().hexdigest()==_blake2.blake2b(b'a').hexdigest()",
    '_blake2.BLAKE2B_SALT_SIZE',
    "hashlib.new('sha256',b'a').hexdigest()",
    "hashlib.new('nope')",
    'sorted(hashlib.algorithms_guaranteed)',
    "hashlib.blake2b(b'abc',digest_size=5).hexdigest()",
    "__import__('hmac').new(b'k',b'm','sha256').hexdigest()",
    "__import__('hmac').digest(b'k',b'm','md5').hex()",
    "hashlib.sha256(b'a'*1000000).hexdigest()",
)
