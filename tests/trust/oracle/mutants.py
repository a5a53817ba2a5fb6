"""mutants.py - changes to proofs and to published directories, by a seed."""

import base64
import os
import random
from collections.abc import Callable
from pathlib import Path

BYTES = b"\x00\n \t+/=-.,:0123456789AZaz\x7f\x80\xe2\xff"


def change_byte(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def put_byte(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + bytes([dice.choice(BYTES)]) + data[at:]


def drop_byte(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + 1 :]


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def change_lines(data: bytes, dice: random.Random) -> bytes:
    """A line left out, doubled, or in another's place."""
    lines = data.split(b"\n")
    a, b = dice.randrange(len(lines)), dice.randrange(len(lines))
    how = dice.randrange(4)
    if how == 0:
        del lines[a]
    elif how == 1:
        lines.insert(b, lines[a])
    elif how == 2:
        lines[a], lines[b] = lines[b], lines[a]
    else:
        lines[a] = change_word(lines[a], dice)
    return b"\n".join(lines)


def change_word(line: bytes, dice: random.Random) -> bytes:
    words = line.split(b" ")
    a, b = dice.randrange(len(words)), dice.randrange(len(words))
    how = dice.randrange(4)
    if how == 0:
        del words[a]
    elif how == 1:
        words.insert(b, words[a])
    elif how == 2:
        words[a], words[b] = words[b], words[a]
    elif words[a].isdigit():
        words[a] = str(max(0, int(words[a]) + dice.choice((-1, 1, 255, 2**62)))).encode()
    else:
        words[a] = words[a].swapcase()
    return b" ".join(words)


PLAIN = (change_byte, put_byte, drop_byte, cut, change_lines, change_lines)


def splice(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One line becomes that of the same word in another proof; or all from one empty line on."""
    if dice.random() < 0.3:
        return data[: data.find(b"\n\n")] + other[other.find(b"\n\n") :]
    lines, others = data.split(b"\n"), other.split(b"\n")
    at = dice.randrange(len(lines))
    word = lines[at].split(b" ")[0] if b" " in lines[at] else None
    choice = [line for line in others if (line.split(b" ")[0] if b" " in line else None) == word]
    lines[at] = dice.choice(choice or others)
    return b"\n".join(lines)


def within_evidence(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """The same in what an `extra` line holds, which is then rightly encoded again."""
    lines = data.split(b"\n")
    places = [at for at, line in enumerate(lines) if line.startswith(b"extra ")]
    others = [line for line in other.split(b"\n") if line.startswith(b"extra ")]
    if not places or not others:
        return change_byte(data, dice)
    at = dice.choice(places)
    evidence = base64.b64decode(lines[at][6:])
    if dice.random() < 0.3:
        changed = splice(evidence, base64.b64decode(dice.choice(others)[6:]), dice)
    else:
        changed = dice.choice(PLAIN)(evidence, dice)
    lines[at] = b"extra " + base64.b64encode(changed)
    return b"\n".join(lines)


def proof(data: bytes, other: bytes, dice: random.Random) -> bytes:
    how = dice.random()
    if how < 0.4:
        return within_evidence(data, other, dice)
    if how < 0.55:
        return splice(data, other, dice)
    return dice.choice(PLAIN)(data, dice)


# ---- directories -------------------------------------------------------------------------------------


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def directory(there: Path, dice: random.Random) -> str:
    """Does one thing to it, and says what."""
    names = files(there)
    one, other = dice.choice(names), dice.choice(names)
    name, beside = one.relative_to(there), other.relative_to(there)
    how = dice.randrange(8)
    if how < 4:
        change: Callable[[bytes, random.Random], bytes] = (change_byte, put_byte, drop_byte, cut)[how]
        data = one.read_bytes()
        one.write_bytes(change(data, dice) if data else b"\n")
        return f"{change.__name__} {name}"
    if how == 4:
        one.unlink()
        return f"{name} gone"
    if how == 5:
        one.write_bytes(other.read_bytes())
        return f"{name} as {beside}"
    if how == 6:
        one.unlink()
        os.symlink(other if other != one else "nothing", one)
        return f"{name} a link to {beside}"
    mine, others = one.read_bytes(), other.read_bytes()
    one.write_bytes(others)
    other.write_bytes(mine)
    return f"{name} and {beside} exchanged"
