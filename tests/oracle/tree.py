"""tree.py - the log tree of RFC 6962 and paths in it: SPEC.md 8."""

import hashlib

MOST = 2**62 - 1  # entries in a ledger


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


EMPTY_ROOT = digest()


def leaf(entry: bytes) -> bytes:
    return digest(b"\x00", entry)


def node(left: bytes, right: bytes) -> bytes:
    return digest(b"\x01", left, right)


def path_length(index: int, size: int) -> int:
    """How many hashes the path of an index has (8, step 2)."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def climb(hash_: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that a path leads to, or None where it has not the length that the place asks."""
    if index >= size or size > MOST or len(path) != path_length(index, size):
        return None
    inner = (index ^ (size - 1)).bit_length()
    for level, other in enumerate(path):
        left = level < inner and not index >> level & 1
        hash_ = node(hash_, other) if left else node(other, hash_)
    return hash_


def consistent(old: int, size: int, old_root: bytes, root: bytes, path: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2. No file of version 1 carries such a proof: it is here for who has one."""
    if not 0 < old <= size or size > MOST:
        return False
    if old == size:
        return not path and old_root == root
    if not path:
        return False
    if old & (old - 1) == 0:
        path = [old_root, *path]
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node(other, older), node(other, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node(newer, other)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == root


class Log:
    """A log tree that grows. It keeps every full subtree, by its level: nodes[level][index]."""

    def __init__(self) -> None:
        self.nodes: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self.nodes[0])

    def append(self, leaf_hash: bytes) -> None:
        hash_ = leaf_hash
        for level in range(64):
            if level == len(self.nodes):
                self.nodes.append([])
            self.nodes[level].append(hash_)
            count = len(self.nodes[level])
            if count & 1:
                return
            hash_ = node(self.nodes[level][count - 2], hash_)

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves: of all, if it is not given."""
        size = self.size if size is None else size
        root = None
        for level in range(size.bit_length()):
            if size >> level & 1:
                full = self.nodes[level][(size >> level) - 1]
                root = full if root is None else node(full, root)
        return EMPTY_ROOT if root is None else root
