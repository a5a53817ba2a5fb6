#!/usr/bin/env python3
"""forks.py - ledgers are copied, put back, taken up with wrong guards and keys, by two at once, in an
order drawn by lot, and everything that is released is compared by an observer who has only that.

    forks.py --seed N --interleavings N --keys DIRECTORY --other-keys DIRECTORY [--unguarded]
             PROGRAMS PLACE

What SPEC.md promises (sections 15 and 19.2): as long as the guard is the newest, or the ledger is,
never are two checkpoints of one size and different roots released, and never a smaller one after a
larger. Where ledger and guard are *both* stale (copied together, or put back together), one machine
alone cannot know; then the append may be done, and whoever remembers a checkpoint must find it.

Exits with 0 if all of it holds, 1 if not. --unguarded: the guard is made from the ledger before each
append, as if there were none. The control.
"""

import argparse
import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
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
from programs import ORIGIN, Answer, Programs, new_record, record_lines, record_options  # noqa: E402

STEPS = 14


@dataclass
class Copy:
    """A directory of a ledger; `size`: how many entries it has, `newest`: all that were released."""

    path: Path
    size: int


class Interleaving:
    def __init__(self, programs: Programs, stranger: Programs, rng: random.Random, place: Path, unguarded: bool):
        self.programs = programs
        self.stranger = stranger  # founds a ledger of the same name with keys of its own
        self.rng = rng
        self.place = place
        self.unguarded = unguarded
        self.observer = Observer()
        self.guard = place / "guards/L"  # on "another disk": what copies a ledger does not copy it
        self.guard.parent.mkdir(parents=True)
        self.remembered = place / "remembered"  # by an auditor
        self.ledger = Copy(place / "L", 1)
        self.copies: list[Copy] = []
        self.old_guards: list[tuple[Path, int]] = []
        self.guard_size = 1
        self.released = 1  # the largest size that was
        self.counts: Counter[str] = Counter()
        programs.must("founded", "ledger-init", *programs.founding(self.ledger.path), "--guard", self.guard)
        self.note_guard()
        self.look()

    # --- what is seen ---

    def note_guard(self) -> None:
        checkpoint = parse_checkpoint(self.guard.read_bytes())
        self.observer.see(checkpoint, "guard")
        self.guard_size = checkpoint.size
        self.released = max(self.released, checkpoint.size)

    def look(self) -> None:
        """The auditor verifies the ledger in use, and remembers."""
        answer = self.programs.run(
            *["ledger-verify", "--jobs", 1, "--log", self.programs.log, "--remember", self.remembered],
            self.ledger.path,
        )
        stale = self.ledger.size < parse_checkpoint(self.remembered.read_bytes()).size if answer.status else False
        require(answer.status == (1 if stale else 0), f"the auditor sees: {answer.out[:200]!r} {answer.err}")
        require(not stale or b"older-than-seen" in answer.out, f"the auditor sees: {answer.out[:200]!r}")
        self.counts["stale seen by an auditor"] += stale

    # --- appending ---

    def arguments(self, copy: Copy, guard: Path, key: Path | None = None) -> list[object]:
        keys = self.programs.keys
        return [
            *[copy.path, "--operator", key or keys / "op.key", "--key", keys / "zhang.key", "--guard", guard],
        ]

    def take_answer(self, copy: Copy, answer: Answer, proof: Path | None, channel: str | None) -> None:
        receipts = parse_receipts(answer.out)
        require(bool(receipts), "an append that is done tells where")
        copy.size = receipts[-1][0] + 1
        if proof is not None:
            self.observer.see(checkpoint_of_proof(proof.read_bytes()), channel)
        self.note_guard()

    def append(self, copy: Copy) -> Answer:
        """With the guard and the operator's key, as one should; the rules decide whether it is done."""
        if self.unguarded:
            self.guard.write_bytes(self.programs.must("printed", "ledger-log", "--checkpoint", copy.path))
            self.guard_size = copy.size
        newest = copy.size >= self.released
        guarded = self.guard.exists() and self.guard_size >= self.released
        require(newest or guarded or not self.guard.exists() or self.unguarded, "this test keeps one of both")
        proof = self.place / "proof"
        answer = self.programs.run(
            "ledger-append", *self.arguments(copy, self.guard), *record_options(new_record(self.rng)), "--proof", proof
        )
        if answer.status == 0:
            self.take_answer(copy, answer, proof, "appended")
            require(newest or self.unguarded, "an older copy was gone on with")
            self.counts["appended"] += 1
        else:
            require(answer.status == 2 and not answer.out, f"refused, but: {answer}")
            require(not newest or not self.guard.exists(), f"the newest ledger is refused: {answer.err}")
            self.counts["refused"] += 1
        return answer

    def refuse(self, what: str, *arguments: object, pattern: tuple[str, ...]) -> None:
        """It is refused, and the ledger and what stands in the guard's place are as before."""
        before = self.programs.must("printed", "ledger-log", "--checkpoint", self.ledger.path)
        answer = self.programs.run("ledger-append", *arguments, *record_options(new_record(self.rng)))
        require(answer.status == 2 and not answer.out, f"{what}: not refused: {answer}")
        require(any(p in answer.err for p in pattern), f"{what}: refused, but it says: {answer.err}")
        after = self.programs.must("printed", "ledger-log", "--checkpoint", self.ledger.path)
        require(before == after, f"{what}: refused, but something was signed")
        self.counts["refused"] += 1

    # --- steps ---

    def step_append(self) -> None:
        for _ in range(self.rng.randint(1, 3)):
            self.append(self.ledger)

    def step_copy(self) -> None:
        """A backup, which has no guard."""
        copy = Copy(self.place / f"copy-{len(self.copies)}", self.ledger.size)
        shutil.copytree(self.ledger.path, copy.path)
        self.copies.append(copy)

    def step_use_copy(self) -> None:
        if self.copies:
            self.append(self.rng.choice(self.copies))

    def step_copy_alone(self) -> None:
        """A copy is used with the guard that would be beside it, where there is none."""
        if self.copies:
            copy = self.rng.choice(self.copies)
            self.refuse(
                "no guard", *self.programs.signing(copy.path), pattern=("there is no guard",)
            )

    def step_restore(self) -> None:
        """A backup is put in the ledger's place; the ledger becomes a copy."""
        if self.copies:
            copy = self.copies.pop(self.rng.randrange(len(self.copies)))
            aside = self.place / "aside"
            self.ledger.path.rename(aside)
            copy.path.rename(self.ledger.path)
            aside.rename(copy.path)
            self.ledger.size, copy.size = copy.size, self.ledger.size
            self.copies.append(copy)
            self.look()

    def two_at_once(self) -> None:
        """Two operators on two copies, or on one ledger, with one guard."""
        others = [self.ledger, *self.copies]
        pair = [self.ledger, self.rng.choice(others)]
        sizes = [copy.size for copy in pair]
        commands, proofs = [], []
        for number, copy in enumerate(pair):
            proofs.append(self.place / f"proof-{number}")
            lines = self.place / f"lines-{number}"
            lines.write_text(record_lines([new_record(self.rng) for _ in range(3)]))
            more = ["--jsonl", lines] if self.rng.random() < 0.5 else record_options(new_record(self.rng))
            more = more if more[0] == "--jsonl" else [*more, "--proof", proofs[number]]
            proofs[number].unlink(missing_ok=True)
            commands.append(self.programs.command("ledger-append", *self.arguments(copy, self.guard), *more))
        running = [
            subprocess.Popen(c, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for c in commands
        ]
        ended = [(child, *child.communicate()) for child in running]
        done = []
        for number, (child, out, err) in enumerate(ended):
            if child.returncode == 0:
                done.append(number)
                proof = proofs[number] if proofs[number].exists() else None
                self.take_answer(pair[number], Answer(0, out, ""), proof, None)  # in no order
            else:
                require(child.returncode == 2 and not out, f"at once: {child.returncode} {err!r}")
        if pair[0] is pair[1] and done:
            pair[0].size = self.guard_size
        elif pair[0] is not pair[1]:
            require(len(done) < 2, "two copies were both gone on with")
            require(all(sizes[n] == max(sizes) for n in done), "an older copy was gone on with")
        self.counts["appended"] += len(done)
        self.counts["refused"] += 2 - len(done)

    def step_two_at_once(self) -> None:
        if self.guard_size >= self.released:
            self.two_at_once()

    def step_guard_deleted(self) -> None:
        """Nothing is signed; then it is made again as README says, if the ledger is what was seen."""
        self.guard.unlink()
        self.refuse("no guard", *self.arguments(self.ledger, self.guard), pattern=("there is no guard",))
        compared = self.programs.run(
            *["ledger-verify", "--jobs", 1, "--log", self.programs.log, "--since", self.remembered],
            self.ledger.path,
        )
        if self.ledger.size >= self.released and compared.status == 0:
            self.guard.write_bytes(self.programs.must("printed", "ledger-log", "--checkpoint", self.ledger.path))
        else:
            newest = max([self.ledger, *self.copies], key=lambda copy: copy.size)
            self.guard.write_bytes(self.programs.must("printed", "ledger-log", "--checkpoint", newest.path))
        self.note_guard()

    def step_guard_older(self) -> None:
        """An older guard is put back: the ledger itself knows better, if it is the newest."""
        older = self.place / "older"
        shutil.copy(self.guard, older)
        if self.ledger.size >= self.released:
            self.append(self.ledger)
            shutil.copy(older, self.guard)
            self.guard_size = parse_checkpoint(older.read_bytes()).size
            self.observer.largest.pop(("guard", ORIGIN), None)  # somebody else put it there
            self.append(self.ledger)
            require(self.guard_size == self.released, "the guard is brought up to the ledger")

    def step_guard_foreign(self) -> None:
        """The guard of another ledger: of another name, or of the same name and another operator."""
        foreign = self.place / "foreign"
        shutil.copy(self.stranger.keys / "S.guard", foreign)
        self.refuse(
            "a foreign guard", *self.arguments(self.ledger, foreign), pattern=("ledger's operator", "the guard saw signed", "put back")
        )
        shutil.copy(self.stranger.keys / "S.guard", self.place / "kept")
        require((self.place / "kept").read_bytes() == foreign.read_bytes(), "the foreign guard is as it was")

    def step_lock_deleted(self) -> None:
        (self.ledger.path / "lock.mdb").unlink(missing_ok=True)
        self.append(self.ledger)

    def step_lock_deleted_at_once(self) -> None:
        """Two writers who do not see each other's lock of the store: the guard's lock is left."""
        if self.guard_size >= self.released:
            (self.ledger.path / "lock.mdb").unlink(missing_ok=True)
            self.two_at_once()

    def step_other_key(self) -> None:
        """Keys of the same name that are not this ledger's, and keys of other names."""
        keys = self.programs.keys
        key = self.rng.choice([self.stranger.keys / "op.key", keys / "li.key", keys / "zhang.key"])
        pattern = ("operator",) if self.ledger.size >= self.released else ("operator", "put back")
        self.refuse("another key", *self.arguments(self.ledger, self.guard, key), pattern=pattern)

    def step_publish(self) -> None:
        public = self.place / "P"
        before = parse_checkpoint((public / "checkpoint").read_bytes()).size if public.exists() else 0
        copy = self.rng.choice([self.ledger, *self.copies])
        answer = self.programs.run("ledger-publish", copy.path, public)
        if answer.status == 0:
            self.observer.see(read_publication(public).checkpoint, "published")
        else:
            require(answer.status == 2 and copy.size < before, f"publishing: {answer}")
        self.counts["published"] += answer.status == 0

    def step_print(self) -> None:
        """From any copy; an older one prints an older checkpoint, but never another of that size."""
        copy = self.rng.choice([self.ledger, *self.copies])
        out = self.programs.must("printed", "ledger-log", "--checkpoint", copy.path)
        self.observer.see(parse_checkpoint(out))

    def run(self) -> None:
        steps = [getattr(self, name) for name in dir(self) if name.startswith("step_")]
        self.append(self.ledger)
        self.step_copy()
        for _ in range(STEPS):
            self.rng.choice([*steps, self.step_append, self.step_copy, self.step_restore])()

    # --- beyond what one machine can know ---

    def copied_with_its_guard(self) -> None:
        """The same key, ledger and guard on two machines, or put back together: both go on."""
        newest = max([self.ledger, *self.copies], key=lambda copy: copy.size)
        twins = [Copy(self.place / f"machine-{n}/L", newest.size) for n in (1, 2)]
        for twin in twins:
            shutil.copytree(newest.path, twin.path)
            shutil.copy(self.guard, twin.path.with_name("L.guard"))
        seen = self.place / "seen-of-1"
        for twin in twins:
            for _ in range(2):
                record = record_options(new_record(self.rng))
                self.programs.must("a twin goes on", "ledger-append", *self.programs.signing(twin.path), *record)
        verify = ["ledger-verify", "--jobs", 1, "--log", self.programs.log]
        self.programs.must("the first is seen", *verify, "--remember", seen, twins[0].path)
        self.programs.must("the other alone holds", *verify, twins[1].path)
        answer = self.programs.run(*verify, "--since", seen, twins[1].path)
        require(answer.status == 1 and b"NOT VALID: fork" in answer.out, f"who remembers finds: {answer}")
        try:
            for twin in twins:
                out = self.programs.must("printed", "ledger-log", "--checkpoint", twin.path)
                self.observer.see(parse_checkpoint(out))
        except Violation:
            self.counts["forks by a copied guard, found by who compares"] += 1
            return
        raise Violation("the observer does not find the fork of two machines")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interleavings", type=int, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--other-keys", type=Path, required=True)
    parser.add_argument("--unguarded", action="store_true")
    parser.add_argument("programs", type=Path)
    parser.add_argument("place", type=Path)
    options = parser.parse_args()

    programs = Programs(options.programs, options.keys)
    stranger = Programs(options.programs, options.other_keys)
    counts: Counter[str] = Counter()
    seen = 0
    for number in range(options.interleavings):
        rng = random.Random(options.seed * 1_000_003 + number)
        place = options.place / str(number)
        try:
            one = Interleaving(programs, stranger, rng, place, options.unguarded)
            one.run()
            one.copied_with_its_guard()
        except Violation as why:
            print(f"violation: seed {options.seed}, interleaving {number}: {why}")
            return 1
        counts += one.counts
        seen += one.observer.seen
        shutil.rmtree(place)
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"{options.interleavings} interleavings, {seen} checkpoints compared: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
