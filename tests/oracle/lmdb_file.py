"""lmdb_file.py - reads the tables of an LMDB data file (format 1, as liblmdb 0.9 writes it on 64-bit
little-endian hosts) in bounded code: no page is read twice, nothing outside the file, in order only.

What is not as liblmdb writes it is `Damaged`. Free pages are not looked at: they mean nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

MAGIC, VERSION = 0xBEEFC0DE, 1
PAGE_HEAD = Struct("<QHHHH")  # number, padding, flags, lower, upper
META = Struct("<IIQQ48s48sQQ")  # magic, version, address, map size, free pages, main, last page, transaction
TABLE = Struct("<IHHQQQQQ")  # padding, flags, depth, branch, leaf and overflow pages, entries, root
NODE = Struct("<HHHH")
BRANCH, LEAF, OVERFLOW, META_PAGE = 1, 2, 4, 8
BIG, SUBTABLE = 1, 2
EMPTY = 2**64 - 1
DEEPEST = 32


class Damaged(Exception):
    """Not a data file that can be read."""


def check(condition: object, what: str) -> None:
    if not condition:
        raise Damaged(what)


@dataclass(frozen=True)
class Table:
    flags: int
    depth: int
    entries: int
    root: int


@dataclass(frozen=True)
class Node:
    flags: int
    key: bytes
    value: bytes  # of a branch: empty
    page: int = 0  # of a branch: the one below


def table(data: bytes) -> Table:
    _, flags, depth, _, _, _, entries, root = TABLE.unpack(data)
    return Table(flags, depth, entries, root)


class File:
    def __init__(self, data: bytes):
        self.data = data
        self.seen: set[int] = set()  # pages that belong to something
        metas = [meta for meta in (self.meta(0), self.meta(1)) if meta]
        check(len(metas) == 2, "no head")
        _, self.page_size, main, self.last = max(metas)
        check((self.last + 1) * self.page_size <= len(data), "the file ends before its last page")
        self.main = table(main)

    def meta(self, which: int) -> tuple[int, int, bytes, int] | None:
        """Transaction, page size, main table and last page."""
        page_size = int.from_bytes(self.data[40:44], "little")  # of the first, in its table of free pages
        at = which * page_size
        if page_size not in (4096, 8192, 16384, 32768) or len(self.data) < at + page_size:
            return None
        _, _, flags, _, _ = PAGE_HEAD.unpack_from(self.data, at)
        magic, version, _, _, free, main, last, transaction = META.unpack_from(self.data, at + PAGE_HEAD.size)
        if not flags & META_PAGE or (magic, version) != (MAGIC, VERSION):
            return None
        return transaction, int.from_bytes(free[:4], "little"), main, last

    def tables(self) -> dict[bytes, Table]:
        result = {}
        for node in self.nodes(self.main):
            check(node.flags & SUBTABLE and len(node.value) == TABLE.size, "a row beside the tables")
            result[node.key] = table(node.value)
        return result

    def rows(self, of: Table) -> Iterator[tuple[bytes, bytes]]:
        check(of.flags == 0, "a table of another sort")
        for node in self.nodes(of):
            check(not node.flags & ~BIG, "a row of another sort")
            yield node.key, node.value

    def nodes(self, of: Table) -> Iterator[Node]:
        """Its leaves, in order; exactly as many as it says."""
        if of.root == EMPTY:
            check(of.entries == 0 and of.depth == 0, "an empty table has rows")
            return
        check(1 <= of.depth <= DEEPEST, "a table too deep")
        count, last = 0, None
        stack = [(self.page(of.root, of.depth == 1), of.depth)]
        while stack:
            page, depth = stack[-1]
            node = next(page, None)
            if node is None:
                stack.pop()
            elif depth > 1:
                stack.append((self.page(node.page, depth == 2), depth - 1))
            else:
                check(last is None or last < node.key, "rows out of order")
                count, last = count + 1, node.key
                yield node
        check(count == of.entries, "a table has not as many rows as it says")

    def claim(self, number: int, count: int = 1) -> int:
        """Where a page begins that nothing else has claimed."""
        check(2 <= number and count >= 1 and number + count - 1 <= self.last, "a page outside the file")
        pages = set(range(number, number + count))
        check(not pages & self.seen, "a page that belongs to two")
        self.seen |= pages
        return number * self.page_size

    def page(self, number: int, leaf: bool) -> Iterator[Node]:
        at = self.claim(number)
        own, _, flags, lower, upper = PAGE_HEAD.unpack_from(self.data, at)
        check(own == number and flags == (LEAF if leaf else BRANCH), "a page of another sort")
        count = (lower - PAGE_HEAD.size) // 2
        check(PAGE_HEAD.size < lower <= upper <= self.page_size and lower % 2 == 0, "the head of a page")
        for i in range(count):
            start = at + PAGE_HEAD.size + 2 * i
            offset = int.from_bytes(self.data[start : start + 2], "little")
            check(upper <= offset <= self.page_size - NODE.size, "a row outside its page")
            yield self.node(at, offset, leaf)

    def node(self, page: int, offset: int, leaf: bool) -> Node:
        low, high, flags, key_size = NODE.unpack_from(self.data, page + offset)
        at, end = page + offset + NODE.size, page + self.page_size
        check(at + key_size <= end, "a key outside its page")
        key = self.data[at : at + key_size]
        if not leaf:
            return Node(0, key, b"", low | high << 16 | flags << 32)
        size, at = low | high << 16, at + key_size
        if flags & BIG:
            check(at + 8 <= end, "a row outside its page")
            return Node(flags, key, self.overflow(int.from_bytes(self.data[at : at + 8], "little"), size))
        check(at + size <= end, "a value outside its page")
        return Node(flags, key, self.data[at : at + size])

    def overflow(self, number: int, size: int) -> bytes:
        count = -(-(PAGE_HEAD.size + size) // self.page_size)
        at = self.claim(number, count)
        own, _, flags, low, high = PAGE_HEAD.unpack_from(self.data, at)
        check(own == number and flags == OVERFLOW and low | high << 16 == count, "a page of another sort")
        return self.data[at + PAGE_HEAD.size : at + PAGE_HEAD.size + size]
