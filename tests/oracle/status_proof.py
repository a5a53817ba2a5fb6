"""status_proof.py - everything that a matter has, as of an index: SPEC.md 24 and 25."""

from dataclasses import dataclass, field

import checkpoint
import entry
import matters
import prefix
import proof
import text
from checkpoint import Checkpoint
from policy import Policy
from proof import Lines, Proved
from tree import digest
from verdict import Finding, require

HEADER = b"public-law-ledger/status/v1"
LONGEST = 2**30
NONE = "none"  # no rule says what became of the matter, or it has no entries


@dataclass(frozen=True)
class StatusProof:
    matter: bytes
    path: list[bytes]
    end: tuple[bytes, bytes] | None
    proofs: list[bytes]  # of the index entry, then of every entry, each up to its empty line
    checkpoint: Checkpoint
    checkpoint_bytes: bytes


@dataclass
class Status:
    """What a valid status proof shows."""

    matter: bytes
    index: Proved
    under: Checkpoint
    entries: list[Proved] = field(default_factory=list)

    def standing(self) -> tuple[str, int | None]:
        """What became of the matter, and the entry that made it so."""
        for proved in reversed(self.entries):
            if proved.rule and proved.rule.makes:
                return proved.rule.makes.decode(), proved.entry.index
        return NONE, None

    def deciding(self) -> list[Proved]:
        return [p for p in self.entries if p.rule and p.rule.makes not in (None, b"pending")]


def is_one(data: bytes) -> bool:
    return data.startswith(HEADER + b"\n")


def parse(data: bytes) -> StatusProof:
    """Step 1: all but what the proofs say."""
    require(len(data) <= LONGEST, "too-long")
    lines = Lines(data)
    require(lines.next() == HEADER, "bad-proof")
    matter = lines.value(b"matter")
    count = text.decimal(lines.value(b"entries"), entry.LARGEST_INDEX)
    require(text.title(matter) and count is not None, "bad-proof", "its matter, or how many entries")
    path = proof.prefix_path(lines.value(b"path"))
    end = proof.end_value(lines.value(b"end")) if count == 0 else None
    require(lines.next() == b"", "bad-proof", "no empty line")
    proofs: list[bytes] = []
    while len(proofs) < count + 1:
        start, stop = lines.at, data.find(b"\n\n", lines.at - 1)  # also where the proof would have no line
        require(stop >= 0, "bad-proof", "fewer proofs than entries")
        lines.at = stop + 2
        proofs.append(data[start : lines.at])
    return StatusProof(matter, path, end, proofs, checkpoint.parse(lines.rest()), lines.rest())


def verify(data: bytes, policy: Policy, matter: bytes | None = None) -> Status:
    """Section 25, steps 1 to 5."""
    parsed = parse(data)
    require(matter is None or matter == parsed.matter, "other-entry", "it is of another matter")
    policy.judge(parsed.checkpoint)
    index, *others = parsed.proofs
    status = Status(parsed.matter, judge(index, parsed), parsed.checkpoint)
    at = status.index.entry.index
    if status.index.entry.record.kind != b"index":
        raise Finding("bad-index", "the first proof is not of an index of matters", at)
    value, last = matters.NOTHING, -1
    for other in others:
        proved = judge(other, parsed)
        here = proved.entry.index
        if proved.entry.record.matter != parsed.matter:
            raise Finding("other-entry", "", here)
        if not last < here < at:
            raise Finding("not-all-entries", "out of order, or after the index", here)
        value, last = matters.value(value, here), here
        status.entries.append(proved)
    root = matters.root_said(status.index.entry.record)
    key = digest(parsed.matter)
    if others:
        shown = prefix.present(key, value, parsed.path, root)
    else:
        shown = prefix.absent(key, parsed.end, parsed.path, root)
    if not shown:
        raise Finding("not-all-entries", "the index counts others", at)
    return status


def judge(data: bytes, status: StatusProof) -> Proved:
    require(len(data) + len(status.checkpoint_bytes) <= proof.LONGEST, "too-long")
    parsed, rest = proof.parse_before_checkpoint(data)
    require(not rest, "bad-proof", "more than one proof")
    return proof.judge(parsed, status.checkpoint)


# ---- a document against it ----


def judge_document(status: Status, digest_: bytes, size: int) -> tuple[str, int]:
    """The answer of section 25, and its exit status."""

    def has(proved: Proved) -> bool:
        return any((d.digest, d.size) == (digest_, size) for d in proved.entry.record.documents)

    if not status.entries:
        return "not in this ledger", 3
    if not any(proved.entry.record.documents for proved in status.entries):
        return "cannot be judged", 2
    deciding = status.deciding()
    counted = deciding if any(p.entry.record.documents for p in deciding) else status.entries
    return ("recorded", 0) if any(map(has, counted)) else ("differs", 1)


def stands(status: Status, digest_: bytes, size: int) -> bool:
    """Whether the file is what the matter's being effective or corrected is of."""
    if status.standing()[0] not in ("effective", "corrected"):
        return False
    for proved in reversed(status.deciding()):
        if proved.entry.record.documents:
            return any((d.digest, d.size) == (digest_, size) for d in proved.entry.record.documents)
    return False
