"""record.py - records: SPEC.md 6."""

from dataclasses import dataclass, field

import json_line
import keys
import note
import text
import times
from keys import Key
from note import Note
from verdict import Finding, require

HEADER = b"public-law-ledger/record/v1"
# The lines in their order: the word, and how often it may stand: once, at most once, or any number.
ONCE, OPTIONAL, MANY = "once", "optional", "many"
LINES = {
    b"ledger": ONCE,
    b"kind": ONCE,
    b"event": ONCE,
    b"matter": ONCE,
    b"institution": ONCE,
    b"time": ONCE,
    b"nonce": ONCE,
    b"category": OPTIONAL,
    b"party": MANY,
    b"refers": OPTIONAL,
    b"field": MANY,
    b"document": MANY,
    b"unset": MANY,
    b"set": MANY,
    b"data": OPTIONAL,
}
LARGEST_FILE = 2**53 - 1
LONGEST_AUTHORITY_LINE = 4096
LONGEST_FIELD = 1024


@dataclass(frozen=True)
class Document:
    digest: bytes
    size: int
    name: bytes


@dataclass
class Record:
    note: Note
    values: dict[bytes, list] = field(default_factory=lambda: {word: [] for word in LINES})

    def one(self, word: bytes):
        """The value of a line that stands at most once."""
        return self.values[word][0] if self.values[word] else None

    @property
    def ledger(self) -> bytes:
        return self.one(b"ledger")

    @property
    def kind(self) -> bytes:
        return self.one(b"kind")

    @property
    def event(self) -> bytes:
        return self.one(b"event")

    @property
    def matter(self) -> bytes:
        return self.one(b"matter")

    @property
    def institution(self) -> bytes:
        return self.one(b"institution")

    @property
    def parties(self) -> list[Key]:
        return self.values[b"party"]

    @property
    def fields(self) -> dict[bytes, bytes]:
        return dict(self.values[b"field"])

    @property
    def documents(self) -> list[Document]:
        return self.values[b"document"]

    def lines_named(self, line: bytes) -> list:
        """The lines that a rule means by this name, in what is compared of them: 10.6, rule 2."""
        if line == b"document":  # digest and size; a file's name is not compared
            return [(document.digest, document.size) for document in self.documents]
        if line in (b"category", b"data", b"party"):
            return self.values[line]
        return [value for word, value in self.values[b"field"] if word == line]


def field_value(data: bytes) -> tuple[bytes, bytes] | None:
    word, _, value = data.partition(b" ")
    if text.field_token(word) is None or text.phrase(value, LONGEST_FIELD) is None:
        return None
    return word, value


def document_value(data: bytes) -> Document | None:
    parts = data.split(b" ", 3)
    if len(parts) != 4 or parts[0] != b"sha256":
        return None
    digest, size = text.hexadecimal(parts[1], 32), text.decimal(parts[2], LARGEST_FILE)
    if digest is None or size is None or text.file_name(parts[3]) is None:
        return None
    return Document(digest, size, parts[3])


VALUES = {
    b"ledger": text.name,
    b"kind": text.token,
    b"event": text.token,
    b"matter": text.title,
    b"institution": text.name,
    b"time": times.claimed,
    b"nonce": lambda data: text.base_64(data, 16),
    b"category": text.token,
    b"party": lambda data: keys.parse(data, keys.NOTE_KEY),
    b"refers": text.title,
    b"field": field_value,
    b"document": document_value,
    b"unset": lambda data: text.phrase(data, LONGEST_AUTHORITY_LINE),
    b"set": lambda data: text.phrase(data, LONGEST_AUTHORITY_LINE),
    b"data": lambda data: data if json_line.is_value(data.decode()) else None,
}


def parse(data: bytes) -> Record:
    record = Record(note.parse(data))
    lines = record.note.text[:-1].split(b"\n")
    require(lines[0] == HEADER, "bad-record", "its first line is another")
    order = list(LINES)
    place = 0
    for line in lines[1:]:
        word, _, data = line.partition(b" ")
        while place < len(order) and order[place] != word:  # the lines that may be left out
            require(record.values[order[place]] or LINES[order[place]] != ONCE, "bad-record", "a line is missing")
            place += 1
        require(place < len(order), "bad-record", "an unknown line, or one out of order")
        value = VALUES[word](data) if data else None
        require(value is not None, "bad-record", f"the line '{word.decode()}'")
        require(LINES[word] == MANY or not record.values[word], "bad-record", "a repeated line")
        record.values[word].append(value)
    require(record.values[b"nonce"], "bad-record", "a line is missing")
    judge_lines(record)
    return record


def judge_lines(record: Record) -> None:
    """Rules 1 and 6."""
    changes = bool(record.values[b"set"] or record.values[b"unset"])
    if record.kind == b"authority":
        others = (b"category", b"party", b"refers", b"field")
        require(changes and not any(record.values[word] for word in others), "bad-record", "of kind authority")
    elif changes:
        raise Finding("bad-record", "only a record of kind authority sets and unsets lines")
    parties = record.parties
    for distinct in ({key.name for key in parties}, {key.public for key in parties}):
        require(len(distinct) == len(parties), "bad-record", "a party is named twice")
    require(len(record.fields) == len(record.values[b"field"]), "bad-record", "a field stands twice")
