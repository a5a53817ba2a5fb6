#!/usr/bin/env python3
"""seeds.py - the first inputs of the fuzzing, taken from the fixtures.

    seeds.py PUBLISHED FIXTURES OUTPUT

PUBLISHED holds what ledger-publish made of golden ledgers. Writes OUTPUT/<target>/<digest>.
"""
import hashlib
import os
import pathlib
import random
import sys

published, fixtures, output = (pathlib.Path(a) for a in sys.argv[1:])
PER_TARGET = 400
found = {}


def add(target, data):
    found.setdefault(target, {})[hashlib.sha256(data).hexdigest()[:16]] = data


def entries_of(bundle):
    while bundle:
        size = int.from_bytes(bundle[:2], "big")
        yield bundle[2:2 + size]
        bundle = bundle[2 + size:]


def add_line(line):
    word, _, value = line.partition(b" ")
    if word in (b"set", b"unset"):
        add("authority_line", value)
        if value.startswith(b"rule "):
            add("rule", value)
        for part in value.split(b" "):
            if part.count(b"+") >= 2:
                add("vkey", part)
    elif word == b"data":
        add("json_line", value)
    elif word in (b"matter", b"refers"):
        add("matter", value)
    elif word == b"time":
        add("timestamp", value)
    elif word in (b"nonce", b"previous", b"authority"):
        add("encoding", value)
    elif word == b"index":
        add("encoding", value)
    elif word == b"document":
        add("encoding", value.split(b" ")[1])
    elif line.startswith("— ".encode()):
        add("batch", line.split(b" ")[2])
    add("text", line)


def add_entry(entry):
    add("entry", entry)
    note = entry.split(b"\n\n", 1)[1]
    add("note", note)
    add("record", note)
    add("record", note[:note.rfind(b"\n\n") + 1])
    for line in entry.split(b"\n"):
        add_line(line)


for path in sorted(published.rglob("*")):
    if not path.is_file():
        continue
    name = str(path.relative_to(published)).split("/", 1)[1]
    data = path.read_bytes()
    if name == "checkpoint" or name.startswith("checkpoint/"):
        add("checkpoint", data)
        add("note", data)
    elif name.startswith("tile/entries/"):
        entries = list(entries_of(data))
        for entry in entries:
            add_entry(entry)
        for few in (entries[:1], entries[-3:]):
            add("tile", b"".join(len(e).to_bytes(2, "big") + e for e in few))
        add("tile", name.encode())
    elif name.startswith("tile/"):
        add("tile", name.encode())
        if len(data) < 2048:
            add("tile", data)

for path in sorted(fixtures.rglob("*")):
    if not path.is_file():
        continue
    data = path.read_bytes()
    if path.parent.name == "checkpoints" or path.suffix == ".note":
        add("checkpoint", data)
        add("note", data)
    elif path.suffix in (".proof", ".status"):
        add("status_proof" if data.startswith(b"public-law-ledger/") else "proof", data)
    elif path.name.endswith("policy"):
        add("policy", data)
    elif path.suffix == ".vkey" or path.name == "vkey":
        add("vkey", data.strip())
    elif path.suffix in (".test-key", ".secret-key"):
        add("key_file", data)
    elif path.name == "lines.txt" or path.parent.name == "catalogue":
        for line in data.split(b"\n"):
            if line.startswith((b"rule ", b"key ", b"institution ", b"governor ", b"compromise ",
                                b"operator ", b"threshold ", b"rules ")):
                add("authority_line", line)
                if line.startswith(b"rule "):
                    add("rule", line)

for text in (b'[1,-2.5e-3,"\\u00e9\\ud83d\\ude00",null,true,{"a":[]}]', b"[" * 33 + b"]" * 33,
             b"1" * 20, b"1e400", b'"\\u0000"', b"{}", b'{"a":{"a":1}}', b" 1"):
    add("json_line", text)
for text in (b"2024-02-29T23:59:59+14:00", b"9999-12-31T23:59:59.999Z", b"1970-01-01T00:00:00Z",
             b"1970-01-01T00:00:00-00:01", b"2100-02-29T00:00:00Z"):
    add("timestamp", text)
for text in ("（2026）[14]號－1".encode(), "A ‐ B　C".encode(), b"(" * 200, "粤〔2026〕1".encode()):
    add("matter", text)
for text in (b"18446744073709551615", b"18446744073709551616", b"AA==", b"AAA=", b"AB==", b"00"):
    add("encoding", text)
for text in ("\ufeff\u202e\U000E0100\U0010FFFF".encode("utf-8", "surrogatepass"), b"\xed\xa0\x80",
             b"\xf4\x90\x80\x80", b"\xc0\x80", "12345678中文字12345678".encode()):
    add("text", text)
generator = random.Random(1)
add("image", b"")
for _ in range(60):
    add("image", bytes(generator.randrange(256) for _ in range(5 * generator.randrange(1, 5))))

for target, inputs in found.items():
    folder = output / target
    os.makedirs(folder, exist_ok=True)
    for name in random.Random(1).sample(sorted(inputs), min(PER_TARGET, len(inputs))):
        (folder / name).write_bytes(inputs[name])
