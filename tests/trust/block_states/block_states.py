#!/usr/bin/env python3
"""block_states.py - power cuts below a file system: what ext4 makes, when it is mounted again, of a disk
that lost what it was not told to keep.

    block_states.py --seed N --states N --keys DIRECTORY [--swallow data|names --shim LIBRARY]
                    disk|shutdown PROGRAMS PLACE

disk: the programs work on ext4 over a disk whose writes and flushes are written down (block_log.c);
at points drawn by lot, disks are made that have everything up to the last flush and any of what was
written after it (block_image.c). shutdown: ext4 is ended in the middle of the work (shut_down.c).

Then it is mounted, and checked: the ledger verifies with its guard, what was answered is there, the
publication is whole; asked again with the same bytes, every record stands once, where it was told, and
the publication is that of the ledger. Exits with 0 if all of it holds, 1 if not.

--swallow: the programs only believe that something is durable (crash_states/watch.c): the control.
"""

import argparse
import random
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from observer import Violation, parse_receipts, read_publication, require  # noqa: E402
from programs import Programs, new_record, record_lines, record_options  # noqa: E402

DISK = 20 << 20  # bytes
BASE = 12  # entries of the ledger before
ROUNDS = 5  # of one work: records one by one, some together, a publication
FROM_ONE_LOG = 30  # states
FLUSH = 2  # BLOCK_LOG_FLUSH


def system(*command: object) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def mounted(disk: Path, directory: Path) -> Iterator[Path]:
    directory.mkdir(exist_ok=True)
    system("mount", "-t", "ext4", "-o", "loop", disk, directory)
    try:
        yield directory
    finally:
        system("umount", directory)


@contextmanager
def logged(programs: Path, disk: Path, log: Path, directory: Path) -> Iterator[Path]:
    """The disk with all that is written to it, and each flush, in `log`."""
    directory.mkdir()
    child = subprocess.Popen([programs / "block_log", disk, log, directory], stderr=subprocess.PIPE, text=True)
    try:
        while not (directory / "disk").exists():
            if child.poll() is not None:
                raise OSError(f"block_log: {child.communicate()[1].strip()}")
            time.sleep(0.002)
        yield directory / "disk"
    finally:
        subprocess.run(["umount", directory], capture_output=True)
        child.wait()


def moments(log: Path, begin: int) -> tuple[list[int], list[int]]:
    """Ends of the records of a log from `begin` on (block_log.h): of all, and of those before a flush."""
    data, at, ends, full = log.read_bytes(), begin, [begin], []
    while at < len(data):
        kind, size, _ = struct.unpack_from("=IIQ", data, at)
        if kind == FLUSH and at != begin:
            full.append(at)
        at += 16 + size
        ends.append(at)
    return ends, full


# --- the work ---


@dataclass
class Told:
    """What was answered, and how long the log was when it had been."""

    at: int
    receipts: dict[int, tuple[int, str]] = field(default_factory=dict)  # of the n-th record
    published: int = 0


class Work:
    """Records and publications, in an order that the seed decides; each step once."""

    def __init__(self, rng: random.Random, programs: Programs, place: Path):
        self.programs = programs
        self.lines = place / "lines.jsonl"
        self.records = [new_record(rng) for _ in range(ROUNDS * 6)]
        self.steps: list[range | None] = []  # which records; None: publish
        for n in range(0, len(self.records), 6):
            step = [range(n, n + 1), range(n + 1, n + 2), range(n + 2, n + 6)]
            rng.shuffle(step)
            self.steps += [*step, None]
        self.told: list[Told] = []

    def append(self, root: Path, which: range) -> bool:
        signing = [*self.programs.signing(root / "L"), "--reserve", 0]
        if len(which) == 1:
            what = record_options(self.records[which.start])
        else:
            self.lines.write_text(record_lines(self.records[which.start : which.stop]))
            what = ["--jsonl", str(self.lines)]
        answer = self.programs.run("ledger-append", *signing, *what)
        for number, receipt in zip(which, parse_receipts(answer.out)):
            self.told[-1].receipts[number] = receipt
        return answer.status == 0

    def publish(self, root: Path) -> bool:
        answer = self.programs.run("ledger-publish", root / "L", root / "P")
        if answer.status == 0:
            self.told[-1].published = int(answer.out.split(b"\t")[2].split()[0])
        return answer.status == 0

    def do(self, root: Path, log: Path | None) -> None:
        """Until a step fails, as it must once the file system is gone."""
        self.told = [Told(log.stat().st_size if log else 0)]
        for step in self.steps:
            before = self.told[-1]
            self.told.append(Told(before.at, dict(before.receipts), before.published))
            done = self.append(root, step) if step is not None else self.publish(root)
            self.told[-1].at = log.stat().st_size if log else 0
            if not done:
                return

    def upto(self, point: int) -> Told:
        return max((told for told in self.told if told.at <= point), key=lambda told: told.at)


# --- what must hold afterwards ---


class Check:
    def __init__(self, programs: Programs, place: Path):
        self.programs = programs
        self.lines = place / "again.jsonl"
        self.untold = 0  # states with entries that nobody was told of

    def __call__(self, root: Path, work: Work, told: Told) -> None:
        ledger, public = root / "L", root / "P"
        least = max([BASE - 1, *(index for index, _ in told.receipts.values())]) + 1
        size, more = self.programs.covered("after the cut", "--since", root / "L.guard", ledger)
        require(size >= least, f"{size} entries, {least} were told")
        self.untold += size + more > least
        if told.published:
            seen = read_publication(public).checkpoint.size
            require(told.published <= seen <= size, f"{seen} entries are published, told was {told.published}")
        self.publish_again(public, ledger, size)
        self.ask_again(ledger, work, told)
        size = self.programs.verify("asked again", "--since", root / "L.guard", ledger)
        require(size == BASE + len(work.records), f"{size} entries for {BASE} and {len(work.records)} records")
        self.publish_again(public, ledger, size)

    def publish_again(self, public: Path, ledger: Path, size: int) -> None:
        self.programs.must("it is published again", "ledger-publish", ledger, public)
        require(read_publication(public).checkpoint.size == size, "all of it is published")

    def ask_again(self, ledger: Path, work: Work, told: Told) -> None:
        self.lines.write_text(record_lines(work.records))
        again = [*self.programs.signing(ledger), "--reserve", 0, "--jsonl", self.lines]
        receipts = parse_receipts(self.programs.must("asked again", "ledger-append", *again))
        require(len({index for index, _ in receipts}) == len(work.records), "every record has an entry of its own")
        for number, receipt in told.receipts.items():
            require(receipts[number] == receipt, f"record {number} is {receipts[number]}, told was {receipt}")


# --- the two ways to lose power ---


def make_base(programs: Programs, place: Path) -> Path:
    """A disk with a ledger and its publication, all of it durable."""
    disk = place / "base"
    with disk.open("wb") as file:
        file.truncate(DISK)
    system("mkfs.ext4", "-q", "-b", 4096, "-E", "lazy_itable_init=0,lazy_journal_init=0", disk)
    rng = random.Random(0)
    lines = place / "lines.jsonl"
    lines.write_text(record_lines([new_record(rng) for _ in range(BASE - 1)]))
    with mounted(disk, place / "root") as root:
        ledger = root / "L"
        programs.must("founded", "ledger-init", *programs.founding(ledger))
        programs.must("grown", "ledger-append", *programs.signing(ledger), "--reserve", 0, "--jsonl", lines)
        programs.must("published", "ledger-publish", ledger, root / "P")
    return disk


class Cuts:
    def __init__(self, options: argparse.Namespace, place: Path):
        self.options = options
        self.place = place
        self.rng = random.Random(options.seed)
        preload = None
        if options.swallow:
            watched = {"WATCH_LOG": "/dev/null", "WATCH_ROOT": str(place / "root")}
            preload = {**watched, "WATCH_SWALLOW": options.swallow, "LD_PRELOAD": str(options.shim)}
        self.workers = Programs(options.programs, options.keys, preload)
        self.check = Check(Programs(options.programs, options.keys), place)
        self.base = make_base(self.check.programs, place)
        self.usual = 0.2  # seconds that the work takes
        self.undecided = 0

    def look(self, disk: Path, work: Work, told: Told) -> None:
        try:
            with mounted(disk, self.place / "root") as root:
                self.check(root, work, told)
        except (OSError, UnicodeError, ValueError) as why:
            raise Violation(f"it cannot be read any more: {why}") from why

    def on_disk(self, states: int) -> int:
        """States from the log of one work."""
        log, disk = self.place / "log", self.place / "disk"
        log.unlink(missing_ok=True)
        shutil.copy(self.base, disk)
        log.touch()
        work = Work(self.rng, self.workers, self.place)
        with logged(self.options.programs, disk, log, self.place / "fuse") as file:
            with mounted(file, self.place / "root") as root:
                begin = log.stat().st_size
                work.do(root, log)
                ends, full = moments(log, begin)
        (self.place / "fuse").rmdir()
        require(len(work.told) == len(work.steps) + 1, "the work is done")
        for _ in range(states):
            point, lot = self.rng.choice(self.rng.choice([ends, full])), self.rng.getrandbits(63)
            image = self.options.programs / "block_image"
            self.undecided += int(system(image, self.base, log, point, lot, disk))
            self.look(disk, work, work.upto(point))
        return states

    def by_shutdown(self) -> int:
        disk = self.place / "disk"
        shutil.copy(self.base, disk)
        work = Work(self.rng, self.workers, self.place)
        how = self.rng.choice(["flush", "no-flush"])
        with mounted(disk, self.place / "root") as root:
            command = [self.options.programs / "shut_down", root, how]
            cut = threading.Timer(self.rng.random() * self.usual, lambda: system(*command))
            begin = time.monotonic()
            cut.start()
            work.do(root, None)
            if len(work.told) == len(work.steps) + 1:
                self.usual = 0.7 * self.usual + 0.3 * (time.monotonic() - begin)
            cut.join()
        self.look(disk, work, work.told[-1])
        return 1

    def run(self) -> int:
        done = 0
        while done < self.options.states:
            left = self.options.states - done
            done += self.on_disk(min(FROM_ONE_LOG, left)) if self.options.way == "disk" else self.by_shutdown()
        return done


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--states", type=int, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--swallow")
    parser.add_argument("--shim", type=Path)
    parser.add_argument("way", choices=["disk", "shutdown"])
    parser.add_argument("programs", type=Path)
    parser.add_argument("place", type=Path)
    options = parser.parse_args()

    options.place.mkdir(parents=True)
    cuts = Cuts(options, options.place.resolve())
    try:
        done = cuts.run()
    except Violation as why:
        print(f"violation: seed {options.seed}: {why}")
        return 1
    more = f", {cuts.undecided / done:.1f} blocks undecided on average" if options.way == "disk" else ""
    print(f"{done} states, {cuts.check.untold} with entries that nobody was told of{more}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
