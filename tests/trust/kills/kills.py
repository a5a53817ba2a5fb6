#!/usr/bin/env python3
"""kills.py - programs are killed (SIGKILL) at moments drawn by lot, and their users ask again with the
same bytes until they are answered.

    kills.py --seed N --kills N --keys DIRECTORY [--careless | --forgetful] PROGRAMS PLACE

Nothing that was answered is lost, and no record stands twice; the answers are one for one the entries
of the ledger; the next program is not kept out by what the killed one left; publications and imports
are whole or can be made good. Exits with 0 if all of it holds, 1 if not.

--careless: users sign anew each time that they ask; --forgetful: the ledger is once put back, with its
guard, from a copy. The controls: both must be found.

The seed decides what is done and for how long it may run; what a program has done by then is chance.
"""

import argparse
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from observer import (  # noqa: E402
    Observer,
    Violation,
    checkpoint_of_proof,
    parse_checkpoint,
    parse_receipts,
    read_publication,
    require,
)
from programs import Programs, new_record, record_lines, record_options  # noqa: E402

STEPS = 24  # of one ledger
OFTEN = 3  # one request is interrupted at most so often
READERS = 140  # more than the 126 slots that the store has for readers


class Killer:
    """Runs programs, and kills them on the way."""

    def __init__(self, programs: Programs, rng: random.Random, place: Path):
        self.programs = programs
        self.rng = rng
        self.out = place / "out"
        self.err = place / "err"
        self.usual: dict[str, float] = {}  # seconds that a kind of work takes
        self.kills: Counter[str] = Counter()
        self.untold = 0  # requests whose records were in the ledger, though nobody was told

    def run(self, kind: str, may_die: bool, command: list[str]) -> tuple[int, bytes]:
        """Exit status, below 0 if it was killed, and what it told until then."""
        begin = time.monotonic()
        with self.out.open("wb") as out, self.err.open("wb") as err:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.programs.environment
            )
        if may_die:
            time.sleep(self.rng.random() * self.usual.get(kind, 0.02))
            child.kill()
        status = child.wait()
        if status < 0:
            self.kills[kind] += 1
        elif not may_die:
            took = time.monotonic() - begin
            self.usual[kind] = 0.7 * self.usual.get(kind, took) + 0.3 * took
        return status, self.out.read_bytes()

    def trouble(self, kind: str, status: int) -> str:
        return f"{kind}: asked again, it exits with {status}: {self.err.read_text(errors='replace').strip()}"


class World:
    """One ledger with its publication, from the founding to the reckoning."""

    def __init__(self, killer: Killer, place: Path, options: argparse.Namespace):
        self.killer = killer
        self.programs = killer.programs
        self.rng = killer.rng
        self.place = place
        self.options = options
        self.ledger = place / "L"
        self.guard = place / "L.guard"
        self.public = place / "P"
        self.copy = place / "Q"
        self.observer = Observer()
        self.answered: dict[int, str] = {}  # index: leaf hash
        self.records = 0  # that were asked for, each once
        self.indexes = 0

    def until_answered(self, kind: str, command: Callable[[], list[str]], told: Callable[[bytes], None]) -> None:
        """Asks until it is answered."""
        for attempt in range(OFTEN + 1):
            may_die = attempt < OFTEN and self.rng.random() < 0.8
            status, out = self.killer.run(kind, may_die, command())
            told(out)
            if status >= 0:
                require(status == 0, self.killer.trouble(kind, status))
                self.killer.untold += attempt > 0 and b"in the ledger already" in self.killer.err.read_bytes()
                return

    # --- founding ---

    def found(self) -> None:
        for attempt in range(OFTEN + 1):
            command = self.programs.command("ledger-init", *self.programs.founding(self.ledger))
            status, out = self.killer.run("found", attempt < OFTEN, command)
            if self.ledger.exists():
                break
            require(status < 0 and b"\n" not in out, f"told, but there is no ledger: {out!r}")
            self.guard.unlink(missing_ok=True)  # of a founding that was not told to anybody
        require(self.programs.verify("founded", "--since", self.guard, self.ledger) == 1, "one entry")

    # --- appending ---

    def took(self, answers: dict[int, tuple[int, str]], out: bytes) -> None:
        """What was told of a request: the n-th line is of its n-th record, each time the same."""
        for number, receipt in enumerate(parse_receipts(out)):
            require(answers.setdefault(number, receipt) == receipt, f"told {answers[number]}, then {receipt}")

    def ask(self, kind: str, count: int, arguments: Callable[[list[dict[str, str]]], list[object]]) -> None:
        """`count` records are appended, sooner or later."""
        answers: dict[int, tuple[int, str]] = {}
        records = [new_record(self.rng) for _ in range(count)]

        def command() -> list[str]:
            if self.options.careless:
                records[:] = [new_record(self.rng) for _ in range(count)]
            return self.programs.command("ledger-append", *self.programs.signing(self.ledger), *arguments(records))

        told = (lambda out: None) if self.options.careless else (lambda out: self.took(answers, out))
        self.until_answered(kind, command, told)
        if self.options.careless:
            self.took(answers, self.killer.out.read_bytes())
        self.records += count
        for number in range(count):
            require(number in answers, f"{kind}: record {number} of {count} got no answer")
            index, leaf = answers.pop(number)
            require(index not in self.answered, f"{kind}: entry {index} was told for two records")
            self.answered[index] = leaf
        for index, leaf in answers.values():  # the index of matters, at the end
            require(self.answered.setdefault(index, leaf) == leaf, f"entry {index} is told otherwise")

    def one(self) -> None:
        proof = self.place / "proof"
        proof.unlink(missing_ok=True)
        self.ask("append", 1, lambda records: [*record_options(records[0]), "--proof", proof])
        self.observer.see(checkpoint_of_proof(proof.read_bytes()), "proofs")

    def lines(self, kind: str, *more: str) -> None:
        file = self.place / "lines.jsonl"

        def arguments(records: list[dict[str, str]]) -> list[object]:
            file.write_text(record_lines(records))
            return ["--jsonl", file, *more]

        self.ask(kind, self.rng.randint(2, 40), arguments)

    # --- reading, publishing, importing ---

    def log(self) -> None:
        self.killer.run("log", True, self.programs.command("ledger-log", self.ledger))
        out = self.programs.must("the newest checkpoint", "ledger-log", "--checkpoint", self.ledger)
        self.observer.see(parse_checkpoint(out), "printed")

    def publish(self) -> None:
        def look(_: bytes) -> None:
            if (self.public / "checkpoint").exists():
                self.observer.see(read_publication(self.public).checkpoint, "published")

        command = self.programs.command("ledger-publish", self.ledger, self.public)
        self.until_answered("publish", lambda: command, look)
        self.programs.verify("published", "--since", self.guard, self.public)

    def restore(self) -> None:
        """The publication becomes a ledger again."""
        if not (self.public / "checkpoint").exists():
            return
        command = self.programs.command(
            "ledger-import", self.public, self.copy, "--log", self.programs.log, "--jobs", 1, "--map-size", 1 << 24
        )
        for attempt in range(OFTEN + 1):
            status, _ = self.killer.run("import", attempt < OFTEN, command)
            if self.copy.exists():
                break
            require(status < 0, self.killer.trouble("import", status))
        size = self.programs.verify("imported", "--since", f"{self.copy}.guard", self.copy)
        require(size == read_publication(self.public).checkpoint.size, "all that was published is imported")
        for left in self.place.glob("Q*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    # --- the reckoning ---

    def count_indexes(self) -> int:
        return len(self.programs.must("listed", "ledger-log", "--kind", "index", self.ledger).splitlines())

    def reckon(self) -> None:
        """Answers and entries, one for one; the entries are read and hashed here."""
        size = self.programs.verify("in the end", "--since", self.guard, self.ledger)
        read = self.programs.read("in the end", self.ledger, self.place / "reckoning")
        self.observer.see(read.checkpoint, "reckoned")
        self.observer.see(parse_checkpoint(self.guard.read_bytes()), "reckoned")
        require(read.checkpoint.size == size, "all entries are under the last checkpoint")
        for index, leaf in self.answered.items():
            require(index < size and read.leaves[index].hex() == leaf, f"entry {index}, which was told, is lost")
        indexes = self.count_indexes()
        require(
            size == 1 + self.records + indexes,
            f"{self.records} records, {indexes} indexes and the founding, but {size} entries",
        )

    def live(self) -> None:
        works = [
            *[self.one] * 4,
            *[lambda: self.lines("lines")] * 2,
            *[lambda: self.lines("batch", "--batch")] * 2,
            *[lambda: self.lines("index", "--index")] * 2,
            *[self.log, self.publish, self.publish, self.restore],
        ]
        self.found()
        copied = self.rng.randrange(2, STEPS // 2)
        for step in range(STEPS):
            if self.options.forgetful and step == copied:
                shutil.copytree(self.ledger, self.place / "backup")
                shutil.copy(self.guard, self.place / "backup.guard")
            self.rng.choice(works)()
        if self.options.forgetful:
            shutil.rmtree(self.ledger)
            (self.place / "backup").rename(self.ledger)
            (self.place / "backup.guard").rename(self.guard)
        self.reckon()


def kill_readers(programs: Programs, place: Path) -> int:
    """More readers die in the middle of reading than there are slots for; the next still reads and writes."""
    ledger = place / "L"
    rng = random.Random(0)
    (place / "lines.jsonl").write_text(record_lines([new_record(rng) for _ in range(1000)]))
    programs.must("founded", "ledger-init", *programs.founding(ledger))
    append = [*programs.signing(ledger), "--jsonl", place / "lines.jsonl", "--batch"]
    programs.must("appended", "ledger-append", *append)
    for _ in range(READERS):
        with subprocess.Popen(programs.command("ledger-log", ledger), stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.read(1)  # it has begun, and cannot end: the pipe is full before
            child.kill()
            require(child.wait() < 0, "a reader waits for who reads what it says")
    require(len(programs.must("read", "ledger-log", ledger).splitlines()) == 1001, "readers' slots are free again")
    programs.must("appended", "ledger-append", *programs.signing(ledger), *record_options(new_record(rng)))
    return READERS


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--forgetful", action="store_true")
    parser.add_argument("programs", type=Path)
    parser.add_argument("place", type=Path)
    options = parser.parse_args()

    rng = random.Random(options.seed)
    programs = Programs(options.programs, options.keys)
    options.place.mkdir(parents=True)
    killer = Killer(programs, rng, options.place)
    ledgers = answers = released = 0
    try:
        while killer.kills.total() < options.kills:
            world = World(killer, options.place / str(ledgers), options)
            world.place.mkdir()
            world.live()
            shutil.rmtree(world.place)
            ledgers += 1
            answers += len(world.answered)
            released += world.observer.seen
        (options.place / "readers").mkdir()
        killed_readers = kill_readers(programs, options.place / "readers")
    except Violation as why:
        print(f"violation: seed {options.seed}, ledger {ledgers}: {why}")
        return 1
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(killer.kills.items()))
    print(
        f"{killer.kills.total()} kills and {killed_readers} of readers, {ledgers} ledgers, {answers} answers, "
        f"{killer.untold} requests done but not answered, {released} checkpoints: {kinds}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
