#!/usr/bin/env python3
"""verify.py - verifies a published ledger, a ledger, a proof or a status proof, by SPEC.md alone: README.md.

usage: verify.py (--policy FILE | --log VKEY) [--since FILE | --remember FILE] [--json] DIRECTORY
       verify.py (--policy FILE | --log VKEY) [--document FILE]... [--json] PROOF
       verify.py (--policy FILE | --log VKEY) [--matter NUMBER] [--document FILE] [--require LIST] [--json] STATUS-PROOF

Exit status: 0 valid, 1 not valid, 2 nothing was established, 3 nothing is recorded under the number.
"""

import argparse
import hashlib
import os
import sys
from typing import NoReturn

sys.dont_write_bytecode = sys.pycache_prefix is None  # the tree stays clean

import checkpoint  # noqa: E402
import note  # noqa: E402
import policy  # noqa: E402
import proof  # noqa: E402
import report  # noqa: E402
import status_proof  # noqa: E402
from checkpoint import Checkpoint  # noqa: E402
from ledger import Ledger  # noqa: E402
from policy import Policy  # noqa: E402
from published import Published  # noqa: E402
from report import Report  # noqa: E402
from rules import STANDINGS  # noqa: E402
from status_proof import Status  # noqa: E402
from store import Store  # noqa: E402
from verdict import Finding, Trouble  # noqa: E402

Options = argparse.Namespace


class Usage(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Trouble(message)


def options(arguments: list[str]) -> Options:
    parser = Usage(description=(__doc__ or "").split("\n")[0], allow_abbrev=False)
    trust = parser.add_mutually_exclusive_group(required=True)
    trust.add_argument("--policy", metavar="FILE", help="trust what this policy says")
    trust.add_argument("--log", metavar="VKEY", help="trust this log key, without witnesses")
    before = parser.add_mutually_exclusive_group()
    before.add_argument("--since", metavar="FILE", help="a ledger must extend this checkpoint")
    before.add_argument("--remember", metavar="FILE", help="the same, and keep the new one there")
    parser.add_argument("--document", metavar="FILE", action="append", default=[])
    parser.add_argument("--matter", metavar="NUMBER", help="the status proof must be of this matter")
    parser.add_argument("--require", metavar="LIST", help="what the matter must be")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-lock", action="store_true", help="nothing: it takes no lock")
    parser.add_argument("subject", metavar="DIRECTORY|PROOF|STATUS-PROOF")
    return parser.parse_args(arguments)


def read_file(path: str, most: int | None = None) -> bytes:
    try:
        if path == "-":
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read(-1 if most is None else most + 1)
    except OSError as trouble:
        raise Trouble(f"cannot read '{path}': {trouble.strerror}") from None


def trusted(given: Options) -> Policy:
    if given.policy:
        return policy.parse(read_file(given.policy, policy.LONGEST))
    return policy.of_log(os.fsencode(given.log))


def digest_of(path: str) -> tuple[bytes, int]:
    data = read_file(path)
    return hashlib.sha256(data).digest(), len(data)


# ---- a ledger ----------------------------------------------------------------------------------------


def seen_before(given: Options, trust: Policy) -> Checkpoint | None:
    """Section 17, step 6.1."""
    path = given.since or given.remember
    if not path or (given.remember and not os.path.exists(path)):
        return None
    data = read_file(path, note.LONGEST)
    if not 1 <= len(data) <= note.LONGEST:
        raise Trouble(f"'{path}' is no checkpoint: it is empty or too long")
    parsed = checkpoint.parse(data)
    trust.judge_seen(parsed)
    return parsed


def verify_directory(given: Options, trust: Policy, said: Report) -> int:
    forms = [os.path.lexists(os.path.join(given.subject, name)) for name in ("checkpoint", "data.mdb")]
    if all(forms):
        raise Trouble(f"'{given.subject}' has the files of a publication and of a ledger: nothing is verified")
    said.members["published"] = forms[0]
    seen = seen_before(given, trust)
    form: type[Published | Store] = Store if forms[1] else Published
    ledger, last = form(given.subject).verify(trust, seen)
    said.accept()
    report.of_ledger(said, ledger, last)
    if given.remember:
        remember(given.remember, ledger, last)
    return 0


def remember(path: str, ledger: Ledger, last: Checkpoint) -> None:
    """(One auditor at a time: two that run at once are not kept apart here.)"""
    beside = f"{path}.new"
    with open(beside, "wb") as file:
        file.write(last.note.data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


# ---- a proof -----------------------------------------------------------------------------------------


def verify_proof(given: Options, trust: Policy, said: Report, data: bytes) -> int:
    documents = [digest_of(path) for path in given.document]
    _, under, proved = proof.verify(data, trust)
    index = proved.entry.index
    recorded = [(document.digest, document.size) for document in proved.entry.record.documents]
    if not all(document in recorded for document in documents):
        raise Finding("document-differs", "", index)
    said.accept(index)
    report.of_proof(said, proved, under)
    return 0


def verify_status(given: Options, trust: Policy, said: Report, data: bytes) -> int:
    wanted = given.require.split(",") if given.require else []
    known = [standing.decode() for standing in STANDINGS] + [status_proof.NONE]
    if not set(wanted) <= set(known) or len(given.document) > 1:
        raise Trouble("--require takes a list of " + ", ".join(known) + "; --document one file")
    document = digest_of(given.document[0]) if given.document else None
    matter = None if given.matter is None else os.fsencode(given.matter)
    status = status_proof.verify(data, trust, matter)
    said.accept(status.index.entry.index)
    report.of_status(said, status)
    return answer(said, status, document, wanted)


def answer(said: Report, status: Status, document: tuple[bytes, int] | None, wanted: list[str]) -> int:
    """A valid proof, a file and a status that is asked for: the exit status of section 25."""
    code = 0
    if document:
        word, code = status_proof.judge_document(status, *document)
        said.members["document"] = word.replace(" ", "-")
        said.lines.insert(0, word.upper())
    if code == 0 and wanted:
        standing = status.standing()[0]
        asks = {"effective", "corrected"} & set(wanted)
        stands = not document or standing not in asks or status_proof.stands(status, *document)
        code = 0 if standing in wanted and stands else 1
    return code


def verify(given: Options, said: Report) -> int:
    trust = trusted(given)
    if os.path.isdir(given.subject):
        if given.document:
            raise Trouble("--document is for a proof or a status proof")
        return verify_directory(given, trust, said)
    data = read_file(given.subject, status_proof.LONGEST)
    if status_proof.is_one(data):
        said.what = "status-proof"
        return verify_status(given, trust, said, data)
    said.what = "proof"
    return verify_proof(given, trust, said, data)


def run(arguments: list[str]) -> tuple[int, Report]:
    given = options(arguments)
    said = Report("ledger")
    try:
        code = verify(given, said)
    except Finding as finding:
        said.refuse(finding)
        code = 1
    return code, said


def main(arguments: list[str]) -> int:
    try:
        code, said = run(arguments)
    except Trouble as trouble:
        print(f"verify.py: {trouble}", file=sys.stderr)
        return 2
    try:
        print(said.json() if "--json" in arguments else said.words(), flush=True)
    except BrokenPipeError:  # who reads it has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
