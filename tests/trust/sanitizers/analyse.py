#!/usr/bin/env python3
"""analyse.py - reads the sources of the product with one tool, and counts what it reports.

Usage: analyse.py gcc|clang-tidy|cppcheck BUILD [FILE]...

Without FILE, all of ledger/, keys/ and tools/, each as the build compiles it. Exit status 1 if anything
is reported. Nothing is suppressed in the sources; what a tool is not asked is in CHECKS, with the reason.
"""

import concurrent.futures
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

CHECKS = ",".join([
    "-*",
    "clang-analyzer-*",
    "bugprone-*",
    "cert-*",
    # What is off, and why:
    "-bugprone-easily-swappable-parameters",  # a matter of taste: every pair of like parameters
    "-bugprone-reserved-identifier", "-cert-dcl37-c", "-cert-dcl51-cpp",  # _GNU_SOURCE
    "-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling",  # Annex K: no C library has it
    "-cert-err33-c",  # every fprintf to stderr
])


def compiled(build: Path) -> dict[str, list[str]]:
    """The options with which the build compiles each source of the product."""
    rows = json.loads(subprocess.run(["ninja", "-C", build, "-t", "compdb"], capture_output=True, text=True,
                                     check=True).stdout)
    options = {}
    for row in rows:
        path = Path(row["file"])
        if path.suffix == ".c" and path.is_relative_to(ROOT) and \
                path.relative_to(ROOT).parts[0] in ("ledger", "keys", "tools"):
            options[str(path)] = [w for w in shlex.split(row["command"])[1:] if re.match(r"-[DI]|-isystem", w)]
    return options


def command(tool: str, path: str, options: list[str]) -> list[str]:
    if tool == "gcc":
        return ["gcc", "-std=c17", "-O1", "-fanalyzer", *options, "-S", "-o", "/dev/null", path]
    if tool == "clang-tidy":
        return ["clang-tidy", "--quiet", f"--checks={CHECKS}", "--warnings-as-errors=*", path, "--", "-std=c17",
                *options]
    return ["cppcheck", "--quiet", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr",
            "--suppressions-list=" + str(Path(__file__).with_name("cppcheck.txt")), "--error-exitcode=1",
            "--template={file}:{line}: {severity}: {message} [{id}]", *options, path]


def reports(tool: str, path: str, options: list[str]) -> str:
    done = subprocess.run(command(tool, path, options), capture_output=True, text=True, check=False, cwd=ROOT)
    said = done.stdout + (done.stderr if tool != "clang-tidy" else "")
    if done.returncode != 0 and not said.strip():
        said = done.stderr or f"{path}: exit status {done.returncode}"
    found = done.returncode != 0 or (tool != "clang-tidy" and said.strip() != "")
    return said if found else ""


def main() -> int:
    if len(sys.argv) < 3 or sys.argv[1] not in ("gcc", "clang-tidy", "cppcheck"):
        print("usage: analyse.py gcc|clang-tidy|cppcheck BUILD [FILE]...", file=sys.stderr)
        return 2
    tool, options = sys.argv[1], compiled(Path(sys.argv[2]))
    if not options:
        print("analyse.py: the build compiles nothing of ours", file=sys.stderr)
        return 2
    paths = sys.argv[3:] or sorted(options)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda p: reports(tool, p, options.get(p, ["-D_GNU_SOURCE", f"-I{ROOT}"])), paths))
    bad = [text for text in said if text]
    print("\n".join(bad), end="")
    print(f"figure {len(paths)} sources read by {tool}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
