#!/usr/bin/env python3
"""verify.py - judges the proofs that trust_proofs writes, by RFC 9162 sections 2.1.3.2 and 2.1.4.2 and
SPEC.md section 9, and compares: both say the same of every one, and nothing forged is accepted.

Shares nothing with the library. Options --without CHECK leave a check out: the controls.
"""

import hashlib
import sys
from collections import Counter
from typing import BinaryIO

EMPTY = bytes(32)
MOST = 2**62 - 1  # the largest size of a ledger (SPEC.md section 8)
KINDS = {"i": "inclusion", "c": "consistency", "p": "presence", "a": "absence"}
WITHOUT = sys.argv[2] if sys.argv[1:2] == ["--without"] else ""


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def inner(left: bytes, right: bytes) -> bytes:
    return digest(b"\x01", left, right)


def inclusion(index: int, size: int, leaf: bytes, root: bytes, path: list[bytes]) -> bool:
    """RFC 9162, 2.1.3.2."""
    if index >= size or size > MOST:
        return False
    at, last, hash_ = index, size - 1, leaf
    for other in path:
        if last == 0:
            return WITHOUT == "length" and hash_ == root
        if at & 1 or at == last:
            hash_ = inner(other, hash_)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hash_ = inner(hash_, other)
        at, last = at >> 1, last >> 1
    return (last == 0 or WITHOUT == "length") and (hash_ == root or WITHOUT == "root")


def consistency(old: int, size: int, old_root: bytes, root: bytes, path: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2; the proof of a tree and itself is empty."""
    if not 0 < old <= size or size > MOST:
        return False
    if old == size:
        return not path and old_root == root
    if not path:
        return False
    if old & (old - 1) == 0:
        path = [old_root, *path]
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = inner(other, older), inner(other, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = inner(newer, other)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == root


def bit(key: bytes, at: int) -> int:
    return key[at // 8] >> (7 - at % 8) & 1


def climb(key: bytes, hash_: bytes, root: bytes, path: list[bytes]) -> bool:
    """SPEC.md 9: the siblings, lowest first; two empty places never stand side by side, nor does an
    empty place beside a lone leaf."""
    if len(path) > 256 or (path and path[0] == EMPTY and WITHOUT != "unique"):
        return False
    for place, other in enumerate(path):
        pair = (other, hash_) if bit(key, len(path) - 1 - place) else (hash_, other)
        hash_ = digest(b"\x03", *pair)
    return hash_ == root


def presence(key: bytes, value: bytes, root: bytes, path: list[bytes]) -> bool:
    return climb(key, digest(b"\x02", key, value), root, path)


def absence(key: bytes, end: tuple[bytes, bytes] | None, root: bytes, path: list[bytes]) -> bool:
    if end is None:
        return climb(key, EMPTY, root, path)
    other, value = end
    if other == key and WITHOUT != "other":
        return False
    if len(path) > 256 or any(bit(other, i) != bit(key, i) for i in range(len(path))):
        return False
    return climb(key, digest(b"\x02", other, value), root, path)


class Cases:
    """The stream, as case.h describes it."""

    def __init__(self, stream: BinaryIO):
        self.stream = stream

    def take(self, count: int) -> bytes:
        data = self.stream.read(count)
        if len(data) != count:
            raise EOFError("the stream ends inside a case")
        return data

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def hashes(self, count: int) -> list[bytes]:
        data = self.take(32 * count)
        return [data[i : i + 32] for i in range(0, len(data), 32)]

    def judge(self, kind: str) -> bool:
        if kind in "ic":
            numbers = (self.number(8), self.number(8))
            ends = self.hashes(2)
            return (inclusion if kind == "i" else consistency)(*numbers, *ends, self.hashes(self.number(1)))
        if kind == "p":
            return presence(*self.hashes(3), self.hashes(self.number(2)))
        (key,) = self.hashes(1)
        occupied = self.number(1)
        other, value, root = self.hashes(3)
        return absence(key, (other, value) if occupied else None, root, self.hashes(self.number(2)))


def main() -> int:
    cases = Cases(sys.stdin.buffer)
    counts: Counter[tuple[str, bool]] = Counter()
    wrong = 0
    while head := cases.stream.read(3):
        kind, must, said = chr(head[0]), head[1], bool(head[2])
        here = cases.judge(kind)
        counts[kind, here] += 1
        if here != said or (must != 2 and here != bool(must)):
            wrong += 1
            if wrong <= 10:
                print(f"case {counts.total()}, {KINDS[kind]}: must be {must}, the library says {said}, here {here}")
    for kind, name in KINDS.items():
        print(f"figure {counts[kind, True]} proofs of {name} accepted by both")
        print(f"figure {counts[kind, False]} mutants of these refused by both")
    print(f"figure {wrong} disagreements or forgeries")
    if not counts or min(counts[kind, good] for kind in KINDS for good in (True, False)) == 0:
        print("a kind of case is missing")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (EOFError, KeyError) as trouble:
        print(f"verify.py: {trouble!r}", file=sys.stderr)
        sys.exit(2)
