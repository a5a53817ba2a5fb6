"""cases.py - what both verifiers judge: the tables of fixtures/tampered, made by their generators."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# table -> golden ledger, the command that makes a case, what it is made from, and whether it is a store
TABLES = {
    "cases": ("golden", ["tamper"], "ledger", True),
    "cases-rules": ("golden-rules", ["tamper_rules"], ".", True),
    "cases-batch": ("golden-batch", ["tamper_batch"], "ledger", True),
    "cases-matters": ("golden-matters", ["tamper_matters"], ".", True),
    "proofs": ("golden", ["tamper_proof"], ".", False),
    "proofs-rules": ("golden-rules", ["tamper_rules_proof"], ".", False),
    "proofs-batch": ("golden-batch", ["tamper_batch_proof"], ".", False),
    "status": ("golden-matters", ["tamper_status"], ".", False),
    "published": ("golden", ["bash", "tamper_published.sh"], "files", False),
}


@dataclass(frozen=True)
class Case:
    table: str
    name: str
    arguments: tuple[str, ...]
    expected: tuple[str, str, str]  # exit status, finding, entry

    @property
    def golden(self) -> str:
        return TABLES[self.table][0]

    @property
    def is_store(self) -> bool:
        return TABLES[self.table][3]

    def __str__(self) -> str:
        return f"{self.table}/{self.name} {' '.join(self.arguments)}".strip()


class Bench:
    """Copies of the golden ledgers, published too, and a place to make tampered ones."""

    def __init__(self, programs: Path, root: Path, work: Path):
        self.programs, self.root, self.work = programs, root, work
        self.made: tuple[str, str] | None = None
        for golden in sorted({table[0] for table in TABLES.values()}):
            there = work / golden
            if not there.exists():
                shutil.copytree(root / "fixtures" / golden, there)
                self.publish(there / "ledger", there / "files")

    def program(self, name: str) -> str:
        return str(self.programs / name)

    def publish(self, ledger: Path, to: Path) -> bool:
        command = [self.program("ledger-publish"), "--no-lock", str(ledger), str(to)]
        return subprocess.run(command, capture_output=True).returncode == 0

    def cases(self, table: str) -> Iterator[Case]:
        for line in (self.root / "fixtures/tampered" / f"{table}.txt").read_text().splitlines():
            if not line.startswith("#"):
                name, _, arguments, *expected = (part.strip() for part in line.split("|"))
                words = () if arguments == "-" else tuple(arguments.split())
                if "--policy" not in words:
                    words += ("--policy", "policy")
                yield Case(table, name, words, (expected[0], expected[1], expected[2]))

    def make(self, case: Case) -> Path:
        """What a case is of; it is kept until another is made."""
        there = self.work / "tampered"
        if self.made != (case.table, case.name):
            self.made = None
            for beside in self.work.glob("tampered*"):
                shutil.rmtree(beside) if beside.is_dir() else beside.unlink()
            _, command, source, _ = TABLES[case.table]
            where = self.root / "fixtures" if command[0] == "bash" else self.programs
            command = [*command[:-1], str(where / command[-1]), case.name, source, str(there)]
            subprocess.run(command, cwd=self.work / case.golden, check=True, capture_output=True)
            self.made = case.table, case.name
        return there
