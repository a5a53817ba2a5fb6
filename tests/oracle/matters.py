"""matters.py - the index of matters: SPEC.md 23, and the form of what the operator records, 11.7."""

import prefix
import text
import tree
from record import Record
from tree import digest
from verdict import require

NOTHING = bytes(32)


def value(former: bytes, index: int) -> bytes:
    """V(i) of V(i - 1)."""
    return digest(b"\x04", former, index.to_bytes(8, "big"))


class Matters:
    """The pairs of the tree of matters."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}

    def add(self, matter: bytes, index: int) -> None:
        key = digest(matter)
        self.values[key] = value(self.values.get(key, NOTHING), index)

    def root(self) -> bytes:
        return prefix.root(self.values)


def judge_form(record: Record, index: int, ledger: bytes) -> None:
    """11.7, rule 1, of any record that is not of kind `authority`."""
    if record.kind == b"index":
        words = [word for word, _ in record.values[b"field"]]
        holds = words == [b"size", b"root"] and root_said(record) is not None and not record.documents
        require(holds and is_operators(record, b"root", b"index", index, ledger), "bad-index")
    elif record.kind == b"statistics":
        words = [word for word, _ in record.values[b"field"]]
        holds = words == [b"size"] and len(record.documents) == 1
        require(holds and is_operators(record, b"report", b"statistics", index, ledger), "bad-statistics")
    else:
        require(record.matter != b"index", "bad-index", "the matter of the operator's records")
        require(record.matter != b"statistics", "bad-statistics", "the matter of the operator's records")


def is_operators(record: Record, event: bytes, matter: bytes, index: int, ledger: bytes) -> bool:
    if (record.event, record.matter, record.institution) != (event, matter, ledger):
        return False
    if text.decimal(record.fields[b"size"], tree.MOST) != index:
        return False
    return not any(record.values[word] for word in (b"category", b"party", b"refers", b"data"))


def root_said(record: Record) -> bytes | None:
    """The root in a record of kind `index`."""
    return text.base_64(record.fields.get(b"root", b""), 32)
