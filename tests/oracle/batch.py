"""batch.py - batch signatures: SPEC.md 5.1."""

import ed25519
import text
import tree

LARGEST = 1024
HEADER = b"\x00public-law-ledger/batch/v1\n"


def verifies(public: bytes, record_text: bytes, signature: bytes) -> bool:
    """Whether these are place, path and signature of the text in a batch that the key signed.

    (ed25519.verify remembers what it verified, so a batch costs one signature.)
    """
    index, size = int.from_bytes(signature[:2], "big"), int.from_bytes(signature[2:4], "big")
    if len(signature) < 4 or not 2 <= size <= LARGEST or index >= size:
        return False
    if len(signature) != 4 + 32 * tree.path_length(index, size) + 64:
        return False
    hashes = signature[4:-64]
    path = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    root = tree.climb(tree.leaf(record_text), index, size, path)
    if root is None:
        return False
    message = HEADER + b"%d\n%s\n" % (size, text.to_base_64(root).encode())
    return ed25519.verify(public, message, signature[-64:])
