"""signers.py - who may sign: SPEC.md 11.1 to 11.4, for a whole authority and for the lines of a proof."""

from dataclasses import dataclass

import authority
import batch
import ed25519
from authority import Authority, Line
from keys import Key
from note import Signature
from record import Record
from rules import Rule
from verdict import Finding, require


class InForce:
    """The lines to judge by: all that are in force. A line that is not there gives the finding named."""

    missing: str | None = None  # what to find instead

    def __init__(self, lines: list[Line]):
        self.lines = lines
        self.by_subject: dict[bytes, Line] = {}
        self.by_name: dict[bytes, list[Line]] = {}
        for line in lines:
            self.by_subject.setdefault(line.subject, line)
            if line.word in (b"key", b"governor"):
                self.by_name.setdefault(line.key.name, []).append(line)

    def get(self, subject: bytes) -> Line | None:
        return self.by_subject.get(subject)

    def signer(self, word: bytes, signature: Signature) -> Line | None:
        """The line of this sort with the name, and one of the key IDs, of a signature."""
        for line in self.by_name.get(signature.name, ()):
            if line.word == word and signature.id in line.key.ids:
                return line
        return None

    def need(self, line: object, finding: str, detail: str = "") -> None:
        require(line, self.missing or finding, detail)

    def rules_absent(self) -> bool:
        return self.get(b"rules") is None


class Shown(InForce):
    """The lines that a proof shows: of one that it does not show, nothing is known."""

    missing = "evidence-missing"

    def __init__(self, lines: list[Line], absent: set[bytes]):
        super().__init__(lines)
        self.absent = absent

    def rules_absent(self) -> bool:
        return b"rules" in self.absent


def in_force(whole: Authority) -> InForce:
    """(Kept with the authority: it stays the same from change to change.)"""
    if not hasattr(whole, "judged_by"):
        whole.judged_by = InForce(list(whole.lines.values()))
    return whole.judged_by


@dataclass(frozen=True)
class Signer:
    key: Key
    line: Line | None  # of the authority; None for a party who is not enrolled

    def acts_as(self, role: bytes, record: Record) -> bool:
        """10.1, rule 5."""
        if self.line is None or role not in (self.line.grants or {}):
            return False
        if any(party.public == self.key.public for party in record.parties):
            return False
        limit = self.line.grants[role]
        return limit is None or record.one(b"category") in limit


def verifies(key: Key, record: Record, signature: Signature) -> bool:
    if signature.id == key.id:
        return ed25519.verify(key.public, record.note.text, signature.data)
    return record.kind != b"authority" and batch.verifies(key.public, record.note.text, signature.data)


def find(record: Record, signature: Signature, lines: InForce, ledger: bytes) -> Signer:
    """11.1, step 1; for what the operator records, 11.7, rule 2."""
    if record.kind in (b"index", b"statistics"):
        line = lines.get(b"operator")
        lines.need(line, "not-enrolled", "no operator")
        own = (line.key.name, line.key.id) == (signature.name, signature.id)
        require(own, "not-enrolled", "only the operator signs this")
        return Signer(line.key, line)
    governors = record.kind == b"authority" and record.institution == ledger
    line = lines.signer(b"governor" if governors else b"key", signature)
    if line:
        return Signer(line.key, line)
    for party in record.parties:
        if party.name == signature.name and signature.id in party.ids:
            return Signer(party, None)
    raise Finding(lines.missing or "not-enrolled", signature.name.decode())


def judge(record: Record, lines: InForce, ledger: bytes) -> list[Signer]:
    """11.1: every signature counts."""
    signers: list[Signer] = []
    for signature in record.note.signatures:
        signer = find(record, signature, lines, ledger)
        for other in signers:
            same = other.key.name == signer.key.name or other.key.public == signer.key.public
            require(not same, "repeated-signer", signature.name.decode())
        require(verifies(signer.key, record, signature), "bad-signature", signature.name.decode())
        signers.append(signer)
    judge_entitlement(record, signers, lines, ledger)
    return signers


def judge_entitlement(record: Record, signers: list[Signer], lines: InForce, ledger: bytes) -> None:
    if record.kind in (b"index", b"statistics"):
        return
    if record.kind != b"authority":
        judge_institution(record, signers, lines)
    elif record.institution == ledger:
        threshold = lines.get(b"threshold")
        lines.need(threshold, "too-few-governors", "no threshold")
        require(len(signers) >= threshold.number, "too-few-governors")
    else:
        lines.need(lines.get(b"institution " + record.institution), "unknown-institution")
        for signer in signers:
            registrar = signer.line.grants.get(b"registrar", frozenset()) is None
            require(registrar and signer.line.institution == record.institution, "role-missing", "no registrar")


def judge_institution(record: Record, signers: list[Signer], lines: InForce) -> None:
    """11.3."""
    signed = {signer.key.public for signer in signers}
    require(all(party.public in signed for party in record.parties), "party-unsigned")
    lines.need(lines.get(b"institution " + record.institution), "unknown-institution")
    if not any(signer.line and signer.line.institution == record.institution for signer in signers):
        unknown = lines.missing and any(signer.line is None for signer in signers)
        raise Finding(lines.missing if unknown else "institution-unsigned")
    rule = rule_for(record, lines)
    if rule:
        judge_by_rule(record, signers, rule)


def rule_for(record: Record, lines: InForce) -> Rule | None:
    """The rule that binds a record, or None where no rules are required."""
    line = lines.get(authority.rule_subject(record.kind, record.event))
    if line is None:
        lines.need(lines.rules_absent(), "no-rule")
        return None
    return line.rule


def judge_by_rule(record: Record, signers: list[Signer], rule: Rule) -> None:
    """11.4."""
    own = [s for s in signers if s.line and s.line.institution == record.institution]
    require(all_places_filled(record, own, rule), "role-missing")
    counted = len(record.parties)
    require(counted >= rule.parties if rule.parties else counted == 0, "line-missing", "parties")
    for line in rule.needs:
        require(record.lines_named(line), "line-missing", line.decode())
    refers = record.one(b"refers") is not None
    require(refers == (rule.referred is not None), "line-missing", "refers")
    for field, values in rule.among:
        value = record.fields.get(field)
        require(value is None or value in values, "line-missing", field.decode())


def all_places_filled(record: Record, signers: list[Signer], rule: Rule) -> bool:
    """Whether every place can be given to a signer of that role, nobody having two: a matching."""
    places = [role for role, count in rule.sign.items() for _ in range(count)]
    able = [[i for i, signer in enumerate(signers) if signer.acts_as(role, record)] for role in places]
    taken: dict[int, int] = {}  # signer -> place

    def give(place: int, tried: set[int]) -> bool:
        for signer in able[place]:
            if signer not in tried:
                tried.add(signer)
                if signer not in taken or give(taken[signer], tried):
                    taken[signer] = place
                    return True
        return False

    return all(give(place, set()) for place in range(len(places)))
