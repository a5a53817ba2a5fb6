"""authority.py - the lines of the authority, what makes them sound, and how they change: SPEC.md 10."""

from dataclasses import dataclass

import entry
import keys
import prefix
import rules
import text
from keys import Key
from record import LONGEST_AUTHORITY_LINE, Record
from rules import Rule
from tree import digest
from verdict import require

MOST_GOVERNORS = 64


@dataclass(frozen=True)
class Line:
    """An authority line: its bytes, its subject, and what its word makes of the rest."""

    data: bytes
    word: bytes
    subject: bytes
    key: Key | None = None
    institution: bytes = b""
    grants: text.Grants | None = None
    number: int = 0
    display: bytes = b""
    rule: Rule | None = None


def note_key(data: bytes) -> Key | None:
    return keys.parse(data, keys.NOTE_KEY)


def parse(data: bytes) -> Line | None:
    """An authority line (10.1), or None."""
    if len(data) > LONGEST_AUTHORITY_LINE or text.clean_line(data) is None:
        return None
    word, _, rest = data.partition(b" ")
    return READ[word](data, rest) if word in READ else None


def operator_line(data: bytes, rest: bytes) -> Line | None:
    key = note_key(rest)
    return Line(data, b"operator", b"operator", key) if key else None


def governor_line(data: bytes, rest: bytes) -> Line | None:
    key = note_key(rest)
    return Line(data, b"governor", data, key) if key else None


def threshold_line(data: bytes, rest: bytes) -> Line | None:
    number = text.decimal(rest, MOST_GOVERNORS)
    return Line(data, b"threshold", b"threshold", number=number) if number else None


def institution_line(data: bytes, rest: bytes) -> Line | None:
    parts = rest.split(b" ", 2)
    if len(parts) != 3 or text.name(parts[0]) is None or text.title(parts[2]) is None:
        return None
    grants = {} if parts[1] == b"-" else text.grants(parts[1])
    if grants is None:
        return None
    subject = b"institution " + parts[0]
    return Line(data, b"institution", subject, None, parts[0], grants, display=parts[2])


def key_line(data: bytes, rest: bytes) -> Line | None:
    parts = rest.split(b" ")
    if len(parts) != 3:
        return None
    key, grants = note_key(parts[0]), text.grants(parts[2])
    if key is None or text.name(parts[1]) is None or grants is None:
        return None
    return Line(data, b"key", b"key " + parts[0], key, parts[1], grants)


def rules_line(data: bytes, rest: bytes) -> Line | None:
    return Line(data, b"rules", b"rules") if rest == b"required" else None


def rule_line(data: bytes, rest: bytes) -> Line | None:
    rule = rules.parse(rest)
    return Line(data, b"rule", rule_subject(rule.kind, rule.event), rule=rule) if rule else None


def compromise_line(data: bytes, rest: bytes) -> Line | None:
    vkey, _, number = rest.partition(b" ")
    key, index = note_key(vkey), text.decimal(number, entry.LARGEST_INDEX)
    return Line(data, b"compromise", b"compromise " + vkey, key, number=index) if key and index is not None else None


READ = {
    b"operator": operator_line,
    b"governor": governor_line,
    b"threshold": threshold_line,
    b"institution": institution_line,
    b"key": key_line,
    b"rules": rules_line,
    b"rule": rule_line,
    b"compromise": compromise_line,
}


def rule_subject(kind: bytes, event: bytes) -> bytes:
    return b"rule " + kind + b" " + event


def within(held: text.Grants, given: text.Grants) -> bool:
    """Whether every grant is within the one of the same role."""
    for role, categories in held.items():
        if role not in given:
            return False
        limit = given[role]
        if limit is not None and (categories is None or not categories <= limit):
            return False
    return True


def collide(a: Key, b: Key) -> bool:
    """Whether two lines of one sort cannot stand beside each other (10.2, rule 4)."""
    return a.public == b.public or (a.name == b.name and bool(a.ids & b.ids))


class Authority:
    """A set of lines. It is never changed: a change makes another."""

    def __init__(self, lines: dict[bytes, Line] | None = None):
        self.lines: dict[bytes, Line] = lines or {}
        pairs = {digest(subject): digest(line.data) for subject, line in self.lines.items()}
        self.root = prefix.root(pairs)

    def of(self, word: bytes) -> list[Line]:
        return [line for line in self.lines.values() if line.word == word]

    def get(self, subject: bytes) -> Line | None:
        return self.lines.get(subject)

    @property
    def operator(self) -> Key:
        return self.lines[b"operator"].key

    # ---- changing it: 10.3 ----

    def changed(self, record: Record, index: int, ledger: bytes) -> "Authority":
        lines = dict(self.lines)
        named: set[bytes] = set()
        for subject in record.values[b"unset"]:
            require(subject in lines and subject not in named, "bad-change", "it unsets what is not set")
            named.add(subject)
            del lines[subject]
        added = [self.set_line(data, lines, named, index) for data in record.values[b"set"]]
        require(is_sound(lines, ledger), "bad-change", "what results is not sound")
        roles = {role for line in lines.values() if line.word == b"institution" for role in line.grants}
        for line in added:
            require(not line.rule or wanted_roles(line.rule) <= roles, "bad-change", "a role that nobody hands out")
        return Authority(lines)

    @staticmethod
    def set_line(data: bytes, lines: dict[bytes, Line], named: set[bytes], index: int) -> Line:
        line = parse(data)
        require(line, "bad-authority-line")
        require(line.subject not in named, "bad-change", "a subject is named twice")
        former = lines.get(line.subject)
        require(former is None or former.data != data, "bad-change", "it sets what is set")
        if line.word in (b"key", b"governor", b"compromise"):
            others = (o for o in lines.values() if o.word == line.word and o.subject != line.subject)
            require(not any(collide(line.key, o.key) for o in others), "bad-change", "one key in two lines")
        require(line.word != b"compromise" or line.number <= index, "bad-change", "it is in doubt from later on")
        named.add(line.subject)
        lines[line.subject] = line
        return line


def wanted_roles(rule: Rule) -> set[bytes]:
    return set(rule.sign) | ({rule.by[0]} if rule.by else set())


# ---- soundness: 10.2 ---------------------------------------------------------------------------------


def is_sound(lines: dict[bytes, Line], ledger: bytes) -> bool:
    """(Rule 4 is seen to when a line is set; rule 5 of 10.6 by Authority.changed.)"""
    by_word: dict[bytes, list[Line]] = {word: [] for word in READ}
    for line in lines.values():
        by_word[line.word].append(line)
    operator, threshold = lines.get(b"operator"), lines.get(b"threshold")
    if operator is None or operator.key.name != ledger or threshold is None:
        return False
    if not threshold.number <= len(by_word[b"governor"]) <= MOST_GOVERNORS:
        return False
    if not all(is_granted(line, lines) for line in by_word[b"key"]):
        return False
    used = by_word[b"governor"] + by_word[b"key"]
    if any(is_for_tests(line.key.name) != is_for_tests(ledger) for line in used):
        return False
    in_force = {line.key.public for word in (b"operator", b"governor", b"key") for line in by_word[word]}
    if any(line.key.public in in_force for line in by_word[b"compromise"]):
        return False
    if by_word[b"rule"] and b"rules" not in lines:
        return False
    all_rules = {(line.rule.kind, line.rule.event): line.rule for line in by_word[b"rule"]}
    return all(rules.can_be_met(rule, all_rules) for rule in all_rules.values()) and rules.all_reached(all_rules)


def is_for_tests(name: bytes) -> bool:
    host = name.split(b"/")[0]
    return host == b"test" or host.endswith(b".test")


def is_granted(key: Line, lines: dict[bytes, Line]) -> bool:
    institution = lines.get(b"institution " + key.institution)
    return institution is not None and within(key.grants, institution.grants)
