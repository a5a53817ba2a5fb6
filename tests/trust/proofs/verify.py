#!/usr/bin/env python3
"""verify.py - judges the proofs that trust_proofs writes, with the second verifier (tests/oracle: RFC 9162
sections 2.1.3.2 and 2.1.4.2, SPEC.md sections 8 and 9), and compares: both say the same of every one, and
nothing forged is accepted.

Shares nothing with the library. Options --without CHECK leave a check out: the controls.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).parents[2] / "oracle"))

import prefix  # noqa: E402
import tree  # noqa: E402

KINDS = {"i": "inclusion", "c": "consistency", "p": "presence", "a": "absence"}


def inclusion(index: int, size: int, leaf: bytes, root: bytes, path: list[bytes]) -> bool:
    return tree.climb(leaf, index, size, path) == root


consistency, presence, absence = tree.consistent, prefix.present, prefix.absent


# ---- the controls: the second verifier with a check left out -----------------------------------------


class AnyLength(int):
    def __ne__(self, other: object) -> bool:
        return False


def leads_anywhere(index: int, size: int, leaf: bytes, _: bytes, path: list[bytes]) -> bool:
    return tree.climb(leaf, index, size, path) is not None


def climb_beside_nothing(key: bytes, hash_: bytes, path: list[bytes]) -> bytes | None:
    """Without asking that a leaf stand where it is alone first."""
    if len(path) > prefix.DEEPEST:
        return None
    for step, other in enumerate(path):
        right = prefix.bit(key, len(path) - 1 - step)
        hash_ = prefix.node(other, hash_) if right else prefix.node(hash_, other)
    return hash_


def absent_in_its_own_place(key: bytes, end: tuple[bytes, bytes] | None, path: list[bytes], root: bytes) -> bool:
    if end and end[0] == key:
        return prefix.present(key, end[1], path, root)
    return prefix.absent(key, end, path, root)


def leave_out(check: str) -> None:
    global inclusion, absence
    match check:
        case "length":
            tree.path_length = lambda index, size: AnyLength()
        case "root":
            inclusion = leads_anywhere
        case "unique":
            prefix.climb = climb_beside_nothing
        case "other":
            absence = absent_in_its_own_place


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
            key, value, root = self.hashes(3)
            return presence(key, value, self.hashes(self.number(2)), root)
        (key,) = self.hashes(1)
        occupied = self.number(1)
        other, value, root = self.hashes(3)
        return absence(key, (other, value) if occupied else None, self.hashes(self.number(2)), root)


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
    if sys.argv[1:2] == ["--without"]:
        leave_out(sys.argv[2])
    try:
        sys.exit(main())
    except (EOFError, KeyError) as trouble:
        print(f"verify.py: {trouble!r}", file=sys.stderr)
        sys.exit(2)
