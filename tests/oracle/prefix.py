"""prefix.py - the prefix tree and paths in it: SPEC.md 9."""

from tree import digest

EMPTY = bytes(32)
DEEPEST = 256


def leaf(key: bytes, value: bytes) -> bytes:
    return digest(b"\x02", key, value)


def node(left: bytes, right: bytes) -> bytes:
    return digest(b"\x03", left, right)


def bit(key: bytes, at: int) -> int:
    return key[at // 8] >> (7 - at % 8) & 1


def root(pairs: dict[bytes, bytes]) -> bytes:
    """ROOT(S, 0) of the definition."""
    return subtree(sorted(pairs.items()), 0)


def subtree(pairs: list[tuple[bytes, bytes]], depth: int) -> bytes:
    """ROOT(S, depth); the pairs are in the order of their keys, so those with bit 0 come first."""
    if not pairs:
        return EMPTY
    if len(pairs) == 1:
        return leaf(*pairs[0])
    middle = sum(1 for key, _ in pairs if not bit(key, depth))
    return node(subtree(pairs[:middle], depth + 1), subtree(pairs[middle:], depth + 1))


def climb(key: bytes, hash_: bytes, path: list[bytes]) -> bytes | None:
    """The root that a path leads to from what stands in the place of a key."""
    if len(path) > DEEPEST or (path and path[0] == EMPTY):
        return None
    for step, other in enumerate(path):
        right = bit(key, len(path) - 1 - step)
        hash_ = node(other, hash_) if right else node(hash_, other)
    return hash_


def present(key: bytes, value: bytes, path: list[bytes], root_: bytes) -> bool:
    return climb(key, leaf(key, value), path) == root_


def absent(key: bytes, end: tuple[bytes, bytes] | None, path: list[bytes], root_: bytes) -> bool:
    """`end` is what stands in the key's place: None for nothing, or key and value of another leaf."""
    if end is None:
        return climb(key, EMPTY, path) == root_
    if len(path) > DEEPEST or end[0] == key or any(bit(end[0], i) != bit(key, i) for i in range(len(path))):
        return False
    return climb(key, leaf(*end), path) == root_
