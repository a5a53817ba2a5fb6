"""workflow.py - what a rule asks of the matter, and its term: SPEC.md 11.5 and 11.6."""

from dataclasses import dataclass

import text
from keys import Key
from record import Record
from rules import OPENS, Rule, Steps
from signers import Signer
from verdict import require

DAY = 86_400_000  # milliseconds


@dataclass(frozen=True)
class Step:
    """What later entries may ask of an earlier one."""

    time: int
    record: Record

    def signed(self) -> set[bytes]:
        """The names of its signature lines that are not a party's."""
        parties = self.record.parties
        return {line.name for line in self.record.note.signatures if not is_of(parties, line.name, line.id)}


def is_of(parties: list[Key], name: bytes, id_: bytes) -> bool:
    return any(party.name == name and id_ in party.ids for party in parties)


class History:
    """The entries of every matter, in their order."""

    def __init__(self) -> None:
        self.matters: dict[bytes, list[Step]] = {}

    def of(self, matter: bytes | None) -> list[Step]:
        return self.matters.get(matter, []) if matter is not None else []

    def add(self, step: Step) -> None:
        self.matters.setdefault(step.record.matter, []).append(step)

    def steps(self, steps: Steps, record: Record) -> list[Step]:
        matter = record.one(b"refers") if steps.referred else record.matter
        return [step for step in self.of(matter) if step.record.event in steps.events]

    def names(self, steps: Steps, record: Record) -> set[bytes]:
        return set().union(*(step.signed() for step in self.steps(steps, record)))


def judge(record: Record, signers: list[Signer], rule: Rule, history: History) -> None:
    """11.5, in its order."""
    entries = history.of(record.matter)
    if not entries:
        require(text.has_one_spelling(record.matter), "bad-matter")
        require(OPENS in rule.after, "wrong-order", "it opens no matter")
    else:
        same = entries[0].record.kind == entries[-1].record.kind == record.kind
        require(same, "other-kind")
        if entries[-1].record.event not in rule.after:
            require(rule.after != (OPENS,), "already-open")
            require(False, "wrong-order")
        own = entries[0].record.institution == record.institution
        require({b"same": own, b"other": not own}.get(rule.institution, True), "wrong-institution")
    if rule.referred:
        require(reference_holds(record, rule.referred, history), "bad-reference")
    judge_people(record, signers, rule, history)
    for line, steps in rule.keeps:
        taken = history.steps(steps, record)
        now = record.lines_named(line)
        require(now and taken and taken[-1].record.lines_named(line) == now, "line-changed", line.decode())


def reference_holds(record: Record, referred: tuple[bytes, bytes, bytes], history: History) -> bool:
    whose, kind, event = referred
    entries = history.of(record.one(b"refers"))
    if not entries or record.one(b"refers") == record.matter or entries[0].record.kind != kind:
        return False
    own = entries[0].record.institution == record.institution
    if not {b"same": own, b"other": not own}.get(whose, True):
        return False
    return any(step.record.event == event for step in entries)


def judge_people(record: Record, signers: list[Signer], rule: Rule, history: History) -> None:
    """Signers are compared by name: who got a new key is the same person."""
    enrolled = [signer for signer in signers if signer.line]
    if rule.by:
        role, count, steps = rule.by
        names = history.names(steps, record)
        own = [s for s in enrolled if s.line.institution == record.institution and s.acts_as(role, record)]
        require(sum(signer.key.name in names for signer in own) >= count, "original-missing")
    for steps in rule.not_by:
        names = history.names(steps, record)
        require(not any(signer.key.name in names for signer in enrolled), "signer-excluded")


def term(record: Record, time: int, rule: Rule, history: History) -> int | None:
    """By how many milliseconds the entry is late (0 or less: in time); None if nothing was due."""
    if not rule.term:
        return None
    days, steps = rule.term
    taken = history.steps(steps, record)
    return time - taken[-1].time - days * DAY if taken else None
