"""store.py - a ledger as the operator keeps it, one LMDB file: SPEC.md 17 and 19.1."""

import os
from dataclasses import dataclass

import checkpoint
import entry
import lmdb_file
import prefix
import text
from checkpoint import Checkpoint
from ledger import Ledger, checkpoint_entry
from lmdb_file import Damaged
from policy import Policy
from record import Record
from tree import digest
from verdict import Finding, Trouble, require

FORMATS = {b"public-law-ledger/store/v1": (), b"public-law-ledger/store/v2": (b"parts",)}
TABLES = (b"meta", b"entries", b"nodes", b"checkpoints", b"records", b"matters", b"documents", b"authority")
LOWEST_STORED = 8  # the level of nodes
PART_BITS = 16


@dataclass(frozen=True)
class Row:
    """A row that must be there, and what is found if it is not."""

    table: bytes
    key: bytes
    value: bytes
    finding: str
    entry: int


def be64(number: int) -> bytes:
    return number.to_bytes(8, "big")


class Store:
    def __init__(self, path: str):
        try:
            with open(os.path.join(path, "data.mdb"), "rb") as file:
                data = file.read()
        except OSError as trouble:
            raise Trouble(f"cannot read the ledger in '{path}': {trouble.strerror}") from None
        try:
            self.read(lmdb_file.File(data))
        except Damaged as damaged:
            raise Finding("store-damaged", str(damaged)) from None

    def read(self, file: lmdb_file.File) -> None:
        tables = file.tables()
        meta = dict(file.rows(tables[b"meta"])) if b"meta" in tables else {}
        require(b"format" in meta, "store-damaged", "it says no format")
        if meta[b"format"] not in FORMATS:
            raise Trouble("newer-format: the ledger was written in a format that is not known here")
        wanted = {*TABLES, *FORMATS[meta[b"format"]]}
        require(set(tables) == wanted, "store-damaged", "other tables")
        self.rows = {name: dict(file.rows(of)) for name, of in tables.items() if name != b"meta"}
        self.rows[b"meta"] = meta
        for name in (b"entries", b"checkpoints"):
            require(all(len(key) == 8 for key in self.rows[name]), "store-damaged", f"keys of {name.decode()}")
        self.rows.setdefault(b"parts", {})

    # ---- section 17, steps 2 to 8 ----

    def verify(self, policy: Policy, seen: Checkpoint | None) -> tuple[Ledger, Checkpoint]:
        ledger = Ledger()
        self.wanted: list[Row] = []
        sizes = sorted(int.from_bytes(key, "big") for key in self.rows[b"checkpoints"])
        checkpoints: dict[int, Checkpoint] = {}
        entries = self.rows[b"entries"]
        numbers = [int.from_bytes(key, "big") for key in entries]
        for expected, number in enumerate(numbers):
            if number != expected:
                raise Finding("entry-missing", "", expected)
            parsed = ledger.append(entries[be64(number)])
            self.judge_repetition(parsed.record, number)
            self.expect_rows(ledger, parsed.record, number)
            while sizes and sizes[0] <= ledger.size:
                size = sizes.pop(0)
                checkpoints[size] = self.judge_checkpoint(size, ledger)
        if not numbers:
            raise Finding("entry-missing", "", 0)
        for size in sizes:
            self.judge_checkpoint(size, ledger)
        if ledger.size not in checkpoints:
            raise Finding("checkpoint-missing", "", max(checkpoints, default=0))
        last = checkpoints[ledger.size]
        policy.judge(last)
        if seen:
            ledger.judge_seen(seen)
        self.judge_rows(ledger)
        meta = self.rows[b"meta"]
        require(meta.get(b"origin") == ledger.name and len(meta) == 2, "store-damaged", "its origin")
        return ledger, last

    def judge_repetition(self, record: Record, number: int) -> None:
        """Step 2: the row of a text that stands twice may name the later one, which is found here."""
        row = self.rows[b"records"].get(digest(record.note.text), be64(number))
        data = self.rows[b"entries"].get(row)
        if row == be64(number) or data is None:
            return
        try:
            same = entry.parse(data).record.note.text == record.note.text
        except Finding:
            return
        try:
            require(not same, "repeated-record")
        except Finding as finding:
            raise finding.at(max(number, int.from_bytes(row, "big"))) from None

    def judge_checkpoint(self, size: int, ledger: Ledger) -> Checkpoint:
        """Step 3; the operator in force now is that after entry `size` - 1, or the last one."""
        try:
            parsed = checkpoint.parse(self.rows[b"checkpoints"][be64(size)])
            require(parsed.size == size, "bad-checkpoint", "it stands under another size")
            ledger.judge_origin(parsed)
            require(size <= ledger.size, "checkpoint-beyond")
            require(parsed.root == ledger.log.root(size), "checkpoint-root")
        except Finding as finding:
            raise finding.at(checkpoint_entry(size, ledger.size)) from None
        return parsed

    # ---- step 7 ----

    def expect_rows(self, ledger: Ledger, record: Record, index: int) -> None:
        """The nodes that an entry completes, and its rows, in the order in which they are looked at."""
        for level in range(LOWEST_STORED, ledger.size.bit_length()):
            if ledger.size % 2**level == 0:
                at = ledger.size // 2**level - 1
                key = bytes([level]) + be64(at)
                self.wanted.append(Row(b"nodes", key, ledger.log.nodes[level][at], "wrong-node", index))
        rows = [(b"records", digest(record.note.text), be64(index))]
        rows.append((b"matters", digest(record.matter) + be64(index), b""))
        if record.kind == b"authority":
            rows.append((b"authority", be64(index), b""))
        for document in dict.fromkeys(document.digest for document in record.documents):
            rows.append((b"documents", document + be64(index), b""))
        self.wanted += [Row(*row, "wrong-index-row", index) for row in rows]

    def judge_rows(self, ledger: Ledger) -> None:
        for row in self.wanted:
            if self.rows[row.table].get(row.key) != row.value:
                raise Finding(row.finding, row.table.decode(), row.entry)
        count = {name: 0 for name in self.rows}
        for row in self.wanted:
            count[row.table] += 1
        for name in (b"nodes", b"records", b"matters", b"authority", b"documents"):
            finding = "wrong-node" if name == b"nodes" else "wrong-index-row"
            require(len(self.rows[name]) == count[name], finding, f"rows too many in {name.decode()}")
        at, pairs = ledger.indexed or (None, {})
        wanted = parts(pairs)
        if any(self.rows[b"parts"].get(bucket) != value for bucket, value in wanted.items()):
            raise Finding("wrong-index-row", "parts", at)
        require(len(self.rows[b"parts"]) == len(wanted), "wrong-index-row", "rows too many in parts")


def parts(pairs: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """19.1, rule 3."""
    buckets: dict[bytes, dict[bytes, bytes]] = {}
    for key, value in pairs.items():
        buckets.setdefault(key[: PART_BITS // 8], {})[key] = value
    result = {}
    for bucket, held in buckets.items():
        hash_ = prefix.subtree(sorted(held.items()), PART_BITS)
        result[bucket] = (b"\x01" if len(held) == 1 else b"\x02") + hash_
    return result
