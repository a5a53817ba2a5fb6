#!/usr/bin/env python3
"""report.py - which lines and branches of the core no test executes, from an lcov file of llvm-cov.

Usage: report.py LCOV PATTERN...

Prints each, as exceptions.txt names it, and figures; exit status 1 if there is one that is neither there
nor excluded by rule: a LEDGER_ASSERT that fails is a caller's bug, and no caller has it; a call that sets a
verdict is false whatever happens, so that nothing takes the branch where it is true; a line of the
preprocessor is nothing that is executed. An exception that is not needed any more is a fault, too.
"""

import fnmatch
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
EXCEPTIONS = Path(__file__).with_name("exceptions.txt")


class Covered:
    """What one file has, and what of it was never executed: line numbers, and (line, number of a branch)."""

    def __init__(self, path: str):
        self.path = path
        self.source = (ROOT / path).read_text(encoding="utf-8").split("\n")
        self.lines = self.branches = 0
        self.missed: list[tuple[int, str]] = []

    def name(self, line: int, what: str) -> str:
        return f"{self.path} | {self.source[line - 1].strip()} | {what}"


def statement(source: list[str], line: int) -> str:
    """The line with those before it of the same statement."""
    first = line - 1
    while first > 0 and not source[first - 1].rstrip().endswith((";", "{", "}", ":", "*/")) and source[first - 1]:
        first -= 1
    return " ".join(source[first:line]).strip()


ALWAYS_FALSE = re.compile(r"\(*(ledger_verdict_set|ledger_verdict_at|fail|no_rule|is_beyond|SET)\b\s*\(")


def is_never_taken(source: list[str], line: int, branch: str) -> bool:
    """Whether this is the branch where a call is true that always is false. Branches of a line are numbered
    by its conditions in their order: each has one for true, then one for false."""
    if not branch.isdigit() or int(branch) % 2 == 1:
        return False
    conditions = re.split(r"\|\||&&", source[line - 1])
    place = int(branch) // 2
    text = conditions[place].strip() if place < len(conditions) else ""
    return bool(ALWAYS_FALSE.match(text.removeprefix("return ")))


def read(lcov: Path, patterns: list[str]) -> list[Covered]:
    found: list[Covered] = []
    current: Covered | None = None
    for row in lcov.read_text(encoding="utf-8").splitlines():
        kind, _, rest = row.partition(":")
        if kind == "SF":
            path = "ledger/" + rest.rpartition("ledger/")[2]  # builds map their directories away
            wanted = rest.find("ledger/") >= 0 and any(fnmatch.fnmatch(path, p) for p in patterns)
            current = Covered(path) if wanted else None
            found += [current] if current else []
        elif current and kind == "DA":
            line, count = rest.split(",")[:2]
            if current.source[int(line) - 1].lstrip().startswith("#"):
                continue
            current.lines += 1
            if count == "0":
                current.missed.append((int(line), "line"))
        elif current and kind == "BRDA":
            line, _, branch, count = rest.split(",")
            if "LEDGER_ASSERT(" in statement(current.source, int(line)):
                continue
            if count in ("0", "-") and is_never_taken(current.source, int(line), branch):
                continue
            current.branches += 1
            if count in ("0", "-"):
                current.missed.append((int(line), f"branch {branch}"))
    return found


def exceptions() -> dict[str, str]:
    rows = EXCEPTIONS.read_text(encoding="utf-8").splitlines()
    return dict(row.rsplit(" | ", 1) for row in rows if row.strip() and not row.startswith("#"))


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    files = read(Path(sys.argv[1]), sys.argv[2:])
    known, used, missed = exceptions(), set(), {"line": 0, "branch": 0}
    bad = 0
    for covered in files:
        for line, what in covered.missed:
            missed[what.split()[0]] += 1
            name = covered.name(line, what)
            if name in known:
                used.add(name)
            else:
                bad += 1
                print(f"not executed: {covered.path}:{line}\n    {name}")
    unneeded = [name for name in known if name not in used and any(name.startswith(f.path + " ") for f in files)]
    for name in unneeded:
        print(f"this exception is not needed: {name}")
    lines, branches = sum(f.lines for f in files), sum(f.branches for f in files)
    print(f"figure {lines - missed['line']}/{lines} lines of {len(files)} files executed")
    print(f"figure {branches - missed['branch']}/{branches} branches of them taken")
    print(f"figure {len(used)} lines and branches excused in exceptions.txt")
    return 1 if bad or unneeded or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
