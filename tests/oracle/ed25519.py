"""ed25519.py - Ed25519 as SPEC.md 4.2 has it: OpenSSL's libcrypto verifies, through ctypes, and what
the specification asks beyond that is looked at here. There is no cryptography of our own in it.
"""

import ctypes
import ctypes.util
from functools import lru_cache

from verdict import Trouble

EVP_PKEY_ED25519 = 1087
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
# The y of the points of small order, in their canonical encodings (both signs of x).
SMALL_ORDER = {
    0,
    1,
    PRIME - 1,
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
}


def load() -> ctypes.CDLL:
    for path in ("libcrypto.so.3", ctypes.util.find_library("crypto")):
        try:
            library = ctypes.CDLL(path)
            library.EVP_PKEY_new_raw_public_key.restype = ctypes.c_void_p
        except (OSError, TypeError, AttributeError):
            continue
        pointer, size, data = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
        library.EVP_PKEY_new_raw_public_key.argtypes = [ctypes.c_int, pointer, data, size]
        library.EVP_MD_CTX_new.restype = pointer
        library.EVP_MD_CTX_free.argtypes = [pointer]
        library.EVP_MD_CTX_free.restype = None
        library.EVP_DigestVerifyInit.argtypes = [pointer] * 5
        library.EVP_DigestVerify.argtypes = [pointer, data, size, data, size]
        return library
    raise Trouble("OpenSSL's libcrypto (3.0 or later) is not here: install libssl3")


crypto = load()


@lru_cache(maxsize=4096)
def public_key(data: bytes) -> int | None:
    """A key of libcrypto, kept: there are as many as there are people."""
    return crypto.EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, None, data, len(data))


def is_small(point: bytes) -> bool:
    return int.from_bytes(point, "little") & (2**255 - 1) in SMALL_ORDER


def is_canonical(point: bytes) -> bool:
    return int.from_bytes(point, "little") & (2**255 - 1) < PRIME


@lru_cache(maxsize=65536)
def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    if not is_canonical(public) or is_small(public) or is_small(signature[:32]):
        return False
    key = public_key(public)
    context = crypto.EVP_MD_CTX_new()
    if not key or not context:
        raise Trouble("libcrypto cannot make what it needs to verify a signature")
    try:
        if crypto.EVP_DigestVerifyInit(context, None, None, None, key) != 1:
            raise Trouble("libcrypto does not know Ed25519")
        return crypto.EVP_DigestVerify(context, signature, 64, message, len(message)) == 1
    finally:
        crypto.EVP_MD_CTX_free(context)
