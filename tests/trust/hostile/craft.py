"""craft.py - data.mdb files that were made to do harm to whoever opens them with liblmdb.

    craft.py DATA DIRECTORY     writes DIRECTORY/<case>/data.mdb for every case, from the sound file DATA

Format of LMDB 0.9, 64 bits, little-endian, pages of 4096 bytes. Every case changes what liblmdb
trusts, and nothing that it checks.
"""
import os
import struct
import sys

PAGE = 4096
NONE = (1 << 64) - 1
BRANCH, LEAF, OVERFLOW, META, DIRTY, LEAF2, SUBP = 1, 2, 4, 8, 0x10, 0x20, 0x40
BIG, SUBDATA, DUPDATA = 1, 2, 4
WIDTH = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}


class Image:
    def __init__(self, data):
        self.data = bytearray(data)
        self.meta = max((0, 1), key=lambda n: self.get(n * PAGE + 144, 8)) * PAGE
        self.main = self.page(self.get(self.meta + 88 + 40, 8))
        self.free = self.page(self.get(self.meta + 40 + 40, 8))

    def get(self, at, width):
        return struct.unpack_from(WIDTH[width], self.data, at)[0]

    def put(self, at, width, value):
        struct.pack_into(WIDTH[width], self.data, at, value)

    def metas(self, at, width, value):
        for meta in (0, PAGE):
            self.put(meta + at, width, value)

    @staticmethod
    def page(number):
        return number * PAGE

    def count(self, page):
        return (self.get(page + 12, 2) - 16) // 2

    def node(self, page, index):
        return page + self.get(page + 16 + 2 * index, 2)

    def value(self, node):
        return node + 8 + self.get(node + 6, 2)

    def child(self, node):
        return self.get(node, 4) | self.get(node + 4, 2) << 32

    def set_child(self, node, number):
        self.put(node, 4, number & 0xFFFFFFFF)
        self.put(node + 4, 2, number >> 32)

    def table(self, name=b"entries"):
        """The record of a table: 48 bytes."""
        for i in range(self.count(self.main)):
            node = self.node(self.main, i)
            if bytes(self.data[node + 8:self.value(node)]) == name:
                return self.value(node)
        raise KeyError(name)

    def root(self):
        root = self.page(self.get(self.table() + 40, 8))
        assert self.get(root + 10, 2) == BRANCH
        return root

    def leaf(self):
        return self.page(self.child(self.node(self.root(), 0)))

    def long_node(self):
        for branch in range(self.count(self.root())):
            leaf = self.page(self.child(self.node(self.root(), branch)))
            for i in range(self.count(leaf)):
                node = self.node(leaf, i)
                if self.get(node + 4, 2) == BIG:
                    return node
        raise KeyError("no long value")

    def long_run(self):
        return self.page(self.get(self.value(self.long_node()), 8))

    def free_list(self):
        """The place of the newest list: a count, and the numbers."""
        node = self.node(self.free, self.count(self.free) - 1)
        assert self.get(node + 4, 2) == 0
        return self.value(node)


CASES = {}


def case(name):
    def keep(make):
        CASES[name] = make
        return make
    return keep


def simple(name, make):
    CASES[name] = make


# --- Meta pages ---

for size in (0, 1, 512, 2048, 3000, 4095, 8192, 65536, 1 << 20, 0xFFFFFFFF):
    simple(f"page-size-{size}", lambda i, size=size: i.metas(40, 4, size))
simple("page-sizes-differ", lambda i: i.put(PAGE + 40, 4, 8192))
simple("magic", lambda i: i.metas(16, 4, 0xDEADBEEF))
simple("version", lambda i: i.metas(20, 4, 999))
simple("transactions-equal", lambda i: i.metas(144, 8, i.get(i.meta + 144, 8)))
simple("transactions-far-apart", lambda i: i.put((PAGE - i.meta) + 144, 8, 1))
simple("transaction-last", lambda i: i.put(i.meta + 144, 8, NONE))
simple("map-size-huge", lambda i: i.metas(32, 8, 1 << 62))
simple("map-size-all", lambda i: i.metas(32, 8, NONE))
simple("map-size-0", lambda i: i.metas(32, 8, 0))
simple("map-size-one-page", lambda i: i.metas(32, 8, PAGE))
simple("fixed-address", lambda i: (i.metas(24, 8, 0x10000), i.metas(44, 2, 9)))
simple("last-page-huge", lambda i: i.put(i.meta + 136, 8, 1 << 40))
simple("last-page-all", lambda i: i.put(i.meta + 136, 8, NONE))
simple("last-page-0", lambda i: i.put(i.meta + 136, 8, 0))
simple("meta-flags", lambda i: i.put(i.meta + 10, 2, LEAF))
simple("main-duplicates", lambda i: i.metas(92, 2, 4))
simple("main-reversed", lambda i: i.metas(92, 2, 2))
simple("main-root-beyond", lambda i: i.put(i.meta + 128, 8, 1 << 30))
simple("main-root-meta", lambda i: i.put(i.meta + 128, 8, 0))
simple("main-root-none", lambda i: i.put(i.meta + 128, 8, NONE))
simple("main-depth-0", lambda i: i.put(i.meta + 94, 2, 0))
simple("main-depth-most", lambda i: i.put(i.meta + 94, 2, 65535))
simple("free-root-beyond", lambda i: i.put(i.meta + 80, 8, 1 << 30))
simple("free-root-of-main", lambda i: i.put(i.meta + 80, 8, i.main // PAGE))

# --- Trees ---

simple("cycle", lambda i: i.set_child(i.node(i.root(), 0), i.root() // PAGE))
simple("cycle-to-main", lambda i: i.set_child(i.node(i.root(), 0), i.main // PAGE))
simple("shared-child", lambda i: i.set_child(i.node(i.root(), 1), i.child(i.node(i.root(), 0))))
simple("child-beyond", lambda i: i.set_child(i.node(i.root(), 0), 1 << 28))
simple("child-far-beyond", lambda i: i.set_child(i.node(i.root(), 0), (1 << 48) - 1))
simple("child-meta", lambda i: i.set_child(i.node(i.root(), 0), 0))
simple("depth-one-more", lambda i: i.put(i.table() + 6, 2, 3))
simple("depth-one-less", lambda i: i.put(i.table() + 6, 2, 1))
simple("depth-40", lambda i: i.put(i.table() + 6, 2, 40))
simple("entries-untold", lambda i: i.put(i.table() + 32, 8, 1 << 60))
simple("leaves-untold", lambda i: i.put(i.table() + 16, 8, 0))
simple("table-duplicates", lambda i: i.put(i.table() + 4, 2, 4))
simple("table-integer-keys", lambda i: i.put(i.table() + 4, 2, 8))
simple("table-fixed-size", lambda i: (i.put(i.table() + 4, 2, 0x14), i.put(i.table(), 4, 1 << 30)))
simple("table-root-beyond", lambda i: i.put(i.table() + 40, 8, 1 << 33))
simple("tables-share", lambda i: i.put(i.table(b"nodes") + 40, 8, i.get(i.table() + 40, 8)))


@case("bomb")
def bomb(image):
    """A branch all of whose children are one branch, and so on for sixteen levels."""
    first = image.get(image.meta + 136, 8) + 1
    leaf = image.child(image.node(image.root(), 0))
    levels = 16
    image.data = image.data[:first * PAGE].ljust(first * PAGE, b"\0")
    for level in range(levels):
        page = bytearray(PAGE)
        number = first + level
        count = 100
        struct.pack_into("<QHHHH", page, 0, number, 0, BRANCH, 16 + 2 * count, PAGE - 16 * count)
        below = leaf if level + 1 == levels else number + 1
        for i in range(count):
            at = PAGE - 16 * (i + 1)
            struct.pack_into("<H", page, 16 + 2 * i, at)
            struct.pack_into("<IHH8s", page, at, below, 0, 8, i.to_bytes(8, "big"))
        image.data += page
    image.put(image.meta + 136, 8, first + levels - 1)
    image.put(image.table() + 40, 8, first)
    image.put(image.table() + 6, 2, levels + 1)


# --- Pages ---

for name, flags in (("dirty", LEAF | DIRTY), ("sub-page", LEAF | SUBP), ("fixed-values", LEAF | LEAF2),
                    ("overflow", OVERFLOW), ("meta", META), ("loose", LEAF | 0x4000),
                    ("keep", LEAF | 0x8000), ("none", 0), ("leaf-and-branch", LEAF | BRANCH)):
    simple(f"page-{name}", lambda i, flags=flags: i.put(i.leaf() + 10, 2, flags))
simple("page-number", lambda i: i.put(i.leaf(), 8, 7))
simple("page-no-entries", lambda i: i.put(i.leaf() + 12, 2, 16))
simple("page-lower-below-head", lambda i: i.put(i.leaf() + 12, 2, 2))
simple("page-most-entries", lambda i: (i.put(i.leaf() + 12, 2, 65534), i.put(i.leaf() + 14, 2, 65534)))
simple("page-lower-above-upper", lambda i: i.put(i.leaf() + 12, 2, i.get(i.leaf() + 14, 2) + 2))
simple("page-odd", lambda i: i.put(i.leaf() + 12, 2, i.get(i.leaf() + 12, 2) + 1))
simple("branch-one-child", lambda i: i.put(i.root() + 12, 2, 18))
simple("place-beyond", lambda i: i.put(i.leaf() + 16, 2, 65534))
simple("place-in-head", lambda i: i.put(i.leaf() + 16, 2, 0))
simple("place-shared", lambda i: i.put(i.leaf() + 18, 2, i.get(i.leaf() + 16, 2)))
simple("place-odd", lambda i: i.put(i.leaf() + 16, 2, i.get(i.leaf() + 16, 2) + 1))
simple("place-at-end", lambda i: i.put(i.leaf() + 16, 2, PAGE - 2))


@case("keys-unsorted")
def keys_unsorted(image):
    leaf = image.leaf()
    one, two = image.get(leaf + 16, 2), image.get(leaf + 18, 2)
    image.put(leaf + 16, 2, two)
    image.put(leaf + 18, 2, one)


@case("keys-equal")
def keys_equal(image):
    one, two = (image.node(image.leaf(), n) for n in (0, 1))
    image.data[two + 8:two + 16] = image.data[one + 8:one + 16]


simple("value-huge", lambda i: i.put(i.node(i.leaf(), 0), 4, 0xFFFFFFFF))
simple("value-1-MiB", lambda i: i.put(i.node(i.leaf(), 0), 4, 1089536))
simple("value-one-more", lambda i: i.put(i.node(i.leaf(), 1), 4, i.get(i.node(i.leaf(), 1), 4) + 2))
simple("key-longest", lambda i: i.put(i.node(i.leaf(), 0) + 6, 2, 65535))
simple("key-empty", lambda i: i.put(i.node(i.leaf(), 0) + 6, 2, 0))
simple("entry-is-sub-page", lambda i: i.put(i.node(i.leaf(), 0) + 4, 2, DUPDATA))
simple("entry-is-table", lambda i: i.put(i.node(i.leaf(), 0) + 4, 2, SUBDATA))
simple("entry-is-both", lambda i: i.put(i.node(i.leaf(), 0) + 4, 2, DUPDATA | SUBDATA))
simple("entry-is-long", lambda i: i.put(i.node(i.leaf(), 0) + 4, 2, BIG))

# --- Values in pages of their own ---

simple("run-beyond", lambda i: i.put(i.value(i.long_node()), 8, 1 << 40))
simple("run-meta", lambda i: i.put(i.value(i.long_node()), 8, 0))
simple("run-of-leaf", lambda i: i.put(i.value(i.long_node()), 8, i.leaf() // PAGE))
simple("run-value-huge", lambda i: i.put(i.long_node(), 4, 0xFFFFFFFF))
simple("run-value-beyond-file", lambda i: i.put(i.long_node(), 4, len(i.data)))
simple("run-length-huge", lambda i: i.put(i.long_run() + 12, 4, 0xFFFFFFFF))
simple("run-length-0", lambda i: i.put(i.long_run() + 12, 4, 0))
simple("run-flags", lambda i: i.put(i.long_run() + 10, 2, LEAF))
simple("run-at-the-end", lambda i: i.put(i.value(i.long_node()), 8, i.get(i.meta + 136, 8)))

# --- Free pages ---

simple("free-page-in-use", lambda i: i.put(i.free_list() + 8, 8, i.leaf() // PAGE))
simple("free-page-meta", lambda i: i.put(i.free_list() + 8, 8, 0))
simple("free-page-beyond", lambda i: i.put(i.free_list() + 8, 8, 1 << 40))
simple("free-count-huge", lambda i: i.put(i.free_list(), 8, 1 << 61))
simple("free-of-the-future",
       lambda i: i.put(i.node(i.free, i.count(i.free) - 1) + 8, 8, 1 << 50))


def main():
    with open(sys.argv[1], "rb") as file:
        sound = file.read()
    for name, make in CASES.items():
        image = Image(sound)
        make(image)
        assert bytes(image.data) != sound, name
        os.makedirs(os.path.join(sys.argv[2], name))
        with open(os.path.join(sys.argv[2], name, "data.mdb"), "wb") as file:
            file.write(image.data)


main()
