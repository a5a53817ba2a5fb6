"""seal.py - signs with the test keys of the golden ledgers, as those do who hold them: fixtures/README.md."""

import ctypes
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "oracle"))

import keys  # noqa: E402
import text  # noqa: E402
from ed25519 import EVP_PKEY_ED25519, crypto  # noqa: E402
from keys import Key  # noqa: E402

PREFIX = "public-law-ledger/fixtures/v1/"
POINTER, SIZE, DATA = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
crypto.EVP_PKEY_new_raw_private_key.restype = POINTER
crypto.EVP_PKEY_new_raw_private_key.argtypes = [ctypes.c_int, POINTER, DATA, SIZE]
crypto.EVP_PKEY_get_raw_public_key.argtypes = [POINTER, DATA, POINTER]
crypto.EVP_DigestSignInit.argtypes = [POINTER] * 5
crypto.EVP_DigestSign.argtypes = [POINTER, DATA, POINTER, DATA, SIZE]


class Person:
    def __init__(self, name: bytes, label: str):
        seed = hashlib.sha256((PREFIX + label).encode()).digest()
        self.secret = crypto.EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, None, seed, 32)
        public = ctypes.create_string_buffer(32)
        crypto.EVP_PKEY_get_raw_public_key(self.secret, public, ctypes.byref(SIZE(32)))
        self.key = Key(name, keys.NOTE_KEY, public.raw)

    def line(self, message: bytes) -> bytes:
        """A signature line of a note with this text."""
        context = crypto.EVP_MD_CTX_new()
        signature = ctypes.create_string_buffer(64)
        crypto.EVP_DigestSignInit(context, None, None, None, self.secret)
        done = crypto.EVP_DigestSign(context, signature, ctypes.byref(SIZE(64)), message, len(message))
        crypto.EVP_MD_CTX_free(context)
        assert done == 1
        encoded = text.to_base_64(self.key.id + signature.raw).encode()
        return "\u2014 ".encode() + self.key.name + b" " + encoded + b"\n"


def people(file: Path) -> list[Person]:
    """Those of a people.txt: label, name, and perhaps whose seed it is."""
    result = []
    for line in file.read_text().splitlines():
        if line and not line.startswith("#"):
            label, name, *other = line.split()
            result.append(Person(name.encode(), other[0] if other else label))
    return result
