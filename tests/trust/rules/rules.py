#!/usr/bin/env python3
"""rules.py - takes the rules of durability away, one at a time, and sees whether their tests notice.

Each rule of rules.txt is taken out of the file it stands in; that file is compiled anew, the runner of the
unit tests or the programs are linked with it beside the build (../relink.py), and the test named with the
rule must fail. Before that every test must pass with the build as it is. The exit status is 1 if no test
noticed that a rule was gone.
"""

import argparse
import concurrent.futures
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import removals  # noqa: E402
from relink import ROOT, Relink  # noqa: E402
from removals import Removal  # noqa: E402

RULES = ROOT / "tests/trust/rules/rules.txt"
SECONDS = 300  # for one test
PROCESSOR_SECONDS = 60  # for each process of it: what hangs has noticed


def command_of(test: str, runner: Path, programs: Path) -> list[str]:
    kind, *words = test.split()
    if kind == "suite":
        return [str(runner), words[0]]
    if kind == "program":
        return ["bash", f"tests/program_{words[0]}.sh", str(programs)]
    if kind == "trust":
        return ["bash", f"tests/trust/{words[0]}/run.sh", str(programs)]
    if kind == "check":
        return ["bash", f"tests/checks/{words[0]}.sh", str(programs.parent)]
    raise ValueError(f"'{test}' is no test")


def settings_of(test: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in test.split()[2:])


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def passes(test: str, runner: Path, programs: Path, place: Path) -> bool:
    """Its output is in `place`."""
    place.mkdir(parents=True, exist_ok=True)
    environment = os.environ | settings_of(test) | {"TMPDIR": str(place)}
    with open(place / "log", "w", encoding="utf-8") as log, subprocess.Popen(
            command_of(test, runner, programs), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, env=environment, start_new_session=True, preexec_fn=limit) as child:
        try:
            return child.wait(SECONDS) == 0
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            return False


def stand_in(build: Path, place: Path) -> Path:
    """A directory that looks as the build's, for what is linked anew."""
    for part in ("bin", "lib"):
        (place / part).mkdir(parents=True)
        for file in (build / part).iterdir():
            (place / part / file.name).symlink_to(os.readlink(file) if file.is_symlink() else file)
    return place


class Trial:
    def __init__(self, build: Path, scratch: Path):
        self.build, self.scratch = build, scratch

    def without(self, removal: Removal, place: Path) -> tuple[Path, Path]:
        """The runner and the programs, without the rule."""
        place.mkdir()
        relink = Relink(self.build, place)
        texts: dict[str, str] = {}
        for hunk in removal.hunks:
            text = texts.get(hunk.path) or (ROOT / hunk.path).read_text(encoding="utf-8")
            texts[hunk.path] = removals.apply(hunk, text) if hunk.old else text

        flag, *instead = removal.flag.split() or [""]

        def linked(words: list[str]) -> list[str]:
            return [new for w in words for new in (instead if w == flag else [w])]

        def compiled(words: list[str]) -> list[str]:
            return [w for w in linked(words) if w != "-Werror"] + ["-w"]

        modules = []
        for path, text in texts.items():
            module, said = relink.compile(path, text, compiled)
            if said:
                raise ValueError(f"{removal.name}: {path} does not compile: {said[:2000]}")
            modules.append(module)
        if not removal.programs:
            return relink.link("bin/ledger-tests", modules, place, linked), self.build / "bin"
        programs = stand_in(self.build, place / "build") / "bin"
        for program in removal.programs:
            target = program if "/" in program else f"bin/{program}"
            (programs.parent / target).unlink()
            relink.link(target, modules, (programs.parent / target).parent, linked)
        return self.build / "bin/ledger-tests", programs

    def is_noticed(self, removal: Removal) -> bool:
        place = self.scratch / f"rule-{removal.line}"
        try:
            runner, programs = self.without(removal, place)
            return not passes(removal.test, runner, programs, place / "test")
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def passes_as_it_is(self, test: str, number: int) -> bool:
        place = self.scratch / f"test-{number}"
        if passes(test, self.build / "bin/ledger-tests", self.build / "bin", place):
            return True
        print(f"'{test}' fails with no rule taken away:\n{(place / 'log').read_text(errors='replace')[-3000:]}")
        return False


def arguments_given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Takes rules away, one at a time.")
    parser.add_argument("build", type=Path, nargs="?", help="a Ninja build of the project")
    parser.add_argument("--rule", action="append", help="only rules of this name, or of this line of rules.txt")
    parser.add_argument("--rules", type=Path, default=RULES)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--unmeasured", action="store_true", help="do not run the tests with the build as it is first")
    parser.add_argument("--table", action="store_true", help="only print the table for RULES.md")
    return parser.parse_args()


def try_all(trial: Trial, chosen: list[Removal], arguments: argparse.Namespace) -> int:
    """How many are noticed by no test."""
    unnoticed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        tests = [] if arguments.unmeasured else sorted({r.test for r in chosen})
        if not all(list(pool.map(trial.passes_as_it_is, tests, range(len(tests))))):
            raise ValueError("a test fails with no rule taken away")
        for removal, noticed in zip(chosen, pool.map(trial.is_noticed, chosen)):
            unnoticed += not noticed
            print(f"{'noticed' if noticed else 'NOT NOTICED'} by '{removal.test}' - {removal.name}", flush=True)
    return unnoticed


def main() -> int:
    arguments = arguments_given()
    rules = removals.read(arguments.rules)
    if arguments.table:
        print(removals.table(rules), end="")
        return 0
    wanted = arguments.rule
    chosen = [r for r in rules if not wanted or r.rule in wanted or str(r.line) in wanted]
    if not chosen or arguments.build is None:
        raise ValueError("nothing to try")
    with tempfile.TemporaryDirectory(prefix="rules-") as scratch:
        unnoticed = try_all(Trial(arguments.build.resolve(), Path(scratch)), chosen, arguments)
    print(f"figure {len(chosen)} rules taken away")
    print(f"figure {len(chosen) - unnoticed} of those noticed by a test")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as trouble:
        print(f"rules.py: {trouble}", file=sys.stderr)
        sys.exit(2)
