"""figures.py - statistics of the entries, and their canonical CSV: SPEC.md 26."""

from collections import Counter, defaultdict

from entry import Entry

COLUMNS = ("entries", "opened", "effective", "corrected", "void", "closed", "due", "late")
HEAD = b"period,kind,event,institution," + ",".join(COLUMNS).encode() + b"\n"
Row = tuple[bytes, bytes, bytes, bytes]


def cell(value: bytes) -> bytes:
    if b"," in value or b'"' in value:
        return b'"' + value.replace(b'"', b'""') + b'"'
    return value


class Figures:
    def __init__(self) -> None:
        self.rows: dict[Row, Counter[str]] = defaultdict(Counter)

    def add(self, entry: Entry, ruled: bool, first: bool, makes: bytes | None, late: int | None) -> None:
        """`makes` and `late` as the rule says; of entries that no rule bound only `entries` counts."""
        record = entry.record
        row = self.rows[entry.time_text[:7], record.kind, record.event, record.institution]
        row["entries"] += 1
        if not ruled:
            return
        row["opened"] += first
        if makes is not None:
            row[makes.decode()] += 1
        if late is not None:
            row["due"] += 1
            row["late"] += late > 0

    def csv(self) -> bytes:
        lines = [HEAD]
        for row, counts in sorted(self.rows.items()):
            values = [*map(cell, row), *(b"%d" % counts[column] for column in COLUMNS)]
            lines.append(b",".join(values) + b"\n")
        return b"".join(lines)
