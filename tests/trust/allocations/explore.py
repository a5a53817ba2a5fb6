#!/usr/bin/env python3
"""explore.py - lets programs run out of memory at one allocation after the other (fail_allocations.c), once
or for ever, and judges what they say and leave (in_trouble.py).

usage: explore.py [--most N] [--seed N] [--threads N] [--only NAME] PROGRAMS LIBRARIES WORLDS MEMORY TRUST

With --most so many for each program, spread over all, else all there are. Known, and counted apart: libcrypto
crashes in its own beginning, before any store is opened. The exit status is 1 if a rule does not hold.
"""
import argparse
import concurrent.futures
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import in_trouble  # noqa: E402
from in_trouble import Answering, Job, Violation, need  # noqa: E402


class MakingKey(Job):
    """Makes a key file, whole or not at all."""

    def settle(self, place, run):
        path = os.path.join(place, "new.key")
        there = os.path.exists(path)
        need(there or run.status != 0, "what is said to be made is there", run.told())
        if there:
            need(os.stat(path).st_mode & 0o777 == 0o600, "nobody else may read it")
            return self.must(place, ["ledger-key", "show", "new.key"], "the key can be used").out
        self.must(place, self.command, "it can be made then")
        return b""

    def check(self, run, found):
        need(run.status != 0 or run.out == found, "its public key is told", run.told())


def reading_jobs(programs, worlds, trust):
    read = os.path.join(worlds, "read")
    verify = ["ledger-verify", "--log", trust]

    def answering(name, *arguments):
        return Answering(f"ledger-verify, {name}", programs, read, [*verify, *arguments], None, (0, 1, 2))

    jobs = []
    for damage in ("", ".bad"):
        word = "tampered " if damage else ""
        jobs += [
            answering(f"a {word}ledger", "--jobs", "1", "L" + damage),
            answering(f"a {word}publication", "--jobs", "1", "P" + damage),
            answering(f"a {word}proof", "proof" + damage),
            answering(f"a {word}status proof", "--matter", "m3", "status" + damage),
        ]
    jobs += [
        answering("a ledger, with threads and in JSON", "--jobs", "3", "--json", "L"),
        answering("a tampered publication, with threads", "--jobs", "3", "P.bad"),
        Answering("ledger-prove --status", programs, read,
                  ["ledger-prove", "L", "--status", "--matter", "m3", "--output", "one.proof"], "one.proof"),
        MakingKey("ledger-key generate", programs, read,
                  ["ledger-key", "generate", "--unsealed", "--name", "smu.gz.example/li", "new.key"]),
        Answering("ledger-key show", programs, read, ["ledger-key", "show", "op.key"]),
        Answering("unchecked crash", programs, read, ["unchecked", "crash", "proof"]),
        Answering("unchecked short", programs, read, ["unchecked", "short", "proof"]),
    ]
    return jobs


class Explorer:
    def __init__(self, programs, places, library):
        self.programs = programs
        self.places = places
        self.library = library
        self.known = 0

    def run(self, place, job, environment):
        log = place + ".allocations"
        run = self.programs.run(place, job.command, [self.library], dict(environment, ALLOC_LOG=log))
        told = (in_trouble.content(log) or b"").decode().split()
        return run, told

    def count(self, job):
        job.begin(self.places.begin(job))
        run, told = self.run(self.places.begin(job), job, {})
        need(run.status != 2, f"{job.name}: it works when counted", run.told())
        return int(told[2])

    def try_one(self, job, number, lasts):
        place = self.places.begin(job)
        environment = {"ALLOC_AT": str(number)}
        if lasts:
            environment["ALLOC_LASTS"] = "1"
        try:
            run, told = self.run(place, job, environment)
            if told[:2] == ["crash", "before"] and "/libcrypto.so" in told[2]:
                self.known += 1
                return None
            if run.status == 2:
                name = job.command[0].encode()
                need(run.err.startswith(name + b": "), "trouble is told", run.told())
            job.judge(place, run)
        except Violation as violation:
            after = " and all after it" if lasts else ""
            return f"{job.name}, allocation {number}{after}: {violation} {' '.join(told)}"
        return None


def explore(explorer, job, choice, arguments):
    count = explorer.count(job)
    wishes = [(number, lasts) for number in range(1, count + 1) for lasts in (False, True)]
    if arguments.most is not None and arguments.most < len(wishes):
        step = len(wishes) / arguments.most
        wishes = [wishes[int((i + choice.random()) * step)] for i in range(arguments.most)]
    with concurrent.futures.ThreadPoolExecutor(arguments.threads) as pool:
        found = list(pool.map(lambda wish: explorer.try_one(job, *wish), wishes))
    found = [violation for violation in found if violation is not None]
    print(f"{job.name}: {len(wishes)} of {2 * count}, {len(job.settled)} states, "
          f"{len(found)} violations", flush=True)
    for violation in found[:20]:
        print(f"violation: {violation}")
    return len(wishes), len(found)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="ledger-")
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
                        os.path.join(arguments.libraries, "libfail_allocations.so"))
    count, violations = 0, 0
    jobs = (in_trouble.writing_jobs(programs, arguments.worlds, arguments.trust) +
            reading_jobs(programs, arguments.worlds, arguments.trust))
    for job in jobs:
        if arguments.only in job.name:
            tried, found = explore(explorer, job, choice, arguments)
            count += tried
            violations += found
    print(f"{count} allocations failed, {violations} violations; {explorer.known} times libcrypto crashed in "
          f"its beginning, before a store was opened")
    sys.exit(1 if violations else 0)


main()
