"""keys.py - verifier keys and their two key IDs: SPEC.md 4.1."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import text

NOTE_KEY = 1  # signs the text of a note
WITNESS_KEY = 4  # signs a checkpoint with a time
BATCH_TYPE = b"\xffpublic-law-ledger/batch-ed25519/v1"


def key_id(name: bytes, type_: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name + b"\n" + type_ + public).digest()[:4]


@dataclass(frozen=True)
class Key:
    name: bytes
    type: int
    public: bytes

    @cached_property
    def id(self) -> bytes:
        return key_id(self.name, bytes([self.type]), self.public)

    @cached_property
    def batch_id(self) -> bytes:
        return key_id(self.name, BATCH_TYPE, self.public)

    @cached_property
    def ids(self) -> frozenset[bytes]:
        """Those under which it signs."""
        return frozenset((self.id, self.batch_id))

    @cached_property
    def vkey(self) -> bytes:
        data = text.to_base_64(bytes([self.type]) + self.public)
        return self.name + f"+{self.id.hex()}+{data}".encode()


def parse(data: bytes, type_: int) -> Key | None:
    """A vkey of this type, or None."""
    parts = data.split(b"+", 2)
    if len(parts) != 3 or text.name(parts[0]) is None:
        return None
    value = text.base_64(parts[2], 33)
    if value is None or value[0] != type_:
        return None
    key = Key(parts[0], value[0], value[1:])
    return key if key.id.hex().encode() == parts[1] else None
