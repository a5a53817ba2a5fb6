"""in_trouble.py - programs that get into trouble: what is run, and what must hold afterwards.

Shared by the tests that make calls fail (io_faults) and allocations (allocations). Every run starts from
a copy of one directory, the world. The clock stands still (io_faults/still_clock.c), so that what a
program leaves depends on the fault alone: states that are equal are judged once.
"""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading

HANGS = 30  # seconds
FEW = 20  # entries
MANY = 270
SIZE = re.compile(rb", (\d+) entr(?:y|ies), all of it holds$", re.M)
TOLD = re.compile(r"^(?:entry )?(\d+)(?:: index .*|\t([0-9a-f]{64}))\n", re.M)
IDENTITY = ("forensic-appraisal", "note", "smu.gz.example")


class Violation(Exception):
    """A rule that does not hold."""


def need(holds, rule, *details):
    if not holds:
        raise Violation(": ".join([rule] + [str(detail) for detail in details]))


class Run:
    def __init__(self, status, out, err):
        self.status = status  # below 0: a signal
        self.out = out
        self.err = err
        self.muted = False  # whether it could not say what it wanted to

    def told(self):
        """The answer in one line, for people."""
        return f"exit {self.status}, out {self.out[-200:]!r}, err {self.err[-400:]!r}"


class Programs:
    """How programs are run: where they are, and what is loaded into all of them."""

    def __init__(self, directory, preload, clock):
        self.directory = directory
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "STILL_CLOCK": str(clock),
            # What is loaded into the programs writes a log, which a sandbox forbids.
            "LEDGER_SANDBOX": "off",
        }
        self.preload = preload

    def run(self, place, command, more=(), environment=None):
        """`more`: libraries that are loaded, too."""
        env = dict(self.environment, LD_PRELOAD=":".join([*more, self.preload]))
        env.update(environment or {})
        argv = [os.path.join(self.directory, command[0]), *command[1:]]
        try:
            done = subprocess.run(argv, cwd=place, env=env, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=HANGS, check=False)
        except subprocess.TimeoutExpired:
            raise Violation(f"{command[0]} ends within {HANGS} s") from None
        return Run(done.returncode, done.stdout, done.stderr)


# --- states ---

def files_of(place):
    found = []
    for directory, _, names in os.walk(place):
        found += [os.path.relpath(os.path.join(directory, name), place) for name in names]
    return sorted(found)


def digest_of(place):
    """Of all that is there but the store's locks, which mean nothing to the next."""
    sum_ = hashlib.sha256()
    for directory, names, files in os.walk(place):
        names.sort()
        sum_.update(os.path.relpath(directory, place).encode() + b"\0")
        for name in sorted(files):
            if name != "lock.mdb":
                with open(os.path.join(directory, name), "rb") as file:
                    sum_.update(name.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return sum_.digest()


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def entries_of(guard):
    """What the checkpoint in a guard covers."""
    lines = (content(guard) or b"").split(b"\n")
    return int(lines[1]) if len(lines) > 2 else 0


class Places:
    """Directories in which programs run, one for each thread."""

    def __init__(self, memory):
        self.memory = memory
        self.local = threading.local()
        self.lock = threading.Lock()
        self.count = 0

    def begin(self, job):
        """Where this thread works, as the job's world begins."""
        if not hasattr(self.local, "place"):
            with self.lock:
                self.count += 1
                self.local.place = os.path.join(self.memory, f"place{self.count}")
        shutil.rmtree(self.local.place, ignore_errors=True)
        shutil.copytree(job.world, self.local.place)
        return self.local.place


# --- what is run ---

class Job:
    """A program at work. `settle` goes on from a state that a fault left, without faults, and says what
    it found; `check` compares that with what was answered."""

    allowed = (0, 2)
    leavings = re.compile(r"\.tmp(/|$)|\.new$|\.unfinished")

    def __init__(self, name, programs, world, command):
        self.name = name
        self.programs = programs
        self.world = world
        self.command = command
        self.settled = {}
        self.lock = threading.Lock()
        self.reference = None

    def begin(self, place):
        """Once, before all: the state without a fault."""
        run = self.programs.run(place, self.command)
        need(run.status == 0, f"{self.name}: without a fault it is done", run.told())
        self.reference = self.reference_in(place, run)

    def reference_in(self, place, run):
        return None

    def settle(self, place, run):
        return None

    def check(self, run, found):
        pass

    def judge(self, place, run):
        """Raises a Violation if a rule does not hold of this run, which left this place."""
        need(run.status >= 0, "no signal ends it", run.told())
        need(run.status in self.allowed, "it is done, or in trouble", run.told())
        state = digest_of(place) + bytes([run.status == 0])
        with self.lock:
            found = self.settled.get(state)
        if found is None:
            try:
                found = self.settle(place, run)
            except Violation as violation:
                found = violation
            with self.lock:
                self.settled[state] = found if found is not None else True
        if isinstance(found, Violation):
            raise Violation(f"{found} (after {run.told()})")
        self.check(run, found)

    def left_behind(self, place):
        return [name for name in files_of(place) if self.leavings.search(name)]

    def must(self, place, command, rule):
        run = self.programs.run(place, command)
        need(run.status == 0, rule, run.told())
        return run


class Appending(Job):
    """Adds entries to a ledger of `base` entries. Each is there once, and none that was told is lost."""

    def __init__(self, name, programs, world, command, trust, base, added):
        super().__init__(name, programs, world, command)
        self.trust = trust
        self.base = base
        self.added = added

    def settle(self, place, run):
        guarded = entries_of(os.path.join(place, "L.guard"))
        verify = ["ledger-verify", "--log", self.trust]
        now = self.programs.run(place, [*verify, "L"])
        # After an interruption the last entries may be under no checkpoint yet.
        need(now.status == 0 or (now.status == 1 and b"checkpoint-missing" in now.out),
             "the ledger verifies", now.told())
        if os.path.exists(os.path.join(place, "proof")):
            self.must(place, [*verify, "proof"], "a proof that is there verifies")
        again = self.must(place, self.command, "the same can be asked for again")
        if run.status == 0:
            need(b"recovered" not in again.err, "what was told is under the guard", again.told())
        size = int(SIZE.search(self.must(place, [*verify, "L"], "then it verifies").out)[1])
        need(size == self.base + self.added, "everything is there once",
             f"{size} entries, not {self.base + self.added}")
        log = self.must(place, ["ledger-log", "L", "--from", str(self.base), "--json"], "it is listed")
        leaves = {}
        for line in log.out.splitlines():
            entry = json.loads(line)
            leaves[entry["index"]] = entry["leaf"]
        return {"guarded": guarded, "leaves": leaves,
                "proof": os.path.exists(os.path.join(place, "proof"))}

    def check(self, run, found):
        told = TOLD.findall(run.out.decode())
        for index, leaf in told:
            need(int(index) in found["leaves"], "what was told is there", index)
            need(leaf == "" or found["leaves"][int(index)] == leaf, "as it was told", index, leaf)
            need(int(index) < found["guarded"], "what was told is under the guard", index)
        if run.status == 0:
            need(len(told) == self.added, "all of it is told", run.told())
            need(found["proof"] or "--proof" not in self.command, "the proof is there", run.told())


class Founding(Job):
    """Makes a ledger `I`, all of it or nothing."""

    def __init__(self, name, programs, world, command, trust, entries):
        super().__init__(name, programs, world, command)
        self.trust = trust
        self.entries = entries

    def settle(self, place, run):
        there = os.path.exists(os.path.join(place, "I"))
        guard = os.path.join(place, "I.guard")
        if there:
            need(os.path.exists(guard), "no ledger without a guard")
        else:
            again = self.programs.run(place, self.command)
            if again.status == 2 and os.path.exists(guard):
                need(b"I.guard" in again.err, "the guard that is in the way is named", again.told())
                os.unlink(guard)
                again = self.programs.run(place, self.command)
            need(again.status == 0, "it can be made again", again.told())
        size = SIZE.search(self.must(place, ["ledger-verify", "--log", self.trust, "I"],
                                     "the new ledger verifies").out)[1]
        need(int(size) == self.entries, "all of it is there", size)
        need(entries_of(guard) == self.entries, "the guard covers all of it")
        return {"there": there}

    def check(self, run, found):
        need(found["there"] or run.status != 0, "what is said to be made is there", run.told())
        need(not found["there"] or run.status == 0 or run.muted or b"made and in its place" in run.err,
             "what is made is said to be made", run.told())


class Publishing(Job):
    """Publishes a ledger in `P`, where there is nothing or an older publication."""

    def __init__(self, name, programs, world, command, trust):
        super().__init__(name, programs, world, command)
        self.trust = trust

    def publication(self, place):
        root = os.path.join(place, "P")
        return {name: content(os.path.join(root, name)) for name in files_of(root)}

    def reference_in(self, place, run):
        return self.publication(place)

    def complete(self, place):
        there = self.publication(place)
        return all(there.get(name) == self.reference[name] for name in self.reference)

    def settle(self, place, run):
        if run.status == 0:
            need(self.complete(place), "what is said to be published is there")
        if os.path.exists(os.path.join(place, "P", "checkpoint")):
            self.must(place, ["ledger-verify", "--log", self.trust, "P"], "what is published verifies")
        self.must(place, self.command, "it can be published again")
        need(self.complete(place), "publishing again makes it good")


class Answering(Job):
    """Changes nothing, but for the file `output` if it is named: whole, or as it was."""

    def __init__(self, name, programs, world, command, output=None, allowed=(0, 2)):
        super().__init__(name, programs, world, command)
        self.output = output
        self.allowed = allowed

    def begin(self, place):
        before = digest_of(place)
        run = self.programs.run(place, self.command)
        need(run.status in self.allowed and run.status != 2, f"{self.name}: it is answered", run.told())
        self.reference = (run.status, run.out, content(os.path.join(place, self.output))
                          if self.output else None)
        if self.output:
            os.unlink(os.path.join(place, self.output))
        self.before = before

    def settle(self, place, run):
        written = content(os.path.join(place, self.output)) if self.output else None
        if written is not None:
            need(written == self.reference[2], "what is written is whole")
            os.unlink(os.path.join(place, self.output))
        need(written is not None or run.status != 0 or not self.output, "what is done is there")
        for name in self.left_behind(place):
            os.unlink(os.path.join(place, name))
        need(digest_of(place) == self.before, "nothing else is changed")

    def check(self, run, found):
        if run.status != 2:
            need(run.status == self.reference[0], "no other verdict", run.told())
            need(run.out == self.reference[1], "the whole answer", run.told())


def record_options(number, time):
    kind, event, institution = IDENTITY
    nonce = base64.b64encode(number.to_bytes(16, "big")).decode()
    return ["--kind", kind, "--event", event, "--institution", institution,
            "--matter", f"once-{number}", "--time", time, "--nonce", nonce]


def writing_jobs(programs, worlds, trust):
    """The programs that change things; `worlds` is made by in_trouble.sh, `trust` is the log's key."""
    few, many, older = (os.path.join(worlds, name) for name in ("few", "many", "older"))
    signing = ["--operator", "op.key", "--jobs", "1"]
    founding = ["--origin", "publiclaw.gz.example/2026", "--operator", "op.key", "--authority", "lines",
                "--sign", "li.key", "--sign", "chen.key", "--map-size", "1048576"]
    return [
        Appending("ledger-append, finished records", programs, few,
                  ["ledger-append", "L", *signing, "r1", "r2", "r3"], trust, FEW, 3),
        Appending("ledger-append, a record and its proof", programs, few,
                  ["ledger-append", "L", *signing, "--key", "zhang.key",
                   *record_options(1, "2026-11-23T10:21:07+08:00"), "--proof", "proof"], trust, FEW, 1),
        Appending("ledger-append --jsonl --batch --index", programs, few,
                  ["ledger-append", "L", *signing, "--key", "zhang.key", "--jsonl", "once.jsonl",
                   "--batch", "--index"], trust, FEW, 4),
        Appending("ledger-index", programs, few, ["ledger-index", "L", "--operator", "op.key"],
                  trust, FEW, 1),
        Founding("ledger-init", programs, few, ["ledger-init", "I", *founding], trust, 1),
        Founding("ledger-import", programs, many,
                 ["ledger-import", "O", "I", "--log", trust, "--map-size", "1048576"], trust, MANY - 20),
        Publishing("ledger-publish", programs, many, ["ledger-publish", "L", "P"], trust),
        Publishing("ledger-publish, to an older publication", programs, older,
                   ["ledger-publish", "L", "P"], trust),
        Answering("ledger-prove", programs, few,
                  ["ledger-prove", "L", "3", "--output", "one.proof"], "one.proof"),
    ]
