"""report.py - what is said of a verdict, in words and in JSON; the members of the JSON that `ledger-verify
--json` has too have its names.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from checkpoint import Checkpoint
from ledger import Ledger
from proof import Proved
from status_proof import Status
from text import to_base_64
from verdict import Finding


@dataclass
class Report:
    what: str
    finding: str = "not-checked"  # a verifier starts from "no"
    entry: int | None = None
    detail: str = ""
    lines: list[str] = field(default_factory=list)
    members: dict[str, Any] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        return self.finding == "valid"

    def refuse(self, finding: Finding) -> None:
        self.finding, self.entry, self.detail = finding.name, finding.entry, finding.detail

    def accept(self, entry: int | None = None) -> None:
        self.finding, self.entry, self.detail = "valid", entry, ""

    def words(self) -> str:
        if self.valid:
            return "\n".join(["VALID", *self.lines])
        place = "" if self.entry is None else f" at entry {self.entry}"
        return "\n".join([f"NOT VALID: {self.finding}{place}", *([self.detail] if self.detail else [])])

    def json(self) -> str:
        verdict: dict[str, Any] = {"valid": self.valid, "finding": self.finding}
        if self.entry is not None:
            verdict["entry"] = self.entry
        verdict["detail"] = self.detail.translate({ord("{"): "(", ord("}"): ")"})
        document = {"what": self.what, "verdict": verdict, **(self.members if self.valid else {})}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def of_ledger(report: Report, ledger: Ledger, last: Checkpoint) -> None:
    doubtful = ledger.doubtful()
    late = [{"type": "late", "entry": one.entry, "late_ms": one.milliseconds} for one in ledger.late]
    doubt = [{"type": "doubtful", "entry": index, "key": key.vkey.decode()} for index, key in doubtful]
    report.members = {
        "ledger": {
            "origin": ledger.name.decode(),
            "size": last.size,
            "entries": ledger.size,
            "ruled": ledger.ruled,
            "late": len(late),
            "doubtful": len(doubt),
            "root": to_base_64(last.root),
        },
        "checkpoint": last.note.data.decode(),
        "notices": late + doubt,
    }
    report.lines = [
        f"ledger {ledger.name.decode()}, {ledger.size} entries, root {to_base_64(last.root)}",
        f"{len(late)} entries came after their term; {len(doubt)} are in doubt",
        *(f"late: entry {one['entry']}, by {one['late_ms']} ms" for one in late),
        *(f"doubtful: entry {one['entry']}, signed with {one['key']}" for one in doubt),
    ]


def record_of(proved: Proved) -> dict[str, Any]:
    record = proved.entry.record
    return {
        "index": proved.entry.index,
        "time": proved.entry.time_text.decode(),
        "kind": record.kind.decode(),
        "event": record.event.decode(),
        "matter": record.matter.decode(),
        "institution": record.institution.decode(),
        "signers": [signer.key.name.decode() for signer in proved.signers],
    }


def words_of(proved: Proved) -> str:
    record = record_of(proved)
    by = ", ".join(record["signers"])
    return f"entry {record['index']}, {record['time']}: {record['kind']} {record['event']}, matter {record['matter']}, by {by}"


def of_proof(report: Report, proved: Proved, under: Checkpoint) -> None:
    report.members = {"index": proved.entry.index, "checkpoint": of_checkpoint(under), "record": record_of(proved)}
    report.lines = [words_of(proved), f"under the checkpoint of {under.origin.decode()}, {under.size} entries"]


def of_status(report: Report, status: Status) -> None:
    standing, at = status.standing()
    index = status.index.entry
    report.members = {
        "matter": status.matter.decode(),
        "checkpoint": of_checkpoint(status.under),
        "as_of": index.index,
        "as_of_time": index.time_text.decode(),
        "after": status.under.size - index.index - 1,
        "entries": len(status.entries),
        "status": {"standing": standing, **({} if at is None else {"entry": at})},
        "history": [record_of(proved) for proved in status.entries],
    }
    since = "" if at is None else f" by entry {at}"
    report.lines = [
        f"matter {status.matter.decode()}: {standing}{since}, {len(status.entries)} entries",
        f"as of entry {index.index}, {index.time_text.decode()}; the checkpoint has "
        f"{status.under.size - index.index - 1} entries after it",
        *map(words_of, status.entries),
    ]


def of_checkpoint(checkpoint: Checkpoint) -> dict[str, Any]:
    return {"origin": checkpoint.origin.decode(), "size": checkpoint.size, "root": to_base_64(checkpoint.root)}
