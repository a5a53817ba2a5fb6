#!/usr/bin/env python3
"""explore.py - makes system calls of programs fail, one after the other (fail_calls.c), and judges what
they say and leave (in_trouble.py).

usage: explore.py singles|pairs|restarts|lost [--most N] [--states N] [--seed N] [--threads N]
                  [--only NAME] [--as PROGRAM] PROGRAMS LIBRARIES WORLDS MEMORY TRUST

  singles   one call fails, or all from it on
  pairs     two calls of one run fail
  restarts  a call fails, and then one of the run that takes up what was left
  lost      a control: one call is not done, and the program is told that it was

Without --most all there are, else so many for each program: each kind of call with an error, or with each
if there is room, and others at random; --states: restarts from so many states at most. --only: those whose
name has this in it; --as: with this program instead. The exit status is 1 if a rule does not hold.
"""
import argparse
import concurrent.futures
import os
import random
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import in_trouble  # noqa: E402
from in_trouble import Violation, need  # noqa: E402

ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EINTR", "SHORT")
SIZED = {"read", "pread64", "readv", "write", "pwrite64", "writev", "pwritev"}
WRITES = {"write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate"}
SYNCS = {"fsync", "fdatasync", "msync", "sync_file_range"}
CHANGES = WRITES | SYNCS | {"openat", "rename", "renameat", "renameat2", "link", "linkat", "unlink",
                            "unlinkat", "rmdir", "mkdir", "mkdirat", "flock", "close"}
CLEANS_UP = {"unlink", "unlinkat", "rmdir", "newfstatat", "lstat", "stat", "openat", "getdents64"}


class Call:
    """A line of the log of fail_calls.c."""

    def __init__(self, line):
        number, self.name, self.about, self.fate, self.result = line.rstrip("\n").split("\t")
        self.number = int(number)

    def is_on(self, name):
        return self.about.split(" ")[-1].endswith(name)


class Fault:
    def __init__(self, at, error, lasts=False, silently=False):
        self.at = at
        self.error = error
        self.lasts = lasts
        self.silently = silently

    def environment(self):
        wishes = {"FAIL_AT": ",".join(map(str, self.at)), "FAIL_WITH": self.error}
        if self.lasts:
            wishes["FAIL_LASTS"] = "1"
        if self.silently:
            wishes["FAIL_SILENTLY"] = "1"
        return wishes

    def __str__(self):
        what = self.error + (" from there on" if self.lasts else "")
        return f"{what} at call {' and '.join(map(str, self.at))}"


class Explorer:
    def __init__(self, programs, places, library, program=None):
        self.program = program
        self.programs = programs
        self.places = places
        self.library = library

    def run(self, place, job, fault=None):
        """What became of it, and the calls that it made."""
        log = place + ".calls"
        if os.path.exists(log):
            os.unlink(log)
        command = [self.program or job.command[0], *job.command[1:]]
        run = self.programs.run(place, command, [self.library],
                                dict(fault.environment() if fault else {}, FAIL_LOG=log))
        need(run.status != 125, "the shim works", run.told())
        with open(log, encoding="utf-8", errors="replace") as file:
            return run, [Call(line) for line in file]

    def calls_of(self, job):
        """Those of a run without a fault."""
        job.begin(self.places.begin(job))
        run, calls = self.run(self.places.begin(job), job)
        need(run.status == 0, f"{job.name}: it works when watched", run.told())
        return calls

    def try_fault(self, job, fault, place=None):
        place = place or self.places.begin(job)
        calls = []
        try:
            run, calls = self.run(place, job, fault)
            self.judge(job, fault, place, run, calls)
        except Violation as violation:
            where = "; ".join(f"{call.name} {call.about}" for call in calls if call.fate != "done")
            return f"{job.name}, {fault} ({where[:300]}): {violation}"
        return None

    def judge(self, job, fault, place, run, calls):
        hurt = [call for call in calls if call.fate != "done"]
        run.muted = any(call.name in WRITES and call.about.startswith("2 ") for call in hurt)
        if run.status == 2:
            name = self.program or job.command[0]
            need(run.err.startswith(name.encode() + b": ") or run.muted,
                 "trouble is told", run.told())
        check_durability(calls, fault, run)
        if not fault.lasts and len(fault.at) == 1 and hurt and hurt[0].name not in CLEANS_UP:
            need(not job.left_behind(place), "nothing half done stays", job.left_behind(place))
        job.judge(place, run)


def check_durability(calls, fault, run):
    """After a write or a sync of something that lasts failed, nobody is told that it was done."""
    failed_store = False
    for call in calls:
        lasting = call.about[:2] not in ("1 ", "2 ") and not call.is_on("lock.mdb")
        if call.fate != "done" and lasting and fault.error not in ("EINTR", "SHORT"):
            need(run.status == 2 or call.name not in WRITES | SYNCS,
                 "a write or sync that failed is trouble", call.name, call.about, run.told())
        if call.fate != "done" and call.name in SYNCS:
            need(run.status == 2, "a sync that failed is trouble", call.about, run.told())
        if call.fate != "done" and call.is_on("data.mdb") and call.name in WRITES | SYNCS:
            # Interrupted and shortened writes may be gone on with.
            failed_store = failed_store or fault.error not in ("EINTR", "SHORT") or call.name in SYNCS
        elif failed_store and call.fate == "done":
            need(not (call.name.startswith("rename") and call.is_on(".guard")),
                 "no checkpoint after a store that failed", run.told())
            need(not (call.name in WRITES and call.about.startswith("1 ")),
                 "no answer after a store that failed", run.told())


# --- which faults ---

def errors_of(call):
    if call.name == "getrandom":
        return ["EINTR"]
    return [error for error in ERRORS if error != "SHORT" or call.name in SIZED]


def singles(calls):
    return [(call, Fault([call.number], error, lasts))
            for call in calls for error in errors_of(call) for lasts in (False, True)]


def sample(faults, most, choice):
    """Each kind of call, each with each error as far as there is room, and others at random."""
    choice.shuffle(faults)
    for kind_of in (lambda call, fault: call.name, lambda call, fault: (call.name, fault.error)):
        kinds = {}
        for call, fault in faults:
            kinds.setdefault(kind_of(call, fault), (call, fault))
        first = set(map(id, kinds.values()))
        faults = list(kinds.values()) + [pair for pair in faults if id(pair) not in first]
    return faults[:most]


def pairs(calls):
    return [(first, Fault([first.number, second.number], error))
            for i, first in enumerate(calls) for second in calls[i + 1:] for error in ("EIO", "ENOSPC")]


def lost(calls):
    """What only seems to be done: writes and syncs of what must last, and the rename of the guard."""
    return [(call, Fault([call.number], "EIO", silently=True)) for call in calls
            if (call.name in SYNCS | WRITES and call.about[:2] not in ("1 ", "2 ")
                and not call.is_on("lock.mdb")) or call.name.startswith("rename")]


# --- runs ---

def explore(explorer, job, faults, threads):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        found = pool.map(lambda pair: explorer.try_fault(job, pair[1]), faults)
        return [violation for violation in found if violation is not None]


def states_left(explorer, job, calls, arguments):
    """Directories with all different states that a single fault leaves; if few are wanted, of EIO."""
    states = {}
    faults = singles([call for call in calls if call.name in CHANGES])
    if arguments.states is not None:
        faults = [(call, fault) for call, fault in faults if fault.error == "EIO" and not fault.lasts]
    for _, fault in faults:
        place = explorer.places.begin(job)
        explorer.run(place, job, fault)
        digest = in_trouble.digest_of(place)
        if digest not in states:
            states[digest] = os.path.join(arguments.memory, f"state{len(states)}")
            shutil.copytree(place, states[digest])
    return list(states.values())


def explore_restarts(explorer, job, calls, choice, arguments):
    world = job.world
    violations, count = [], 0
    states = states_left(explorer, job, calls, arguments)
    choice.shuffle(states)
    for state in states[:arguments.states]:
        job.world = state
        _, again = explorer.run(explorer.places.begin(job), job)
        faults = singles(again)
        if arguments.most is not None:
            faults = sample(faults, arguments.most, choice)
        violations += explore(explorer, job, faults, arguments.threads)
        count += len(faults)
    for state in states:
        shutil.rmtree(state)
    job.world = world
    return violations, count


def explore_job(explorer, job, choice, arguments):
    calls = explorer.calls_of(job)
    if arguments.what == "restarts":
        return explore_restarts(explorer, job, calls, choice, arguments)
    faults = {"singles": singles, "pairs": pairs, "lost": lost}[arguments.what](calls)
    if arguments.most is not None:
        faults = sample(faults, arguments.most, choice)
    return explore(explorer, job, faults, arguments.threads), len(faults)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("singles", "pairs", "restarts", "lost"))
    parser.add_argument("--most", type=int)
    parser.add_argument("--states", type=int)
    parser.add_argument("--as", dest="program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="")
    for name in ("programs", "libraries", "worlds", "memory", "trust"):
        parser.add_argument(name)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    choice = random.Random(arguments.seed)
    programs = in_trouble.Programs(arguments.programs,
                                   os.path.join(arguments.libraries, "libstill_clock.so"),
                                   int(time.time()) + 3600)
    explorer = Explorer(programs, in_trouble.Places(arguments.memory),
                        os.path.join(arguments.libraries, "libfail_calls.so"), arguments.program)
    violations, count = [], 0
    for job in in_trouble.writing_jobs(programs, arguments.worlds, arguments.trust):
        if arguments.only in job.name:
            found, tried = explore_job(explorer, job, choice, arguments)
            violations += found
            count += tried
            print(f"{job.name}: {tried} faults, {len(job.settled)} states, {len(found)} violations",
                  flush=True)
            for violation in found[:20]:
                print(f"violation: {violation}")
    print(f"{count} faults, {len(violations)} violations")
    sys.exit(1 if violations else 0)


main()
