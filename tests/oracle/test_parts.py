#!/usr/bin/env python3
"""test_parts.py - the parts of the second verifier against what others published (fixtures/vectors) and
against the examples of SPEC.md. Prints what held; exit status 1 if something did not.
"""

import hashlib
import re
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = sys.pycache_prefix is None  # the tree stays clean

import authority
import batch
import checkpoint
import ed25519
import entry
import json_line
import keys
import note
import policy
import prefix
import published
import text
import times
import tree
from authority import Authority
from ledger import Ledger
from tree import digest
from verdict import Finding, Trouble

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "fixtures/vectors"
SPEC = (ROOT / "SPEC.md").read_text()


def block(first_line: str) -> bytes:
    """An indented example of SPEC.md that begins so."""
    lines = []
    for line in SPEC[SPEC.index("    " + first_line + "\n") :].split("\n"):
        if line and not line.startswith("    "):
            break
        lines.append(line[4:])
    return "\n".join(lines).rstrip("\n").encode() + b"\n"


def entry_of_spec(index: int) -> bytes:
    """Entries 0 to 2 of the example ledger."""
    at = SPEC.index(f"    public-law-ledger/entry/v1\n    index {index}\n    time 2")
    lines = SPEC[at:].split("\n")
    end = next(i for i, line in enumerate(lines) if line.startswith("    —"))
    while lines[end].startswith("    —"):
        end += 1
    return "".join(line[4:] + "\n" for line in lines[:end]).encode()


class Trees(unittest.TestCase):
    def test_rfc_6962(self):
        log, leaves = tree.Log(), []
        counted = 0
        for line in (VECTORS / "rfc6962-tree.txt").read_text().splitlines():
            word, *rest = line.split(" ")
            if word == "leaf":
                leaves.append(tree.leaf(b"" if rest[0] == "-" else bytes.fromhex(rest[0])))
                log.append(leaves[-1])
            elif word in ("root", "inclusion", "consistency"):
                counted += 1
                self.check(log, leaves, word, rest)
        self.assertGreater(counted, 10)

    def check(self, log: tree.Log, leaves: list[bytes], word: str, rest: list[str]) -> None:
        if word == "root":
            self.assertEqual(log.root(int(rest[0])).hex(), rest[1])
            return
        a, b, path = int(rest[0]), int(rest[1]), [bytes.fromhex(hash_) for hash_ in rest[2:]]
        if word == "inclusion":
            self.assertEqual(tree.climb(leaves[a], a, b, path), log.root(b))
        else:
            self.assertTrue(tree.consistent(a, b, log.root(a), log.root(b), path))

    def test_prefix_tree(self):
        roots = dict(re.findall(r"^\| (none|a|a, b|a, b, c) \| `(.{44})` \|$", SPEC, re.M))
        self.assertEqual(len(roots), 4)
        for names, root in roots.items():
            letters = [] if names == "none" else names.encode().split(b", ")
            pairs = {digest(letter): digest(letter.upper()) for letter in letters}
            self.assertEqual(text.to_base_64(prefix.root(pairs)), root)
        key = digest(b"a")
        near = key[:-1] + bytes([key[-1] ^ 1])
        root = prefix.root({key: digest(b"A"), near: digest(b"B")})
        self.assertIn(text.to_base_64(root), SPEC)
        path = [prefix.leaf(near, digest(b"B"))] + [prefix.EMPTY] * 255
        self.assertTrue(prefix.present(key, digest(b"A"), path, root))

    def test_tiles(self):
        self.assertEqual(published.number_path(1234067), "x001/x234/067")
        self.assertEqual(published.number_path(0), "000")
        self.assertEqual([published.width_at(0, n, 600) for n in range(4)], [256, 256, 88, 0])


class Notes(unittest.TestCase):
    def test_of_others(self):
        for name, vkey in (
            ("c2sp-signed-note", "c2sp-signed-note"),
            ("go-two-signers", "go-peter-neumann"),
            ("go-two-signers", "go-enoch-root"),
            ("go-sumdb-tree", "go-sumdb-tree"),
        ):
            key = keys.parse((VECTORS / f"{vkey}.vkey").read_bytes().strip(), keys.NOTE_KEY)
            data = (VECTORS / f"{name}.note").read_bytes()
            self.assertTrue(note.parse(data).signed_by(key), name)
            changed = data.replace(b"e", b"f", 1)
            self.assertIs(note.parse(changed).signed_by(key), False, name)
        cosigned = checkpoint.parse((VECTORS / "c2sp-cosignature.note").read_bytes())
        self.assertEqual((cosigned.size, len(cosigned.note.signatures[0].data)), (20852163, 72))

    def test_strict_ed25519(self):
        """4.2: what verifies with the small-order or the uncanonical, and must not."""
        for y in ed25519.SMALL_ORDER:
            point = y.to_bytes(32, "little")
            self.assertFalse(ed25519.verify(point, b"", point + bytes(32)))
        key = keys.parse((VECTORS / "c2sp-signed-note.vkey").read_bytes().strip(), keys.NOTE_KEY)
        parsed = note.parse((VECTORS / "c2sp-signed-note.note").read_bytes())
        good = parsed.signatures[0].data
        self.assertTrue(ed25519.verify(key.public, parsed.text, good))
        s = int.from_bytes(good[32:], "little") + ed25519.ORDER
        self.assertFalse(ed25519.verify(key.public, parsed.text, good[:32] + s.to_bytes(32, "little")))

    def test_batch(self):
        record = entry.parse(entry_of_spec(1)).record
        key = keys.parse(
            b"smu-forensics.gz.example/zhang-san+14b86aa3+AdpWdBPJ/PUVGgjUFWHClNcn1nyo7991SkoM3vo9vvvu", keys.NOTE_KEY
        )
        self.assertEqual(key.batch_id.hex(), "3fb41d47")
        lines = re.findall(r"^    (— smu-forensics\.gz\.example/zhang-san P7Qd.*)$", SPEC, re.M)
        self.assertEqual(len(lines), 3)
        for line, event in zip(lines, (b"issue", b"extract", b"correct"), strict=True):
            signature = note.signature_line(line.encode())
            self.assertEqual(signature.id, key.batch_id)
            changed = record.note.text.replace(b"event issue", b"event " + event)
            self.assertTrue(batch.verifies(key.public, changed, signature.data))
            self.assertFalse(batch.verifies(key.public, changed + b" ", signature.data))


class Formats(unittest.TestCase):
    def test_example_ledger(self):
        ledger = Ledger()
        for index in range(3):
            ledger.append(entry_of_spec(index))
            self.assertIn(f"root {index + 1}   {text.to_base_64(ledger.log.root())}", SPEC)
        self.assertIn(f"| authority root after entry 2 | `{text.to_base_64(ledger.authority.root)}` |", SPEC)

    def test_findings_of_entries(self):
        genesis = entry_of_spec(0)
        for change, finding in (
            ((b"index 0", b"index 1"), "wrong-index"),
            ((b"index 0", b"index 00"), "bad-entry"),
            ((b"previous 47", b"previous 57"), "broken-chain"),
            ((b"authority AAAA", b"authority AAAB"), "wrong-authority"),
            ((b"threshold 2", b"threshold 1"), "bad-signature"),
            ((b"event genesis", b"event change"), "bad-genesis"),
            ((b"set threshold 2\n", b""), "bad-change"),
            ((b"set threshold 2", b"set threshold 0"), "bad-authority-line"),
            ((b"nonce gg", b"nonce g"), "bad-record"),
        ):
            with self.assertRaises(Finding) as caught:
                Ledger().append(genesis.replace(*change))
            self.assertEqual(caught.exception.name, finding)

    def test_test_names(self):
        for name in (b"test", b"test/x", b"smu.test", b"a.b.test/zhang-san"):
            self.assertTrue(authority.is_for_tests(name), name)
        for name in (b"test.example", b"smu.example/x.test", b"attest", b"smu.TEST", b"x/test"):
            self.assertFalse(authority.is_for_tests(name), name)

    def test_times(self):
        self.assertEqual(times.claimed(b"1970-01-01T08:00:01+08:00"), 1000)
        for bad in (
            b"2026-02-29T00:00:00Z", b"2026-01-01T00:00:60Z", b"2026-01-01T00:00:00+00:00",
            b"2026-01-01T00:00:00+14:01", b"1970-01-01T00:00:00+08:00", b"2026-01-01t00:00:00Z",
            b"9999-12-31T23:59:59-01:00", b"2026-01-01T00:00:00.1Z", b"2026-01-01T00:00:00Z\n",
        ):  # fmt: skip
            self.assertIsNone(times.claimed(bad), bad)
        self.assertEqual(times.ledgers(b"1970-01-01T00:00:00.001Z"), 1)
        self.assertIsNone(times.ledgers(b"2026-01-01T00:00:00Z"))

    def test_json(self):
        for good in ('{"a":[1,-0.5e+3,true,null,{}],"b":""}', "[" * 32 + "]" * 32, '"\\ud83d\\ude00"', "0"):
            self.assertTrue(json_line.is_value(good), good)
        for bad in (
            "", "{}{}", "[1,]", "[ 1]", "01", "1.", '"\\ud83d"', '"\\ude00\\ud83d"', "[" * 33 + "]" * 33,
            '{"a"}', "{1:2}", "nul", "[1}", '"a', "-", '{"a":1,}',
        ):  # fmt: skip
            self.assertFalse(json_line.is_value(bad), bad)

    def test_words(self):
        self.assertIsNone(text.clean("a\u202eb".encode()))
        self.assertIsNone(text.clean(b"\xc0\xaf"))
        self.assertIsNone(text.base_64(b"AB=="))
        self.assertEqual(text.base_64(b"AA=="), b"\0")
        self.assertIsNone(text.decimal(b"007", 10))
        self.assertIsNone(text.token(b"a-"))
        self.assertEqual(text.grants(b"a,b/c+d"), {b"a": None, b"b": frozenset((b"c", b"d"))})
        for bad in (b"", b"a,a", b"a/", b"a/c+c", b"a,", b"A"):
            self.assertIsNone(text.grants(bad), bad)
        self.assertTrue(text.has_one_spelling("粤南医鉴〔2026〕病鉴字第1234号".encode()))
        self.assertFalse(text.has_one_spelling("（２０２６）第1号".encode()))

    def test_rules(self):
        good = block("rules required").split(b"\n")[1:-1]
        self.assertEqual(len(good), 5)
        for line in good:
            self.assertIsNotNone(authority.parse(line), line)
        for bad in (
            b"rule k e after=-", b"rule k e sign=a:1", b"rule k e sign=a:1 after=-", b"rule k e after=- sign=a:0",
            b"rule k e after=- sign=a:1,a:2", b"rule k e after=x,- sign=a:1", b"rule index e after=- sign=a:1",
            b"rule k e after=- sign=a:1 not-by=refers/x", b"rule k e after=- sign=a:1 keeps=party:x",
            b"rule k e after=- sign=a:1  makes=void", b"rule k e after=- sign=a:1 needs=party",
        ):  # fmt: skip
            self.assertIsNone(authority.parse(bad), bad)

    def test_policy(self):
        log = b"log publiclaw.gz.example/2026+89544fe0+AWKasclh1UFyUbyiolYvFJkK3MJeQBaZy2FF2S+t3UwU\n"
        self.assertEqual(len(policy.parse(b" \t# x\n\n" + log + b"quorum\tnone \n").logs), 1)
        for bad in (log, log + b"quorum none", log + log + b"quorum none\n", log + b"quorum x\n", b"quorum none\r\n"):
            with self.assertRaises(Trouble):
                policy.parse(bad)

    def test_authority_of_nothing(self):
        self.assertEqual(Authority().root, bytes(32))
        self.assertEqual(tree.EMPTY_ROOT, hashlib.sha256().digest())


if __name__ == "__main__":
    unittest.main()
