"""note.py - signed notes: SPEC.md 5, and the signatures of c2sp.org/tlog-cosignature."""

from dataclasses import dataclass

import ed25519
import text
from keys import WITNESS_KEY, Key
from verdict import Finding, require

LONGEST = 65535
MOST_SIGNATURES = 64
LONGEST_SIGNATURE = 8192
DASH = "\u2014 ".encode()


@dataclass(frozen=True)
class Signature:
    """A signature line."""

    name: bytes
    id: bytes
    data: bytes


@dataclass(frozen=True)
class Note:
    data: bytes
    text: bytes  # what is signed
    signatures: tuple[Signature, ...]

    def signed_by(self, key: Key) -> bool | None:
        """None: no line of this key. Else whether every one of them verifies."""
        lines = [line for line in self.signatures if line.name == key.name and line.id == key.id]
        return all(is_by(key, self.text, line.data) for line in lines) if lines else None


def is_by(key: Key, message: bytes, signature: bytes) -> bool:
    if key.type != WITNESS_KEY:
        return ed25519.verify(key.public, message, signature)
    if len(signature) != 72:
        return False
    seconds = int.from_bytes(signature[:8], "big")
    if seconds > 2**63 - 1:
        return False
    return ed25519.verify(key.public, b"cosignature/v1\ntime %d\n" % seconds + message, signature[8:])


def signature_line(line: bytes) -> Signature:
    require(line.startswith(DASH), "bad-note", "a signature line begins with a dash and a space")
    name, _, encoded = line[len(DASH) :].partition(b" ")
    data = text.base_64(encoded)
    if text.name(name) is None or data is None or not 5 <= len(data) <= 4 + LONGEST_SIGNATURE:
        raise Finding("bad-note", "a signature line has a name and the base64 of key ID and signature")
    return Signature(name, data[:4], data[4:])


def parse(data: bytes) -> Note:
    require(len(data) <= LONGEST, "too-long")
    require(text.clean(data) is not None, "bad-text")
    require(data.endswith(b"\n"), "bad-note", "it does not end in a line feed")
    end = data.rfind(b"\n\n")
    require(end > 0, "bad-note", "no empty line separates a text from signatures")
    lines = data[end + 2 : -1].split(b"\n")
    require(data[end + 2 :] and len(lines) <= MOST_SIGNATURES, "bad-note", "1 to 64 signature lines")
    return Note(data, data[: end + 1], tuple(map(signature_line, lines)))
