"""proof.py - proofs of one record and their evidence: SPEC.md 14 and 18."""

from dataclasses import dataclass

import authority
import checkpoint
import entry
import ledger
import prefix
import signers
import text
import tree
from authority import Authority
from checkpoint import Checkpoint
from entry import Entry
from policy import Policy
from record import LONGEST_AUTHORITY_LINE
from rules import Rule
from signers import InForce, Shown, Signer
from tree import digest
from verdict import Finding, require

HEADER = b"c2sp.org/tlog-proof@v1"
LONGEST = 4194304
LONGEST_EVIDENCE = 3145728
MOST_ITEMS = 256
LONGEST_PATH = 64
EVIDENCE_HEADER = b"public-law-ledger/evidence/v1"


@dataclass(frozen=True)
class Item:
    """A line and its path; or a subject, its path and what stands in its place."""

    line: bytes | None
    subject: bytes
    path: list[bytes]
    end: tuple[bytes, bytes] | None = None


@dataclass(frozen=True)
class Proof:
    items: list[Item]
    entry: bytes
    index: int
    path: list[bytes]


@dataclass(frozen=True)
class Proved:
    """What a valid proof shows."""

    entry: Entry
    signers: list[Signer]
    rule: Rule | None


class Lines:
    """Takes lines off the beginning of bytes."""

    def __init__(self, data: bytes, finding: str = "bad-proof"):
        self.data, self.at, self.finding = data, 0, finding

    def next(self) -> bytes:
        end = self.data.find(b"\n", self.at)
        require(end >= 0, self.finding, "a line has no end")
        line, self.at = self.data[self.at : end], end + 1
        return line

    def value(self, word: bytes) -> bytes:
        line = self.next()
        require(line.startswith(word + b" "), self.finding, f"no line '{word.decode()}'")
        return line[len(word) + 1 :]

    def rest(self) -> bytes:
        return self.data[self.at :]


def prefix_path(value: bytes) -> list[bytes]:
    depth, *hashes = value.split(b" ")
    path = [text.base_64(hash_, 32) for hash_ in hashes]
    require(text.decimal(depth, prefix.DEEPEST) == len(path) and None not in path, "bad-proof", "a path")
    return path


def end_value(value: bytes) -> tuple[bytes, bytes] | None:
    if value == b"empty":
        return None
    parts = [text.base_64(part, 32) for part in value.split(b" ")]
    require(len(parts) == 2 and None not in parts, "bad-proof", "an end")
    return parts[0], parts[1]


def evidence(data: bytes) -> tuple[list[Item], bytes]:
    lines = Lines(data)
    require(lines.next() == EVIDENCE_HEADER, "bad-proof", "no evidence")
    items: list[Item] = []
    while line := lines.next():
        require(len(items) < MOST_ITEMS, "bad-proof", "too many items")
        word, _, value = line.partition(b" ")
        require(text.phrase(value, LONGEST_AUTHORITY_LINE), "bad-proof", "no phrase")
        if word == b"line":
            items.append(Item(value, b"", prefix_path(lines.value(b"path"))))
        else:
            require(word == b"absent", "bad-proof", "an unknown item")
            path = prefix_path(lines.value(b"path"))
            items.append(Item(None, value, path, end_value(lines.value(b"end"))))
    require(1 <= len(lines.rest()) <= entry.LONGEST, "bad-proof", "no entry")
    return items, lines.rest()


def parse_before_checkpoint(data: bytes) -> tuple[Proof, bytes]:
    """A proof, and what follows its empty line."""
    lines = Lines(data)
    require(lines.next() == HEADER, "bad-proof", "its first line is another")
    encoded = lines.value(b"extra")
    extra = text.base_64(encoded)
    require(extra is not None and len(extra) <= LONGEST_EVIDENCE, "bad-proof", "its evidence")
    items, entry_bytes = evidence(extra)
    index = text.decimal(lines.value(b"index"), entry.LARGEST_INDEX)
    require(index is not None, "bad-proof", "its index")
    path: list[bytes] = []
    while line := lines.next():
        hash_ = text.base_64(line, 32)
        require(hash_ is not None and len(path) < LONGEST_PATH, "bad-proof", "its path")
        path.append(hash_)
    return Proof(items, entry_bytes, index, path), lines.rest()


def parse(data: bytes) -> tuple[Proof, Checkpoint]:
    require(len(data) <= LONGEST, "too-long")
    proof, rest = parse_before_checkpoint(data)
    return proof, checkpoint.parse(rest)


def verify(data: bytes, policy: Policy) -> tuple[Proof, Checkpoint, Proved]:
    """Section 18, steps 1 to 9."""
    proof, under = parse(data)
    try:
        policy.judge(under)
    except Finding as finding:
        raise finding.at(proof.index) from None
    return proof, under, judge(proof, under)


def judge(proof: Proof, under: Checkpoint) -> Proved:
    """Section 18, steps 3 to 9, under a checkpoint that was verified."""
    try:
        return judge_or_raise(proof, under)
    except Finding as finding:
        raise finding.at(proof.index) from None


def judge_or_raise(proof: Proof, under: Checkpoint) -> Proved:
    root = tree.climb(tree.leaf(proof.entry), proof.index, under.size, proof.path)
    require(root == under.root, "not-included")
    parsed = entry.parse(proof.entry)
    record = parsed.record
    require(parsed.index == proof.index, "other-entry")
    require(record.ledger == under.origin, "other-ledger")
    ledger.judge_place(record, parsed.index, under.origin)
    lines = lines_of_genesis(proof, parsed) if parsed.index == 0 else lines_shown(proof, parsed)
    signed_by = signers.judge(record, lines, under.origin)
    ruled = record.kind not in (b"authority", b"index", b"statistics")
    return Proved(parsed, signed_by, signers.rule_for(record, lines) if ruled else None)


def lines_of_genesis(proof: Proof, parsed: Entry) -> InForce:
    require(parsed.authority == prefix.EMPTY, "bad-genesis", "its authority")
    require(not proof.items, "evidence-false", "the genesis carries its lines itself")
    return signers.in_force(Authority().changed(parsed.record, 0, parsed.record.ledger))


def lines_shown(proof: Proof, parsed: Entry) -> InForce:
    lines, absent = [], set()
    for item in proof.items:
        if item.line is None:
            shown = prefix.absent(digest(item.subject), item.end, item.path, parsed.authority)
            absent.add(item.subject)
        else:
            line = authority.parse(item.line)
            require(line, "bad-authority-line")
            shown = prefix.present(digest(line.subject), digest(line.data), item.path, parsed.authority)
            lines.append(line)
        require(shown, "evidence-false")
    return Shown(lines, absent)
