"""ledger.py - the ledger as it grows, entry by entry: SPEC.md 16, and of 17 what concerns entries."""

import hashlib
from dataclasses import dataclass

import authority
import entry
import matters
import prefix
import signers
import tree
import workflow
from authority import Authority
from checkpoint import Checkpoint
from entry import Entry
from figures import Figures
from keys import Key
from record import Record
from rules import Rule
from signers import Signer
from verdict import Finding, require


@dataclass(frozen=True)
class Late:
    entry: int
    milliseconds: int


def judge_place(record: Record, index: int, ledger: bytes) -> None:
    """Section 16, steps 10 to 12."""
    genesis = record.kind == b"authority" and record.event == b"genesis"
    require(genesis == (index == 0), "bad-genesis")
    if record.kind != b"authority":
        matters.judge_form(record, index, ledger)
    elif index == 0:
        require(record.matter == b"authority" and record.institution == record.ledger, "bad-genesis")
    else:
        require(record.event == b"change", "bad-change", "an authority record of another event")
        require(record.matter == b"authority", "bad-change", "an authority record of another matter")


def judge_reach(record: Record, whole: Authority) -> None:
    """11.2, rule 3: what a registrar may change."""
    own = record.institution

    def is_own(subject: bytes) -> bool:
        line = whole.get(subject)
        return line is not None and line.word == b"key" and line.institution == own

    require(all(map(is_own, record.values[b"unset"])), "beyond-reach")
    for data in record.values[b"set"]:
        line = authority.parse(data)
        require(line, "bad-authority-line")
        if line.word == b"key":
            person = line.key.name.removeprefix(own + b"/")
            named = line.key.name != person and person and b"/" not in person
            replaced = whole.get(line.subject) is None or is_own(line.subject)
            require(named and line.institution == own and replaced, "beyond-reach")
        else:
            reached = line.word == b"compromise" and is_own(b"key " + line.key.vkey)
            require(reached, "beyond-reach")


class Ledger:
    """The state after some entries, and what is kept of them to judge those to come."""

    def __init__(self) -> None:
        self.log = tree.Log()
        self.previous = tree.EMPTY_ROOT
        self.time = 0
        self.name = b""
        self.authority = Authority()
        self.history = workflow.History()
        self.matters = matters.Matters()
        self.figures = Figures()
        self.texts: dict[bytes, int] = {}
        self.signed_by: list[tuple[tuple[bytes, bytes], ...]] = []  # of every entry: names and key IDs
        self.late: list[Late] = []
        self.ruled = 0
        self.indexed: tuple[int, dict[bytes, bytes]] | None = None  # the last index, and its pairs

    @property
    def size(self) -> int:
        return self.log.size

    def append(self, data: bytes) -> Entry:
        """Verify what stands at the next position. A finding names it, and leaves the state as it was."""
        try:
            return self.append_or_raise(data)
        except Finding as finding:
            raise finding.at(self.size) from None

    def append_or_raise(self, data: bytes) -> Entry:
        leaf = tree.leaf(data)
        parsed = entry.parse(data)
        record = parsed.record
        require(parsed.index == self.size, "wrong-index")
        require(parsed.previous == self.previous, "broken-chain")
        require(parsed.time >= self.time, "time-reversed")
        require(parsed.authority == (self.authority.root if self.size else prefix.EMPTY), "wrong-authority")
        require(self.size == 0 or record.ledger == self.name, "other-ledger")
        ledger = self.name or record.ledger
        judge_place(record, self.size, ledger)
        after, signed_by, rule = self.judge_people(record, ledger)
        if record.kind == b"authority" and self.size:
            if record.institution != ledger:
                judge_reach(record, self.authority)
            after = self.authority.changed(record, self.size, ledger)
        elif record.kind == b"index":
            require(matters.root_said(record) == self.matters.root(), "index-root")
        elif rule:
            workflow.judge(record, signed_by, rule, self.history)
        self.judge_beyond_entry(record)
        self.advance(parsed, leaf, after, rule)
        return parsed

    def judge_people(self, record: Record, ledger: bytes) -> tuple[Authority, list[Signer], Rule | None]:
        """Steps 13 and 14."""
        before = self.authority if self.size else self.authority.changed(record, 0, ledger)
        lines = signers.in_force(before)
        signed_by = signers.judge(record, lines, ledger)
        ruled = record.kind not in (b"authority", b"index", b"statistics")
        return before, signed_by, signers.rule_for(record, lines) if ruled else None

    def judge_beyond_entry(self, record: Record) -> None:
        """Section 17, step 2: repeated records, and figures."""
        require(record.note.text not in self.texts, "repeated-record")
        if record.kind == b"statistics":
            csv = self.figures.csv()
            document = record.documents[0]
            same = (hashlib.sha256(csv).digest(), len(csv)) == (document.digest, document.size)
            require(same, "other-figures")

    def advance(self, parsed: Entry, leaf: bytes, after: Authority, rule: Rule | None) -> None:
        record, index = parsed.record, self.size
        late = workflow.term(record, parsed.time, rule, self.history) if rule else None
        first = not self.history.of(record.matter)
        if late is not None and late > 0:
            self.late.append(Late(index, late))
        self.ruled += rule is not None
        if record.kind == b"index":
            self.indexed = (index, dict(self.matters.values))
        self.figures.add(parsed, rule is not None, first, rule.makes if rule else None, late)
        self.history.add(workflow.Step(parsed.time, record))
        self.matters.add(record.matter, index)
        self.texts[record.note.text] = index
        self.signed_by.append(tuple((line.name, line.id) for line in record.note.signatures))
        self.log.append(leaf)
        self.previous, self.time, self.authority = leaf, parsed.time, after
        self.name = self.name or record.ledger

    # ---- beside the entries ----

    def judge_origin(self, checkpoint: Checkpoint) -> None:
        """Section 17, steps 3.2 and 3.3, by the operator in force now."""
        require(checkpoint.origin == self.name, "other-origin")
        require(checkpoint.note.signed_by(self.authority.operator), "checkpoint-unsigned")

    def judge_seen(self, checkpoint: Checkpoint) -> None:
        """Step 6."""
        if checkpoint.origin != self.name:
            raise Finding("other-origin", "the checkpoint seen before", checkpoint_entry(checkpoint.size, self.size))
        if checkpoint.size > self.size:
            raise Finding("older-than-seen", "", self.size)
        if checkpoint.root != self.log.root(checkpoint.size):
            raise Finding("fork", "", checkpoint.size - 1)

    def doubtful(self) -> list[tuple[int, Key]]:
        """10.7: entries signed by a key that is declared compromised, from the entry on that is named."""
        found = []
        for line in self.authority.of(b"compromise"):
            for index in range(line.number, self.size):
                if any(name == line.key.name and id_ in line.key.ids for name, id_ in self.signed_by[index]):
                    found.append((index, line.key))
        return found


def checkpoint_entry(size: int, entries: int) -> int:
    """The entry that a finding on a stored checkpoint of this size names (17, at its end)."""
    return entries if size > entries else max(size - 1, 0)
