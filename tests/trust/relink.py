"""relink.py - beside a build: compiles files of the project from other text, and links programs with them.

A module that is named before the archives takes the place of theirs, so that a changed program costs one
compilation and one link.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Words = list[str]


def ninja(build: Path, tool: str, *arguments: str) -> str:
    return subprocess.run(["ninja", "-C", build, "-t", tool, *arguments], capture_output=True, text=True,
                          check=True).stdout


class Relink:
    def __init__(self, build: Path, scratch: Path):
        self.build, self.scratch = build, scratch
        rows = [r for r in json.loads(ninja(build, "compdb")) if r["file"].endswith(".c")]
        self.commands = {os.path.relpath(r["file"], ROOT): r["command"] for r in rows}
        self.replaced: dict[Path, str] = {}  # the modules compiled here, and those of the build

    def compile(self, path: str, text: str, change: Callable[[Words], Words]) -> tuple[Path, str]:
        """The module, and what the compiler had to say; that is nothing if all is well. What is not of
        the project is compiled as its library is."""
        source = self.scratch / path.replace("/", "__")
        module = source.with_suffix(".o")
        source.write_text(text, encoding="utf-8")
        words = shlex.split(self.commands.get(path) or self.commands["ledger/base/hash.c"])
        words.remove("-MD")
        for flag in ("-MF", "-MT"):
            at = words.index(flag)
            del words[at : at + 2]
        at = words.index("-o") + 1
        self.replaced[module] = words[at]
        words[at] = str(module)
        words[words.index("-c") + 1] = str(source)
        done = subprocess.run(change(words), cwd=self.build, capture_output=True, text=True, check=False)
        return module, "" if done.returncode == 0 else done.stderr or "failed"

    def link(self, target: str, modules: list[Path], place: Path,
             change: Callable[[Words], Words] = lambda words: words) -> Path:
        """`target` ("bin/...") with the modules in it, in the directory `place`."""
        step = ninja(self.build, "commands", target).splitlines()[-1]
        own = {self.replaced[m]: str(m) for m in modules}
        words = [own.get(w, w) for w in shlex.split(step) if w not in (":", "&&")]
        linked = place / Path(target).name
        at = words.index("-o")
        words[at : at + 2] = ["-o", str(linked)] + [str(m) for m in modules if str(m) not in words]
        subprocess.run(change(words), cwd=self.build, check=True, capture_output=True)
        return linked
