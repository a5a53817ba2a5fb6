"""observer.py - what an outsider sees of a ledger: receipts, checkpoints, publications, and whether
they contradict each other. Shares nothing with the library.

Every checkpoint that leaves the operator is given to an Observer. It knows two faults: two of one
origin and size with different roots, and, where they come by one way ("channel"), a smaller one after
a larger.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path


class Violation(Exception):
    """A rule that was broken; its text says which, and where."""


def require(holds: bool, what: str) -> None:
    if not holds:
        raise Violation(what)


# --- the log tree (RFC 9162, 2.1) ---


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_root(leaves: list[bytes]) -> bytes:
    """Over the hashes of all leaves, level by level; what has no other half rises as it is."""
    level = leaves
    while len(level) > 1:
        above = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        level = above + level[len(above) * 2 :]
    return level[0] if level else hashlib.sha256(b"").digest()


# --- what is released ---


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def parse_checkpoint(note: bytes) -> Checkpoint:
    origin, size, root, blank = note.decode().split("\n")[:4]
    require(blank == "" and re.fullmatch("0|[1-9][0-9]*", size) is not None, "a checkpoint is none")
    return Checkpoint(origin, int(size), base64.b64decode(root, validate=True))


def checkpoint_of_proof(proof: bytes) -> Checkpoint:
    return parse_checkpoint(proof.split(b"\n\n", 1)[1])


def parse_receipts(out: bytes) -> list[tuple[int, str]]:
    """Index and leaf hash of every whole line; what follows the last line end was not told."""
    lines = out[: out.rfind(b"\n") + 1].decode().splitlines()
    fields = [line.split("\t") for line in lines]
    return [(int(f[0]), f[1]) for f in fields]


@dataclass
class Publication:
    checkpoint: Checkpoint
    entries: list[bytes]
    leaves: list[bytes]


def tile_number(number: int) -> str:
    """c2sp.org/tlog-tiles: groups of three digits, all but the last with an x."""
    text = f"{number % 1000:03}"
    while number := number // 1000:
        text = f"x{number % 1000:03}/{text}"
    return text


def read_bundle(directory: Path, number: int, width: int) -> list[bytes]:
    path = directory / "tile/entries" / tile_number(number)
    if not path.is_file() and width < 256:
        path = path.with_name(path.name + ".p") / str(width)
    require(path.is_file(), f"there is no bundle {number} of {width} entries")
    rest, entries = path.read_bytes(), []
    while rest:
        size = int.from_bytes(rest[:2], "big")
        entries.append(rest[2 : 2 + size])
        require(len(entries[-1]) == size, f"bundle {number} is cut off")
        rest = rest[2 + size :]
    require(len(entries) >= width, f"bundle {number} lacks entries")
    return entries[:width]


def read_publication(directory: Path) -> Publication:
    """All entries under its checkpoint; they have the root that it says."""
    checkpoint = parse_checkpoint((directory / "checkpoint").read_bytes())
    entries: list[bytes] = []
    while len(entries) < checkpoint.size:
        entries += read_bundle(directory, len(entries) // 256, min(256, checkpoint.size - len(entries)))
    leaves = [leaf_hash(entry) for entry in entries]
    require(tree_root(leaves) == checkpoint.root, "the entries published have another root")
    return Publication(checkpoint, entries, leaves)


# --- the observer ---


@dataclass
class Observer:
    roots: dict[tuple[str, int], bytes] = field(default_factory=dict)
    largest: dict[tuple[str, str], int] = field(default_factory=dict)
    seen: int = 0

    def see(self, checkpoint: Checkpoint, channel: str | None = None) -> None:
        """`channel`: by this way none smaller may come later."""
        self.seen += 1
        key = (checkpoint.origin, checkpoint.size)
        require(
            self.roots.setdefault(key, checkpoint.root) == checkpoint.root,
            f"fork: two checkpoints of {checkpoint.origin} with {checkpoint.size} entries and different roots",
        )
        if channel is not None:
            before = self.largest.get((channel, checkpoint.origin), 0)
            require(
                checkpoint.size >= before,
                f"{channel}: a checkpoint of {checkpoint.size} entries after one of {before}",
            )
            self.largest[(channel, checkpoint.origin)] = checkpoint.size
