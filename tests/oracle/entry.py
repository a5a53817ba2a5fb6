"""entry.py - entries: SPEC.md 7."""

from dataclasses import dataclass

import record
import text
import times
from record import Record
from verdict import require

HEADER = b"public-law-ledger/entry/v1"
LONGEST = 65535
LARGEST_INDEX = 2**62 - 2


@dataclass
class Entry:
    index: int
    time: int  # milliseconds since 1970
    time_text: bytes
    previous: bytes
    authority: bytes
    record: Record


def parse(data: bytes) -> Entry:
    require(len(data) <= LONGEST, "too-long")
    lines = data.split(b"\n", 6)
    require(len(lines) == 7 and lines[0] == HEADER and lines[5] == b"", "bad-entry")
    values = []
    for line, word in zip(lines[1:5], (b"index ", b"time ", b"previous ", b"authority "), strict=True):
        require(line.startswith(word), "bad-entry", f"no line '{word.decode()[:-1]}'")
        values.append(line[len(word) :])
    index, time = text.decimal(values[0], LARGEST_INDEX), times.ledgers(values[1])
    previous, authority = text.base_64(values[2], 32), text.base_64(values[3], 32)
    require(None not in (index, time, previous, authority), "bad-entry", "a value in its first lines")
    return Entry(index, time, values[1], previous, authority, record.parse(lines[6]))
