"""policy.py - what a verifier trusts: SPEC.md 13 and c2sp.org/tlog-policy."""

import re
from dataclasses import dataclass, field

import keys
import text
from checkpoint import Checkpoint
from keys import Key
from verdict import Finding, Trouble, require

LONGEST = 262144
MOST = {b"log": 32, b"witness": 64, b"group": 64}
ALLOWED = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")
NONE = b"none"


class BadPolicy(Trouble):
    """It trusts nothing; that is wrong usage."""


@dataclass
class Group:
    threshold: int
    members: list[bytes]


@dataclass
class Policy:
    logs: list[Key] = field(default_factory=list)
    witnesses: dict[bytes, Key] = field(default_factory=dict)
    groups: dict[bytes, Group] = field(default_factory=dict)
    quorum: bytes | None = None

    def signed_by_log(self, checkpoint: Checkpoint) -> None:
        """Steps 1 and 2."""
        said = [(key, checkpoint.note.signed_by(key)) for key in self.logs]
        require(all(good is not False for _, good in said), "bad-signature", "a log key's signature")
        names = [key.name for key, good in said if good]
        require(names, "log-untrusted")
        require(checkpoint.origin in names, "other-origin")

    def cosigned_by(self, checkpoint: Checkpoint) -> set[bytes]:
        """Step 3: the names, in this policy, of the witnesses who cosigned."""
        said = {name: checkpoint.note.signed_by(key) for name, key in self.witnesses.items()}
        require(all(good is not False for good in said.values()), "bad-signature", "a witness's signature")
        return {name for name, good in said.items() if good}

    def judge_seen(self, checkpoint: Checkpoint) -> None:
        """Steps 1 to 3, as of a checkpoint seen before: a quorum is not asked of it."""
        self.signed_by_log(checkpoint)
        self.cosigned_by(checkpoint)

    def judge(self, checkpoint: Checkpoint) -> None:
        self.signed_by_log(checkpoint)
        held = self.cosigned_by(checkpoint)
        cosigned = sorted(held)
        for name, group in self.groups.items():
            if sum(member in held for member in group.members) >= group.threshold:
                held.add(name)
        if self.quorum != NONE and self.quorum not in held:
            raise Finding("quorum-missing", f"cosigned: {b', '.join(cosigned).decode(errors='replace') or 'none'}")

    # ---- reading ----

    def add_log(self, words: list[bytes]) -> bool:
        key = keys.parse(words[0], keys.NOTE_KEY) if 1 <= len(words) <= 2 else None
        if key is None or any(key.public == other.public for other in self.logs):
            return False
        self.logs.append(key)
        return len(self.logs) <= MOST[b"log"]

    def add_witness(self, words: list[bytes]) -> bool:
        if not 2 <= len(words) <= 3 or not self.is_new(words[0]):
            return False
        key = keys.parse(words[1], keys.WITNESS_KEY)
        if key is None or any(key.public == other.public for other in self.witnesses.values()):
            return False
        self.witnesses[words[0]] = key
        return len(self.witnesses) <= MOST[b"witness"]

    def add_group(self, words: list[bytes]) -> bool:
        if len(words) < 3 or not self.is_new(words[0]):
            return False
        members = words[2:]
        if len(set(members)) != len(members) or not all(map(self.is_known, members)):
            return False
        named = {b"any": 1, b"all": len(members)}
        threshold = named.get(words[1]) or text.decimal(words[1], len(members))
        if not threshold or any(self.is_member(member) for member in members):
            return False
        self.groups[words[0]] = Group(threshold, members)
        return len(self.groups) <= MOST[b"group"]

    def add_quorum(self, words: list[bytes]) -> bool:
        if len(words) != 1 or self.quorum is not None or not (words[0] == NONE or self.is_known(words[0])):
            return False
        self.quorum = words[0]
        return True

    def is_known(self, name: bytes) -> bool:
        return name in self.witnesses or name in self.groups

    def is_new(self, name: bytes) -> bool:
        return name != NONE and not self.is_known(name)

    def is_member(self, name: bytes) -> bool:
        """Each name counts in one way only."""
        return any(name in group.members for group in self.groups.values())


def parse(data: bytes) -> Policy:
    if len(data) > LONGEST or not ALLOWED.fullmatch(data) or not data.endswith(b"\n"):
        raise BadPolicy("bad-policy: its length, its characters or its end")
    policy = Policy()
    add = {
        b"log": policy.add_log,
        b"witness": policy.add_witness,
        b"group": policy.add_group,
        b"quorum": policy.add_quorum,
    }
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        words = [word for word in re.split(rb"[ \t]+", line) if word]
        if not words or words[0].startswith(b"#"):
            continue
        if words[0] not in add or not add[words[0]](words[1:]):
            raise BadPolicy(f"bad-policy: line {number}")
    if policy.quorum is None:
        raise BadPolicy("bad-policy: it has no quorum line")
    return policy


def of_log(vkey: bytes) -> Policy:
    """The policy of --log: this log, and no witness."""
    key = keys.parse(vkey, keys.NOTE_KEY)
    if key is None:
        raise BadPolicy("bad-key: the log's vkey")
    return Policy(logs=[key], quorum=NONE)
