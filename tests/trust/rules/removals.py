"""removals.py - what rules.txt says: which rules there are, and how each is taken away."""

import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Hunk:
    path: str
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


@dataclass
class Removal:
    rule: str  # D3
    says: str
    line: int  # of rules.txt
    place: str = ""
    hunks: list[Hunk] = field(default_factory=list)
    flag: str = ""  # what the compiler or the linker is not told
    test: str = ""
    programs: list[str] = field(default_factory=list)  # to link anew, for what tests programs

    @property
    def name(self) -> str:
        return f"{self.rule}: {self.says}"


def same_lines(text: list[str], at: int, lines: list[str]) -> bool:
    return [t.strip() for t in text[at : at + len(lines)]] == [line.strip() for line in lines]


def apply(hunk: Hunk, text: str) -> str:
    """The lines are compared without their indentation, and must be there once."""
    lines = text.split("\n")
    found = [at for at in range(len(lines)) if same_lines(lines, at, hunk.old)]
    if len(found) != 1:
        raise ValueError(f"{hunk.path}: {len(found)} places have the lines {hunk.old}")
    lines[found[0] : found[0] + len(hunk.old)] = hunk.new
    return "\n".join(lines)


def add_line(removal: Removal, word: str, rest: str) -> None:
    if word == "file":
        removal.place = removal.place or rest
        removal.hunks.append(Hunk(rest))
    elif word == "-":
        if removal.hunks[-1].new:
            removal.hunks.append(Hunk(removal.hunks[-1].path))
        removal.hunks[-1].old.append(rest)
    elif word == "+":
        removal.hunks[-1].new.append(rest)
    elif word == "programs":
        removal.programs = rest.split()
    elif word in ("flag", "test"):
        setattr(removal, word, rest)
    else:
        raise ValueError(f"rules.txt: '{word}' means nothing")


def read(path: Path) -> list[Removal]:
    removals: list[Removal] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        word, _, rest = line.partition(" ")
        if not line.strip() or line.startswith("#"):
            continue
        if word == "rule":
            rule, _, says = rest.partition(" ")
            removals.append(Removal(rule, says, number))
        else:
            add_line(removals[-1], word, rest)
    for removal in removals:
        if not removal.test or not (removal.hunks or removal.flag):
            raise ValueError(f"rules.txt, line {removal.line}: '{removal.name}' is not complete")
        if removal.hunks and not removal.flag and any(not h.old for h in removal.hunks):
            raise ValueError(f"rules.txt, line {removal.line}: nothing is taken away")
    return removals


def table(removals: list[Removal]) -> str:
    """For RULES.md."""
    rows = ["| rule | place | test that fails without it |", "|------|-------|------|"]
    for r in removals:
        rows.append(f"| {r.name} | {re.sub('^(ledger|keys|tools)/', '', r.place)} | {r.test} |")
    return "\n".join(rows) + "\n"
