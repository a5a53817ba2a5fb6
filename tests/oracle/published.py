"""published.py - a ledger as a published directory: SPEC.md 27 and 28. The directory is hostile."""

import errno
import os
import stat
from collections.abc import Iterator

import checkpoint
import entry
import note
from checkpoint import Checkpoint
from ledger import Ledger
from policy import Policy
from verdict import Finding, Trouble

WIDTH = 256
HASH = 32
LONGEST_BUNDLE_ENTRY = 2 + entry.LONGEST


class NoFile(Exception):
    """There is something in the place of a file, and it is none that is read."""


def number_path(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["x" + group for group in groups[:-1]] + [groups[-1]])


def width_at(level: int, number: int, size: int) -> int:
    """How many hashes a tile has in a tree of this size (27.1, rule 1)."""
    full = size // WIDTH ** (level + 1)
    if number == full:
        return size // WIDTH**level % WIDTH
    return WIDTH if number < full else 0


def tile_numbers(level: int, size: int) -> range:
    return range(-(-(size // WIDTH**level) // WIDTH))


class Directory:
    """Reads regular files below a directory, and follows no symbolic link in it."""

    def __init__(self, path: str):
        self.path = path
        self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)

    def has(self, name: str) -> bool:
        try:
            os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def read(self, path: str, most: int) -> bytes | None:
        """The bytes of a file of at most so many; None if it is not there."""
        *directories, name = path.split("/")
        here = os.dup(self.descriptor)
        try:
            for directory in directories:
                inner = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
                os.close(here)
                here = inner
            return read_regular(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here), most)
        except FileNotFoundError:
            return None
        except OSError as trouble:
            if trouble.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO):
                raise NoFile(path) from None
            raise Trouble(f"cannot read '{self.path}/{path}': {trouble.strerror}") from None
        finally:
            os.close(here)


def read_regular(descriptor: int, most: int) -> bytes:
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NoFile("not a regular file")
        data = file.read(most + 1)
    if len(data) > most:
        raise NoFile("longer than it can be")
    return data


def partial_or_full(directory: Directory, path: str, width: int, each: int) -> tuple[bytes, int] | None:
    """A tile or bundle of this width and how many it holds; the full one may stand for a partial one."""
    if width < WIDTH:
        data = directory.read(f"{path}.p/{width}", width * each)
        if data is not None:
            return data, width
    data = directory.read(path, WIDTH * each)
    return None if data is None else (data, WIDTH)


def bundle(data: bytes, count: int) -> list[bytes] | None:
    """The entries of a bundle that is exactly so many; else None."""
    entries, at = [], 0
    for _ in range(count):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            return None
        entries.append(data[start:at])
    return entries if at == len(data) else None


class Published:
    def __init__(self, path: str):
        self.directory = Directory(path)

    def verify(self, policy: Policy, seen: Checkpoint | None) -> tuple[Ledger, Checkpoint]:
        """Section 28; the parts of its step 4 that come before anything is read are behind us."""
        last = self.checkpoint()
        ledger = Ledger()
        for data in self.entries(last, ledger):
            ledger.append(data)
        self.judge_checkpoint(last, ledger, last.size - 1)
        if last.root != ledger.log.root():
            raise Finding("checkpoint-root", "", last.size - 1)
        policy.judge(last)
        if seen:
            ledger.judge_seen(seen)
        self.judge_tiles(ledger)
        return ledger, last

    def checkpoint(self) -> Checkpoint:
        try:
            data = self.directory.read("checkpoint", note.LONGEST)
        except NoFile as no_file:
            raise Finding("store-damaged", f"checkpoint: {no_file}") from None
        if data is None:
            raise Trouble(f"'{self.directory.path}' has no checkpoint")
        return checkpoint.parse(data)

    @staticmethod
    def judge_checkpoint(last: Checkpoint, ledger: Ledger, at: int) -> None:
        try:
            ledger.judge_origin(last)
        except Finding as finding:
            raise finding.at(at) from None

    def entries(self, last: Checkpoint, ledger: Ledger) -> Iterator[bytes]:
        for number in tile_numbers(0, last.size):
            yield from self.bundle(number, last, ledger)

    def bundle(self, number: int, last: Checkpoint, ledger: Ledger) -> list[bytes]:
        first, width = number * WIDTH, width_at(0, number, last.size)
        found = self.bundle_file(number, width, first)
        if found is None:
            self.missing(first, last, ledger)
        entries = bundle(*found)
        if entries is None:
            raise Finding("store-damaged", f"bundle {number} is not of {found[1]} entries", first)
        return entries[:width]

    def bundle_file(self, number: int, width: int, first: int) -> tuple[bytes, int] | None:
        try:
            path = f"tile/entries/{number_path(number)}"
            return partial_or_full(self.directory, path, width, LONGEST_BUNDLE_ENTRY)
        except NoFile as no_file:
            raise Finding("store-damaged", f"bundle {number}: {no_file}", first) from None

    def missing(self, first: int, last: Checkpoint, ledger: Ledger) -> None:
        """A bundle is not there: a gap, or the end was cut off."""
        end = (last.size - 1) // WIDTH
        if first and self.bundle_file(end, width_at(0, end, last.size), first) is None:
            self.judge_checkpoint(last, ledger, first)
            raise Finding("checkpoint-beyond", "", first)
        raise Finding("entry-missing", "", first)

    # ---- hash tiles ----

    def judge_tiles(self, ledger: Ledger) -> None:
        """Of all hashes that lie, the first that the pass over the entries completes is named."""
        lies = []
        for level in range(-(-len(ledger.log.nodes) // 8)):
            for number in tile_numbers(level, ledger.size):
                at = self.first_lie(ledger, level, number)
                if at is not None:
                    last_entry = (at + 1) * WIDTH**level - 1
                    lies.append((last_entry, level, f"tile/{level}/{number_path(number)}"))
        if lies:
            at, _, name = min(lies)
            raise Finding("wrong-node", name, at)

    def first_lie(self, ledger: Ledger, level: int, number: int) -> int | None:
        """The index, in its level, of the first node that the tile has not as it is."""
        width, first = width_at(level, number, ledger.size), number * WIDTH
        nodes = ledger.log.nodes[8 * level][first : first + width]
        try:
            found = partial_or_full(self.directory, f"tile/{level}/{number_path(number)}", width, HASH)
        except NoFile:
            return first
        if found is None or len(found[0]) != found[1] * HASH:
            return first
        for at, hash_ in enumerate(nodes):
            if found[0][at * HASH : (at + 1) * HASH] != hash_:
                return first + at
        return None
