#!/usr/bin/env python3
"""mutants.py - makes small mistakes in the library, one at a time, and sees whether a test notices.

A mistake that no test notices is a rule without a test: it is listed, and the exit status is 1 if
more survive than allowed. What cannot be told from the original by any test is in equivalents.txt,
with the reason.

Each mutant is compiled alone and linked before the archive of the others; then the suites that
execute its line run, the quickest first, until one fails. Which they are is measured once, in a
build with coverage (--covered), or taken to be those named like the file and then all.
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import queue
import random
import resource
import shlex
import subprocess
import sys
import time
from pathlib import Path

import mutations

MEMORY = 4 << 30


class Suites:
    """The suites of the unit tests; once measured, how long each takes and what it executes."""

    def __init__(self, root: Path, runner: Path, only: list[str]):
        self.root = root
        self.runner = runner
        listing = (runner.parent.parent / "tests" / "suites.inc").read_text()
        self.names = only or [line[len("LEDGER_SUITE(") : -1] for line in listing.split()]
        self.seconds: dict[str, float] = dict.fromkeys(self.names, 60.0)
        self.lines: dict[str, dict[str, list[int]]] = {}

    def measure(self, covered: Path, scratch: Path) -> None:
        """By a runner that was built for source-based coverage; kept in `scratch` for the next time."""
        kept = scratch / "suites.json"
        if kept.exists() and kept.stat().st_mtime > covered.stat().st_mtime:
            self.seconds, self.lines = json.loads(kept.read_text())
            return
        for name in self.names:
            raw, data = scratch / "suite.profraw", scratch / "suite.profdata"
            environment = os.environ | {"LLVM_PROFILE_FILE": str(raw)}
            start = time.monotonic()
            subprocess.run([covered, name], cwd=self.root, env=environment, stdout=subprocess.DEVNULL, check=True)
            self.seconds[name] = time.monotonic() - start
            subprocess.run(["llvm-profdata", "merge", "-sparse", raw, "-o", data], check=True)
            out = subprocess.run(["llvm-cov", "export", "-format=lcov", f"-instr-profile={data}", covered],
                                 capture_output=True, text=True, check=True).stdout
            self.lines[name] = executed(out)
        kept.write_text(json.dumps([self.seconds, self.lines]))

    def of(self, mutant: mutations.Mutant) -> list[str]:
        """Those that could notice, the likeliest or quickest first."""
        if self.lines:
            able = [n for n in self.names if mutant.line in self.lines[n].get(mutant.path, ())]
            return sorted(able, key=lambda n: self.seconds[n])
        module = Path(mutant.path).stem
        return sorted(self.names, key=lambda n: not n.startswith(module))


def executed(lcov: str) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = {}
    path = ""
    for row in lcov.splitlines():
        if row.startswith("SF:"):
            path = "ledger/" + row.rpartition("/ledger/")[2]  # builds map their directories away
        elif row.startswith("DA:"):
            line, count = row[3:].split(",")[:2]
            if count != "0":
                lines.setdefault(path, []).append(int(line))
    return lines


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_suite(root: Path, runner: Path, name: str, seconds: float) -> int:
    try:
        return subprocess.run([runner, name], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, timeout=seconds, preexec_fn=limit, check=False).returncode
    except subprocess.TimeoutExpired:
        return -1


class Builder:
    """Compiles and links a runner of the unit tests with one file replaced."""

    def __init__(self, root: Path, build: Path):
        self.root, self.build = root, build
        rows = json.loads(subprocess.run(["ninja", "-C", build, "-t", "compdb"], capture_output=True, text=True,
                                         check=True).stdout)
        self.compile = {os.path.relpath(r["file"], root): r["command"] for r in rows
                        if r["file"].endswith(".c") and "ledger-objects" in r["output"]}
        steps = subprocess.run(["ninja", "-C", build, "-t", "commands", "bin/ledger-tests"], capture_output=True,
                               text=True, check=True).stdout.splitlines()
        self.link = steps[-1]

    def make(self, mutant: mutations.Mutant, directory: Path) -> Path | None:
        source, module, runner = directory / Path(mutant.path).name, directory / "mutant.o", directory / "ledger-tests"
        source.write_text(mutations.apply(self.root, mutant), encoding="utf-8")
        words = [w for w in shlex.split(self.compile[mutant.path]) if w != "-Werror"]
        words[words.index("-o") + 1] = str(module)
        words[words.index("-c") + 1] = str(source)
        for flag in ("-MF", "-MT"):
            words[words.index(flag) + 1] = str(directory / "mutant.d")
        if self.call(words + ["-w"]) != 0:
            return None
        link = self.link.replace("-o bin/ledger-tests", f"-o {runner} {module}", 1)
        if self.call(["sh", "-c", link]) != 0:
            return None
        return runner

    def call(self, words: list[str]) -> int:
        return subprocess.run(words, cwd=self.build, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode


def judge(builder: Builder, suites: Suites, mutant: mutations.Mutant, directory: Path) -> str:
    """What became of a mutant: "killed by SUITE", "survived", "not executed" or "not compiled"."""
    names = suites.of(mutant)
    if not names:
        return "not executed"
    runner = builder.make(mutant, directory)
    if runner is None:
        return "not compiled"
    for name in names:
        if run_suite(builder.root, runner, name, 10 * suites.seconds[name] + 5) != 0:
            return f"killed by {name}"
    return "survived"


def key_of(root: Path, mutant: mutations.Mutant, all_of_file: list[mutations.Mutant]) -> str:
    """How equivalents.txt calls it: by the text of its line, not by its number."""
    text = (root / mutant.path).read_text(encoding="utf-8").split("\n")[mutant.line - 1].strip()
    twins = [m for m in all_of_file if (m.line, m.text, m.other) == (mutant.line, mutant.text, mutant.other)]
    what = " ".join(mutant.text.split())
    other = " ".join(mutant.other.split())
    return f"{mutant.path} | {text} | {what} -> {other} | {twins.index(mutant) + 1}"


def equivalents() -> set[str]:
    known = set()
    for line in (Path(__file__).parent / "equivalents.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            known.add(line.rsplit(" | ", 1)[0])
    return known


def choose(root: Path, patterns: list[str], sample: int, seed: int) -> list[tuple[mutations.Mutant, str]]:
    known = equivalents()
    chosen = []
    for path in sorted(root.glob("ledger/*/*.c")):
        relative = str(path.relative_to(root))
        if any(fnmatch.fnmatch(relative, p) for p in patterns):
            found = mutations.mutants(root, relative)
            keyed = [(m, key_of(root, m, found)) for m in found]
            chosen += [(m, key) for m, key in keyed if key not in known]
    if sample and sample < len(chosen):
        chosen = sorted(random.Random(seed).sample(chosen, sample), key=lambda c: c[1])
    return chosen


def judge_all(builder: Builder, suites: Suites, chosen, scratch: Path, jobs: int):
    """(mutant, key, verdict) of each, in the order in which they are done."""
    places: queue.Queue[Path] = queue.Queue()
    for i in range(jobs):
        (scratch / f"job{i}").mkdir(parents=True, exist_ok=True)
        places.put(scratch / f"job{i}")

    def one(item):
        place = places.get()
        try:
            return *item, judge(builder, suites, item[0], place)
        finally:
            places.put(place)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(one, chosen)


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation testing of the library.")
    parser.add_argument("build", type=Path, help="a Ninja build of the project")
    parser.add_argument("--covered", type=Path, help="a build with -fprofile-instr-generate -fcoverage-mapping")
    parser.add_argument("--suite", action="append", help="run only these suites (default: all)")
    parser.add_argument("--files", action="append", required=True, help="pattern of paths (ledger/tree/*)")
    parser.add_argument("--sample", type=int, default=0, help="so many of them (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--allow", type=float, default=0.0, help="share of them that may survive")
    parser.add_argument("--scratch", type=Path, required=True)
    arguments = parser.parse_args()

    root = Path(__file__).resolve().parents[3]
    build = arguments.build.resolve()
    arguments.scratch.mkdir(parents=True, exist_ok=True)
    suites = Suites(root, build / "bin" / "ledger-tests", arguments.suite)
    if arguments.covered:
        suites.measure(arguments.covered.resolve() / "bin" / "ledger-tests", arguments.scratch)
    chosen = choose(root, arguments.files, arguments.sample, arguments.seed)
    counts = {"killed": 0, "survived": 0, "not": 0}
    for mutant, key, verdict in judge_all(Builder(root, build), suites, chosen, arguments.scratch, arguments.jobs):
        counts["killed" if verdict.startswith("killed") else "not" if verdict == "not compiled" else "survived"] += 1
        if verdict in ("survived", "not executed"):
            print(f"{verdict}: {mutant.name}\n    {key}", flush=True)
    tried = counts["killed"] + counts["survived"]
    patterns = " ".join(arguments.files)
    print(f"figure {tried} mutants of {patterns}")
    print(f"figure {counts['killed']} of those killed by a test")
    return 0 if tried and counts["survived"] <= arguments.allow * tried else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as trouble:
        print(f"mutants.py: {trouble!r}", file=sys.stderr)
        sys.exit(2)
