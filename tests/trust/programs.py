"""programs.py - runs the programs of the ledger for tests in Python, with the keys and authority lines
that small_ledger.sh has made in a directory.
"""

import base64
import json
import os
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

from observer import Publication, read_publication, require

ORIGIN = "publiclaw.gz.example/2026"
INSTITUTION = "smu.gz.example"
RECORD = {"kind": "forensic-appraisal", "event": "note", "institution": INSTITUTION}


@dataclass
class Answer:
    status: int
    out: bytes
    err: str


class Programs:
    def __init__(self, directory: Path, keys: Path, preload: dict[str, str] | None = None):
        self.directory = directory
        self.keys = keys
        self.environment = {**os.environ, **(preload or {})}
        self.log = (keys / "op.vkey").read_text().strip()

    def command(self, name: str, *arguments: object) -> list[str]:
        return [str(self.directory / name), *map(str, arguments)]

    def run(self, name: str, *arguments: object) -> Answer:
        done = subprocess.run(
            self.command(name, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=self.environment,
        )
        return Answer(done.returncode, done.stdout, done.stderr.decode(errors="replace"))

    def must(self, what: str, name: str, *arguments: object) -> bytes:
        answer = self.run(name, *arguments)
        require(
            answer.status == 0,
            f"{what}: {name} exits with {answer.status}: {answer.err.strip()} "
            f"{answer.out[:200].decode(errors='replace')}",
        )
        return answer.out

    # --- arguments ---

    def founding(self, ledger: Path) -> list[object]:
        k = self.keys
        return [
            *[ledger, "--origin", ORIGIN, "--operator", k / "op.key", "--authority", k / "lines"],
            *["--sign", k / "li.key", "--sign", k / "chen.key", "--map-size", 1 << 24],
        ]

    def signing(self, ledger: Path) -> list[object]:
        return [ledger, "--operator", self.keys / "op.key", "--key", self.keys / "zhang.key"]

    # --- what is there ---

    def verify(self, what: str, *arguments: object) -> int:
        """It is valid; how many entries."""
        out = self.must(what, "ledger-verify", "--json", "--jobs", 1, "--log", self.log, *arguments)
        return int(json.loads(out)["ledger"]["size"])

    def covered(self, what: str, *arguments: object) -> tuple[int, int]:
        """As verify, but entries at the end may be under no checkpoint: how many are under one, and
        how many are not."""
        answer = self.run("ledger-verify", "--json", "--jobs", 1, "--log", self.log, *arguments)
        found = json.loads(answer.out) if answer.out else {"verdict": {"finding": "none"}}
        finding = found["verdict"]["finding"]
        require(finding in ("valid", "checkpoint-missing"), f"{what}: {finding}: {answer.out[:300]!r} {answer.err}")
        size = int(found["ledger"]["entries"])
        covered = size if finding == "valid" else int(found["verdict"]["entry"])
        return covered, size - covered

    def read(self, what: str, ledger: Path, scratch: Path) -> Publication:
        """All entries of a ledger, by way of a publication of it in `scratch`."""
        self.must(what, "ledger-publish", ledger, scratch)
        return read_publication(scratch)


def new_record(rng: random.Random) -> dict[str, str]:
    """The members of a record, which signed are always the same bytes."""
    return {
        **RECORD,
        "matter": f"m{rng.randrange(7)}",
        "time": "2026-11-23T10:21:07+08:00",
        "nonce": base64.b64encode(rng.randbytes(16)).decode(),
    }


def record_options(record: dict[str, str]) -> list[str]:
    return [word for name, value in record.items() for word in (f"--{name}", value)]


def record_lines(records: list[dict[str, str]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)
