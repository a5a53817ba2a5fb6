"""both.py - what each of the two verifiers says, in one form."""

import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "oracle"))

import verify  # noqa: E402
from record import LINES  # noqa: E402, F401
from verdict import Trouble, require  # noqa: E402, F401

Said = tuple[str, str, str]  # exit status, finding, entry; "-" for none


def oracle(arguments: list[str], where: Path) -> Said:
    before = os.getcwd()
    os.chdir(where)
    try:
        code, report = verify.run(arguments)
    except Trouble:
        return "2", "-", "-"
    except Exception as fault:  # a fault of the verifier's own is no verdict
        return "died", repr(fault), "-"
    finally:
        os.chdir(before)
    return str(code), report.finding, "-" if report.entry is None else str(report.entry)


def library(programs: Path, arguments: list[str], where: Path) -> Said:
    command = [str(programs / "ledger-verify"), "--json", *arguments]
    done = subprocess.run(command, cwd=where, capture_output=True, stdin=subprocess.DEVNULL)
    if not done.stdout:
        return str(done.returncode), "-", "-"
    verdict = json.loads(done.stdout)["verdict"]
    return str(done.returncode), verdict["finding"], str(verdict.get("entry", "-"))
