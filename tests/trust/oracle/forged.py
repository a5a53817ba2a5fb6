"""forged.py - ledgers in which one thing is otherwise and all the rest is right again: signed by whoever
signs, linked, under a new checkpoint. So what is judged is the law, and not that a signature breaks.
"""

import hashlib
import random
from dataclasses import dataclass, replace
from pathlib import Path

import both
import published
import text
import tree
from ledger import Ledger
from seal import Person, people
from verdict import Finding

ANY_LINES = (b"party", b"field", b"document", b"category", b"refers", b"data", b"set", b"unset")


@dataclass(frozen=True)
class Part:
    """An entry that is to be made: its time, the lines of its record, and who signs."""

    time: bytes
    lines: tuple[bytes, ...]
    signers: tuple[Person, ...]

    @property
    def kind(self) -> bytes:
        return self.value(b"kind")

    def value(self, word: bytes) -> bytes:
        return next((line[len(word) + 1 :] for line in self.lines if line.startswith(word + b" ")), b"")

    def having(self, word: bytes, value: bytes) -> "Part":
        head = word + b" "
        return replace(self, lines=tuple(head + value if line.startswith(head) else line for line in self.lines))


class Golden:
    """The entries of a golden ledger, taken apart, and what can stand in the place of something in them."""

    def __init__(self, where: Path):
        bundle = next((where / "files/tile/entries").rglob("*.p/*"))
        short = where.name.removeprefix("golden-")
        operator = f"publiclaw.gz.test.example/{short}".encode()
        both_operators = [Person(operator, f"{short}-operator{which}") for which in ("", "-next")]
        self.people = people(where / "people.txt") + both_operators
        self.by_id = {(person.key.name, person.key.id): person for person in self.people}
        entries = published.bundle(bundle.read_bytes(), int(bundle.name)) or []
        self.ledger = Ledger()
        self.parts = [self.part(data) for data in entries]
        lines = {line for part in self.parts for line in part.lines}
        self.pool = {word: sorted(line for line in lines if line.startswith(word + b" ")) for word in both.LINES}

    def part(self, data: bytes) -> Part:
        parsed = self.ledger.append(data)
        signed = parsed.record.note
        signers = tuple(self.by_id[line.name, line.id] for line in signed.signatures)
        return Part(parsed.time_text, tuple(signed.text[:-1].split(b"\n")), signers)


# ---- what is otherwise -------------------------------------------------------------------------------


def other_value(part: Part, golden: Golden, dice: random.Random) -> Part:
    """A line that has the value it has in another record."""
    at = dice.randrange(1, len(part.lines))
    word = part.lines[at].split(b" ")[0]
    lines = list(part.lines)
    lines[at] = dice.choice(golden.pool[word])
    return replace(part, lines=tuple(lines))


def other_lines(part: Part, golden: Golden, dice: random.Random) -> Part:
    """A line left out, or put in where it may stand."""
    optional = [i for i, line in enumerate(part.lines) if line.split(b" ")[0] in ANY_LINES]
    lines = list(part.lines)
    if optional and dice.random() < 0.5:
        del lines[dice.choice(optional)]
    else:
        word = dice.choice([w for w in ANY_LINES if golden.pool[w]])
        line = dice.choice(golden.pool[word])
        if word == b"party":
            line = b"party " + dice.choice(golden.people).key.vkey
        order = list(both.LINES)
        after = [i for i, line in enumerate(lines) if i == 0 or order.index(line.split(b" ")[0]) <= order.index(word)]
        lines.insert(after[-1] + 1, line)
    return replace(part, lines=tuple(lines))


def other_signers(part: Part, golden: Golden, dice: random.Random) -> Part:
    signers = list(part.signers)
    how = dice.randrange(4)
    if how == 0 and len(signers) > 1:
        signers.pop(dice.randrange(len(signers)))
    elif how == 1:
        signers.insert(dice.randrange(len(signers) + 1), dice.choice(golden.people))
    elif how == 2:
        signers[dice.randrange(len(signers))] = dice.choice(golden.people)
    else:
        dice.shuffle(signers)
    return replace(part, signers=tuple(signers))


def other_law(part: Part, golden: Golden, dice: random.Random) -> Part:
    """An authority line changed in one word, one clause or one grant; or others set and unset."""
    places = [i for i, line in enumerate(part.lines) if line.startswith((b"set ", b"unset "))]
    if not places:
        return other_value(part, golden, dice)
    lines = list(part.lines)
    at = dice.choice(places)
    if dice.random() < 0.4:
        word, line = dice.choice(((b"set", b"set"), (b"unset", b"unset"), (b"set", b"unset")))
        word = word if golden.pool[word] else b"set"
        rest = dice.choice(golden.pool[word])[len(word) + 1 :]
        if word != line:  # the subject of a line that was set
            words = rest.split(b" ")
            count = {b"operator": 1, b"threshold": 1, b"rules": 1, b"rule": 3}.get(words[0], 2)
            rest = b" ".join(words[:count])
        lines[at] = line + b" " + rest
        lines[places[0] : places[-1] + 1] = sorted(lines[places[0] : places[-1] + 1], key=lambda x: x[:2] != b"un")
    else:
        lines[at] = altered(lines[at], golden, dice)
    return replace(part, lines=tuple(lines))


def altered(line: bytes, golden: Golden, dice: random.Random) -> bytes:
    """A part of a line left out, doubled, or that of another line."""
    separator = dice.choice((b" ", b",", b":", b"+", b"=", b"/"))
    parts = line.split(separator)
    others = dice.choice(golden.pool[b"set"]).split(separator)
    at = dice.randrange(len(parts))
    how = dice.randrange(4)
    if how == 0 and len(parts) > 1:
        del parts[at]
    elif how == 1:
        parts.insert(at, parts[at])
    elif how == 2:
        parts[at] = dice.choice(others)
    elif parts[at].isdigit():
        parts[at] = b"%d" % dice.choice((0, 1, 2, 63, 64, 65, int(parts[at]) + 1))
    else:
        dice.shuffle(parts)
    return separator.join(parts)


def other_time(part: Part, _: Golden, dice: random.Random) -> Part:
    year = dice.choice((b"1970", b"2025", b"2026", b"2027", b"9999"))
    return replace(part, time=year + part.time[4:])


def other_order(parts: list[Part], at: int, dice: random.Random) -> None:
    other = dice.randrange(1, len(parts))
    how = dice.randrange(3)
    if how == 0:
        del parts[at]
    elif how == 1:
        parts.insert(at, replace(parts[other], time=parts[at].time))
    else:
        times = parts[at].time, parts[other].time
        parts[at], parts[other] = parts[other], parts[at]
        parts[at], parts[other] = replace(parts[at], time=times[0]), replace(parts[other], time=times[1])


CHANGES = (other_value, other_lines, other_signers, other_law, other_law, other_time)


def change(golden: Golden, dice: random.Random) -> tuple[list[Part], str]:
    parts = list(golden.parts)
    if dice.random() < 0.25:
        at = dice.randrange(1, len(parts))
        other_order(parts, at, dice)
        what = "other order"
    else:
        how = dice.choice(CHANGES)
        choice = [i for i, part in enumerate(parts) if how is not other_law or part.kind == b"authority"]
        at = dice.choice(choice)
        parts[at] = how(parts[at], golden, dice)
        what = how.__name__.replace("_", " ")
    end = min(len(parts), at + 1 + dice.randrange(30))
    return parts[:end], f"{what} at {at}"


# ---- making it right again ---------------------------------------------------------------------------


def operators(part: Part, ledger: Ledger, index: int) -> Part:
    """What the operator records, as of here: an honest index, and figures that are true."""
    lines = [b"field size %d" % index if line.startswith(b"field size ") else line for line in part.lines]
    root = b"field root " + text.to_base_64(ledger.matters.root()).encode()
    lines = [root if line.startswith(b"field root ") else line for line in lines]
    if part.kind == b"statistics":
        csv = ledger.figures.csv()
        document = b"document sha256 %s %d s.csv" % (hashlib.sha256(csv).hexdigest().encode(), len(csv))
        lines = [document if line.startswith(b"document ") else line for line in lines]
    return replace(part, lines=tuple(lines))


def compose(parts: list[Part], golden: Golden) -> tuple[list[bytes], Ledger]:
    """The entries, and the ledger as far as it holds."""
    ledger, entries, previous = Ledger(), [], tree.EMPTY_ROOT
    for index, part in enumerate(parts):
        if part.kind in (b"index", b"statistics") and part != golden.parts[min(index, len(golden.parts) - 1)]:
            part = operators(part, ledger, index) if ledger.size == index else part
        message = b"\n".join(part.lines) + b"\n"
        note = message + b"\n" + b"".join(signer.line(message) for signer in part.signers)
        head = b"public-law-ledger/entry/v1\nindex %d\ntime %s\nprevious %s\nauthority %s\n\n"
        hashes = (text.to_base_64(previous).encode(), text.to_base_64(ledger.authority.root).encode())
        entries.append(head % (index, part.time, *hashes) + note)
        previous = tree.leaf(entries[-1])
        if ledger.size == index:
            try:
                ledger.append(entries[-1])
            except Finding:
                pass
    return entries, ledger


def write(entries: list[bytes], ledger: Ledger, golden: Golden, there: Path) -> None:
    """A publication of them, under a checkpoint by the operator in force as far as it holds."""
    count = len(entries)
    log = tree.Log()
    for data in entries:
        log.append(tree.leaf(data))
    good = ledger if ledger.size else golden.ledger
    operator = golden.by_id[good.authority.operator.name, good.authority.operator.id]
    message = b"%s\n%d\n%s\n" % (golden.ledger.name, count, text.to_base_64(log.root()).encode())
    for name, data in (
        ("checkpoint", message + b"\n" + operator.line(message)),
        (f"tile/0/000.p/{count}", b"".join(log.nodes[0])),
        (f"tile/entries/000.p/{count}", b"".join(len(data).to_bytes(2, "big") + data for data in entries)),
    ):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_bytes(data)
