#!/usr/bin/env python3
"""compare.py - both verifiers judge the same things, and say the same: exit status, finding and entry.

usage: compare.py PROGRAMS WORK SEED [--without FINDING] tables COUNT [TABLE...]
                          golden COUNT | published COUNT | proofs COUNT | directories COUNT | documents COUNT |
                          forged COUNT | speed 0
       compare.py --checks     what can stand behind --without

COUNT of them, chosen by the seed; 0: all there are. --without: the second verifier never finds that, and
of the tables only what has it is judged. Exit status: 0 they say the same, 1 they do not, 2 trouble.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import both
import forged
import mutants
from both import Said
from cases import TABLES, Bench, Case

# Where a row of an index was taken away to hide something, SPEC.md 17 lets a verifier that believes no
# row find what it hides.
HIDDEN = {
    "cases/record-repeated-unindexed": ("1", "repeated-record", "301"),
    "cases-rules/opening-hidden": ("1", "already-open", "15"),
    "cases-rules/opening-pretended": ("1", "wrong-order", "15"),
    "cases-matters/revocation-hidden": ("1", "index-root", "113"),
}


class Comparison:
    def __init__(self, bench: Bench):
        self.bench = bench
        self.found: Counter[str] = Counter()
        self.differences = 0
        self.seconds = 0.0  # of the second verifier

    def judge(self, what: str, arguments: list[str], where: Path, expected: set[Said] | None = None) -> None:
        """`expected`: what a table says, besides that the two agree."""
        library = both.library(self.bench.programs, arguments, where)
        start = time.process_time()
        oracle = both.oracle(arguments, where)
        self.seconds += time.process_time() - start
        self.found[library[1]] += 1
        agreed = oracle in expected if expected else oracle == library
        if not agreed:
            self.differences += 1
            if self.differences <= 20:
                print(f"{what}: ledger-verify {library}, the second verifier {oracle}")


def chosen(things: list, count: int, dice: random.Random) -> list:
    return things if count == 0 else [things[i] for i in sorted(dice.sample(range(len(things)), min(count, len(things))))]


def judge_tables(comparison: Comparison, cases: list[Case]) -> None:
    bench = comparison.bench
    for case in cases:
        there = bench.make(case)
        arguments = [*case.arguments, *(["--no-lock"] if case.is_store else []), str(there)]
        hidden = HIDDEN.get(f"{case.table}/{case.name}")
        comparison.judge(str(case), arguments, bench.work / case.golden, {hidden or case.expected})


def judge_published(comparison: Comparison, cases: list[Case]) -> None:
    """Tampered stores, of those that ledger-publish lets pass."""
    bench = comparison.bench
    files = bench.work / "tampered-files"
    for case in cases:
        shutil.rmtree(files, ignore_errors=True)
        if bench.publish(bench.make(case), files):
            comparison.judge(f"{case}, published", [*case.arguments, str(files)], bench.work / case.golden)


def proofs_of(bench: Bench) -> list[tuple[Path, bytes]]:
    """(where its policy is, bytes) of every golden proof."""
    golden = sorted({table[0] for table in TABLES.values()})
    paths = [path for name in golden for kind in ("proofs", "status") for path in sorted((bench.work / name / kind).glob("*"))]
    return [(path.parents[1], path.read_bytes()) for path in paths]


def judge_proofs(comparison: Comparison, count: int, dice: random.Random) -> None:
    golden = proofs_of(comparison.bench)
    there = comparison.bench.work / "mutant"
    for number in range(count):
        where, data = dice.choice(golden)
        beside = dice.choice([other for place, other in golden if place == where])
        there.write_bytes(mutants.proof(data, beside, dice))
        comparison.judge(f"mutant {number} of a proof", ["--policy", "policy", str(there)], where)


def judge_directories(comparison: Comparison, count: int, dice: random.Random) -> None:
    there = comparison.bench.work / "mutants"
    for number in range(count):
        golden = dice.choice(("golden-batch", "golden-batch", "golden-matters", "golden-rules", "golden"))
        where = comparison.bench.work / golden
        shutil.rmtree(there, ignore_errors=True)
        shutil.copytree(where / "files", there)
        done = mutants.directory(there, dice)
        comparison.judge(f"{golden} {number}, {done}", ["--policy", "policy", str(there)], where)


def judge_documents(comparison: Comparison, count: int, dice: random.Random) -> None:
    """Documents against status proofs and proofs, and what may be required of a matter."""
    where = comparison.bench.work / "golden-matters"
    proofs = sorted(where.glob("status/*")) + sorted(where.glob("proofs/*"))
    documents = [*sorted(where.glob("documents/*")), where / "nothing"]
    asked = ["effective", "corrected", "void,closed", "none,pending", "effective,corrected"]
    every = [(p, d, a) for p in proofs for d in documents for a in ([None, *asked] if "status" in str(p) else [None])]
    for proof, document, wanted in chosen(every, count, dice):
        arguments = ["--policy", "policy", "--document", str(document), str(proof)]
        if wanted:
            arguments[:0] = ["--require", wanted]
        comparison.judge(f"{document.name} against {proof.name}, {wanted}", arguments, where)


def golden_places(bench: Bench) -> list[Path]:
    return [bench.work / name for name in sorted({table[0] for table in TABLES.values()})]


def judge_golden(comparison: Comparison, count: int, dice: random.Random) -> None:
    """All, as they are and published; and of the proofs, and the checkpoints for --since, so many."""
    asked: list[tuple[Path, list[str]]] = []
    for where in golden_places(comparison.bench):
        for form in ("files", "ledger"):
            lock = ["--no-lock"] if form == "ledger" else []
            comparison.judge(f"{where.name}/{form}", [*lock, "--policy", "policy", form], where)
        asked += [(where, ["--since", str(seen), "files"]) for seen in sorted(where.glob("checkpoints/*"))]
        asked += [(where, [str(proof)]) for kind in ("proofs", "status") for proof in sorted(where.glob(f"{kind}/*"))]
    for where, arguments in chosen(asked, count, dice):
        comparison.judge(f"{where.name} {' '.join(arguments)}", ["--policy", "policy", *arguments], where)


def measure(comparison: Comparison, *_: object) -> None:
    """Each in a process of its own, that remembers nothing; in seconds of a processor."""
    program = comparison.bench.root / "tests/oracle/verify.py"
    for where in golden_places(comparison.bench):
        before = os.times()
        command = [sys.executable, str(program), "--json", "--policy", "policy", "files"]
        done = subprocess.run(command, cwd=where, capture_output=True)
        said = json.loads(done.stdout)
        comparison.found[said["verdict"]["finding"]] += 1
        comparison.differences += done.returncode != 0
        after, entries = os.times(), said["ledger"]["entries"]
        used = after.children_user - before.children_user + after.children_system - before.children_system
        seconds = max(used, 0.01)
        print(f"figure {entries / seconds:.0f} entries a second of {where.name}, which has {entries}")


def judge_forged(comparison: Comparison, count: int, dice: random.Random) -> None:
    there = comparison.bench.work / "forged"
    places = [comparison.bench.work / name for name in ("golden-rules", "golden-matters")]
    golden = [(where, forged.Golden(where)) for where in places]
    for number in range(count):
        where, of = dice.choice(golden)
        parts, what = forged.change(of, dice)
        shutil.rmtree(there, ignore_errors=True)
        forged.write(*forged.compose(parts, of), of, there)
        comparison.judge(f"forged {number}: {where.name}, {what}", ["--policy", "policy", str(there)], where)


def without(finding: str) -> None:
    """The second verifier, with a check removed."""

    def skipping(condition: object, name: str, detail: str = "") -> None:
        if name != finding:
            both.require(condition, name, detail)

    for module in list(sys.modules.values()):
        if getattr(module, "require", None) is both.require and module is not both:
            module.require = skipping


def every_case(bench: Bench, tables: list[str], finding: str | None) -> Iterator[Case]:
    for table in tables:
        yield from (case for case in bench.cases(table) if finding in (None, case.expected[1]))


# What the second verifier can be made to leave out: every finding of a `require` that a case expects.
CHECKS = """already-open bad-change bad-genesis bad-index bad-matter bad-reference bad-signature bad-statistics
    beyond-reach broken-chain evidence-false index-root line-changed line-missing log-untrusted not-included
    original-missing other-figures other-kind other-ledger other-origin party-unsigned repeated-record
    repeated-signer role-missing signer-excluded time-reversed too-few-governors wrong-authority wrong-index
    wrong-institution wrong-order""".split()


def main(programs: str, work: str, seed: str, *rest: str) -> int:
    left_out = None
    if rest[0] == "--without":
        left_out, rest = rest[1], rest[2:]
        without(left_out)
    what, count, *tables = rest
    root = Path(__file__).parents[3]
    comparison = Comparison(Bench(Path(programs).resolve(), root, Path(work).resolve()))
    dice = random.Random(f"{seed} {what}")
    if what in ("tables", "published"):
        stores = [table for table, of in TABLES.items() if of[3]]
        of = tables or (list(TABLES) if what == "tables" else stores)
        cases = chosen(list(every_case(comparison.bench, of, left_out)), int(count), dice)
        (judge_tables if what == "tables" else judge_published)(comparison, cases)
    else:
        judges = {"proofs": judge_proofs, "directories": judge_directories, "documents": judge_documents}
        judges |= {"forged": judge_forged, "golden": judge_golden, "speed": measure}
        judges[what](comparison, int(count), dice)
    if what == "speed":
        return 1 if comparison.differences else 0
    judged = comparison.found.total()
    valid = comparison.found["valid"]
    if len(comparison.found) > 3:
        print(", ".join(f"{name} {count}" for name, count in comparison.found.most_common()))
    print(f"figure {judged} {what} judged by both: {valid} valid, {len(comparison.found)} findings, "
          f"{comparison.differences} differences; {comparison.seconds:.1f} s of the second")
    return 1 if comparison.differences or not judged else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--checks"]:
        print("\n".join(CHECKS))
        sys.exit(0)
    if len(sys.argv) < 6:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
