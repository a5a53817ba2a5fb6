"""checkpoint.py - checkpoints: SPEC.md 12."""

from dataclasses import dataclass

import note
import text
import tree
from note import Note
from verdict import require


@dataclass(frozen=True)
class Checkpoint:
    note: Note
    origin: bytes
    size: int
    root: bytes


def parse(data: bytes) -> Checkpoint:
    parsed = note.parse(data)
    lines = parsed.text[:-1].split(b"\n")
    require(len(lines) == 3, "bad-checkpoint", "it has three lines before the signatures")
    origin, size, root = text.name(lines[0]), text.decimal(lines[1], tree.MOST), text.base_64(lines[2], 32)
    require(origin and size and root is not None, "bad-checkpoint", "its name, size or root")
    return Checkpoint(parsed, origin, size, root)
