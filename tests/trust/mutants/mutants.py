#!/usr/bin/env python3
"""mutants.py - makes small mistakes in the library, one at a time, and sees whether a test notices.

A mistake that no test notices is a rule without a test: it is listed, and the exit status is 1 if
more survive than allowed. What cannot be told from the original by any test is in equivalents.txt,
with the reason.

A runner of the unit tests is linked in which every mutant can be chosen (schemata.py). It runs once as
it was, to see how long each suite takes and which functions it calls. Then each mutant meets the suites
that call its function, those of its own module first, the quickest next, until one fails.
"""

import argparse
import concurrent.futures
import fnmatch
import itertools
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import mutations  # noqa: E402
import schemata  # noqa: E402
from relink import ROOT, Relink  # noqa: E402

MEMORY = 4 << 30
# What a mutant breaks that no assertion looks at: bounds and shifts stop it, and the stack is guarded.
OPTIONS = ["-w", "-O0", "-fsanitize=undefined", "-fsanitize-undefined-trap-on-error", "-fstack-protector-all"]
FUNCTIONS = 1 << 16  # more functions than there are


@dataclass
class Suite:
    name: str
    seconds: float = 1.0  # of processor time
    calls: set[int] | None = None  # numbers of functions; None when not measured


def limited(seconds: float):
    """What a child does before it starts: processor time, not time, so that a busy machine changes nothing."""

    def limit() -> None:
        whole = int(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit


def run_suite(root: Path, runner: Path, suite: Suite, environment: dict[str, str]) -> bool:
    """Whether it passes."""
    seconds = 4 * suite.seconds + 1
    with subprocess.Popen([runner, suite.name], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL, env=os.environ | environment, start_new_session=True,
                          preexec_fn=limited(seconds)) as child:
        try:
            child.wait(60 * seconds)  # only what sleeps for ever takes this long
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
        return child.wait() == 0


def children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Builder:
    """Compiles files of the library from other text, and links a runner of the unit tests with them."""

    def __init__(self, build: Path, scratch: Path):
        self.relink = Relink(build, scratch)

    def compile(self, path: str, text: str) -> tuple[Path, str]:
        """The module, and what the compiler had to say; that is nothing if all is well."""
        drop = re.compile(r"-W.*|-g|-O\d|-[UD]_FORTIFY_SOURCE.*|-f(?!PI|vis).*")
        return self.relink.compile(path, text, lambda words: [w for w in words if not drop.fullmatch(w)] + OPTIONS)

    def link(self, modules: list[Path]) -> Path:
        return self.relink.link("bin/ledger-tests", modules, self.relink.scratch)


def compile_schema(builder: Builder, path: str, chosen, numbers, function_numbers) -> tuple[Path, schemata.Schema]:
    """Mutants that do not compile are left out."""
    while True:
        schema = schemata.schema(ROOT, path, chosen, numbers, function_numbers)
        module, said = builder.compile(path, schema.text)
        if not said:
            return module, schema
        name = re.escape(module.with_suffix(".c").name)
        lines = [int(n) for n in re.findall(rf"{name}:(\d+):\d+: (?:fatal )?error", said)]
        bad = set().union(*(schema.numbers_at(line) for line in lines)) if lines else set()
        if not bad:
            raise ValueError(f"{path} does not compile: {said[:2000]}")
        gone = {c.mutant for c in schema.choices if c.number in bad}
        chosen = [m for m in chosen if m not in gone]


@dataclass
class Trial:
    """A runner with all the mutants, and what is tried with it."""

    root: Path
    runner: Path
    place: str  # for the temporary files of the tests
    choices: list[schemata.Choice]
    suites: list[Suite] = field(default_factory=list)

    def measure(self, names: list[str]) -> None:
        with tempfile.NamedTemporaryFile(dir=self.runner.parent) as notes:
            for name in names:
                os.ftruncate(notes.fileno(), 0)
                os.ftruncate(notes.fileno(), FUNCTIONS)
                suite, before = Suite(name), children_seconds()
                if not self.run(suite, "LEDGER_REACHED", notes.name):
                    raise ValueError(f"the suite '{name}' fails without any mutant")
                suite.seconds = children_seconds() - before
                suite.calls = {i for i, b in enumerate(Path(notes.name).read_bytes()) if b}
                self.suites.append(suite)

    def run(self, suite: Suite, name: str, value: str) -> bool:
        return run_suite(self.root, self.runner, suite, {name: value, "TMPDIR": self.place})

    def order(self, choice: schemata.Choice) -> list[Suite]:
        """The suites that could notice, the likeliest first."""
        module = Path(choice.mutant.path).stem
        able = [s for s in self.suites if s.calls is None or choice.function in s.calls]
        return sorted(able, key=lambda s: (s.name != module, not related(s.name, module), s.seconds))

    def judge(self, choice: schemata.Choice) -> str:
        """What became of it: "killed by SUITE", "survived" or "not executed"."""
        suites = self.order(choice)
        for suite in suites:
            if not self.run(suite, "LEDGER_MUTANT", str(choice.number)):
                return f"killed by {suite.name}"
        return "survived" if suites else "not executed"


def related(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def key_of(root: Path, mutant: mutations.Mutant, all_of_file: list[mutations.Mutant]) -> str:
    """How equivalents.txt calls it: by the text of its line, not by its number."""
    lines = (root / mutant.path).read_text(encoding="utf-8").split("\n")

    def what(m: mutations.Mutant) -> tuple[str, str, str]:
        return lines[m.line - 1].strip(), " ".join(m.text.split()), " ".join(m.other.split())

    twins = [m for m in all_of_file if what(m) == what(mutant)]
    text, before, after = what(mutant)
    return f"{mutant.path} | {text} | {before} -> {after} | {twins.index(mutant) + 1}"


def equivalents() -> set[str]:
    known = set()
    for line in (Path(__file__).parent / "equivalents.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            known.add(line.rsplit(" | ", 1)[0])
    return known


def choose(root: Path, patterns: list[str], sample: int, seed: int) -> dict[mutations.Mutant, str]:
    """The mutants to try, each with its key."""
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
    return dict(chosen)


def prepare(builder: Builder, chosen: dict[mutations.Mutant, str], place: str, jobs: int) -> Trial:
    paths = sorted({m.path for m in chosen})
    numbers, function_numbers = itertools.count(1), itertools.count(1)
    counters = {p: (iter(list(itertools.islice(numbers, 4000))), iter(list(itertools.islice(function_numbers, 400))))
                for p in paths}

    def one(path: str):
        return compile_schema(builder, path, [m for m in chosen if m.path == path], *counters[path])

    selector, said = builder.compile("selector.c", schemata.SELECTOR.replace("FUNCTIONS", str(FUNCTIONS)))
    if said:
        raise ValueError(said)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        compiled = list(pool.map(one, paths))
    runner = builder.link([selector] + [module for module, _ in compiled])
    return Trial(ROOT, runner, place, [c for _, schema in compiled for c in schema.choices])


def arguments_given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Mutation testing of the library.")
    parser.add_argument("build", type=Path, help="a Ninja build of the project")
    parser.add_argument("--suite", action="append", help="run only these suites (default: all)")
    parser.add_argument("--files", action="append", required=True, help="pattern of paths (ledger/tree/*)")
    parser.add_argument("--sample", type=int, default=0, help="so many of them (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--allow", type=float, default=0.0, help="share of them that may survive")
    parser.add_argument("--at-most", type=float, default=1e9, help="only suites that take so many seconds")
    parser.add_argument("--verbose", action="store_true", help="also list the suites, and what was killed by which")
    parser.add_argument("--scratch", type=Path, required=True)
    return parser.parse_args()


def try_all(arguments: argparse.Namespace, place: str) -> tuple[int, int]:
    """How many were tried, and how many survived."""
    build, scratch = arguments.build.resolve(), arguments.scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    chosen = choose(ROOT, arguments.files, arguments.sample, arguments.seed)
    trial = prepare(Builder(build, scratch), chosen, place, arguments.jobs)
    listing = (build / "tests" / "suites.inc").read_text()
    names = arguments.suite or [line[len("LEDGER_SUITE(") : -1] for line in listing.split()]
    trial.measure(names)
    trial.suites = [s for s in trial.suites if s.seconds <= arguments.at_most]
    if arguments.verbose:
        for suite in trial.suites:
            print(f"{suite.name} takes {suite.seconds:.2f} s", flush=True)

    survived = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for choice, verdict in zip(trial.choices, pool.map(trial.judge, trial.choices)):
            killed = verdict.startswith("killed")
            survived += not killed
            if not killed or arguments.verbose:
                print(f"{verdict}: {choice.mutant.name}\n    {chosen[choice.mutant]}", flush=True)
    return len(trial.choices), survived


def main() -> int:
    arguments = arguments_given()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mutants-", dir=memory) as place:
        tried, survived = try_all(arguments, place)
    print(f"figure {tried} mutants of {' '.join(arguments.files)}")
    print(f"figure {tried - survived} of those killed by a test")
    return 0 if tried and survived <= arguments.allow * tried else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as trouble:
        print(f"mutants.py: {trouble!r}", file=sys.stderr)
        sys.exit(2)
