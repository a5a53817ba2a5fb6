"""clocks.py - appends to ledger L with clocks that are wrong, and judges what came of it by SPEC.md.

    clocks.py BIN SHIM TRIES SEED SPEC|RAW

RAW judges by another rule, that an entry has the time of the clock whatever the entry before has: a
control, in which violations must be found. Exit status: 0, 1 violations.
"""
import datetime, os, random, subprocess, sys

BIN, SHIM, TRIES, SEED, RULE = sys.argv[1:6]
BEHIND, AHEAD = 5000, 31 * 24 * 3600 * 1000
YEAR = 366 * 24 * 3600 * 1000
choice = random.Random(int(SEED))
done = {"appended": 0, "refused": 0}
violations = 0


def times(first):
    """The times of the entries from `first` on, in milliseconds."""
    out = subprocess.run([BIN + "/ledger-log", "--from", str(first), "L"], capture_output=True, check=True)
    texts = [line.split(b"\t")[1].decode() for line in out.stdout.splitlines()]
    zero = datetime.datetime(1970, 1, 1)
    return [(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ") - zero) // datetime.timedelta(milliseconds=1)
            for text in texts]


def choose(last):
    """Where the clock begins, and its step."""
    edges = [0, 1, -1, -BEHIND, -BEHIND - 1, -BEHIND + 1, AHEAD, AHEAD + 1, AHEAD - 1, -last, -last - 1]
    kind = choice.randrange(4)
    start = last + (choice.choice(edges) if kind == 0 else
                    choice.randint(-2 * BEHIND, 2 * BEHIND) if kind == 1 else
                    choice.randint(-YEAR, YEAR) if kind == 2 else choice.randint(0, 60000))
    step = choice.choice([0, 0, 1, -1, -1000, -BEHIND, -3600000, 3600000, choice.randint(-YEAR, YEAR)])
    return start, step


def append(start, step, rested):
    """Runs ledger-append; what it was told of the time, its exit status and what it said."""
    if os.path.exists("looks"):
        os.unlink("looks")
    env = dict(os.environ, LD_PRELOAD=SHIM, CLOCK_START=str(start), CLOCK_STEP=str(step), CLOCK_LOG="looks")
    with open("claimed", "w") as file:
        # what the signers claim does not matter here
        file.write('{"kind":"a","event":"b","matter":"c","institution":"smu.gz.example",'
                   '"time":"2026-11-23T10:21:07+08:00"}\n')
    command = [BIN + "/ledger-append", "L", "--operator", "op.key", "--key", "zhang.key", "--jsonl", "claimed"]
    ran = subprocess.run(command + (["--rested"] if rested else []), env=env, capture_output=True, text=True)
    looks = [int(line) for line in open("looks")] if os.path.exists("looks") else []
    return looks, ran.returncode, ran.stderr


def allowed(look, last, rested):
    return 0 <= look and last - BEHIND <= look and (rested or look <= last + AHEAD)


def judge(looks, status, said, before, after, rested):
    """What is wrong, or None."""
    last = before[-1]
    if status == 0 and len(after) == 1:
        done["appended"] += 1
        if RULE == "RAW":
            return None if after[0] in looks else "not the time of the clock"
        if after[0] < last:
            return "time decreases"
        if not any(allowed(look, last, rested) and after[0] == max(look, last) for look in looks):
            return "a time that no look at the clock allows"
        return None
    done["refused"] += 1
    if status != 2 or after:
        return "neither appended nor refused: exit status %d" % status
    if "clock" not in said:
        return "refused without a word of the clock"
    return None if any(not allowed(look, last, rested) for look in looks) else "refused with a good clock"


size = len(times(0))
before = times(0)
for nth in range(int(TRIES)):
    start, step = choose(before[-1])
    rested = choice.random() < 0.1
    looks, status, said = append(start, step, rested)
    after = times(size)
    wrong = judge(looks, status, said, before, after, rested)
    if wrong is not None:
        violations += 1
        print("violation: try %d: %s; last %d, start %d, step %d, rested %s, entries %s: %s"
              % (nth, wrong, before[-1], start, step, rested, after, said.strip()))
    before = after or before
    size += len(after)
print("%d appends with a wrong clock: %d appended, %d refused" % (int(TRIES), done["appended"], done["refused"]))
sys.exit(1 if violations else 0)
