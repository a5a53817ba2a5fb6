"""text.py - the spelling of values: SPEC.md 3.2 to 3.4 and 3.8.

Every function takes bytes and gives the value, or None if it is not spelt in the one way allowed.
"""

import base64
import binascii
import re

UNCLEAN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
TOKEN = re.compile(rb"[a-z](?:[a-z0-9-]*[a-z0-9])?")
DECIMAL = re.compile(rb"0|[1-9][0-9]*")
HEX = re.compile(rb"(?:[0-9a-f]{2})+")
MATTER = re.compile(
    r"[A-Za-z0-9 \-./:_#+,&'\u00b7\u3001\u3007\u300a\u300b\u3014\u3015\uff08\uff09"
    r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002f7ff\U00030000-\U000323af]+"
)
RESERVED_FIELDS = (b"category", b"party", b"refers", b"document", b"data")


def clean(data: bytes) -> str | None:
    """Clean text (3.3); LF is allowed, where a line may end."""
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        return None
    return None if UNCLEAN.search(text) else text


def clean_line(data: bytes) -> str | None:
    return None if b"\n" in data else clean(data)


def decimal(data: bytes, most: int) -> int | None:
    if len(data) > 20 or not DECIMAL.fullmatch(data):
        return None
    value = int(data)
    return value if value <= most else None


def hexadecimal(data: bytes, length: int) -> bytes | None:
    if len(data) != 2 * length or not HEX.fullmatch(data):
        return None
    return bytes.fromhex(data.decode())


def base_64(data: bytes, length: int | None = None) -> bytes | None:
    """Exact base64: what it decodes to must be spelt like this again."""
    try:
        value = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    if base64.b64encode(value) != data or (length is not None and len(value) != length):
        return None
    return value


def to_base_64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def name(data: bytes) -> bytes | None:
    if not 1 <= len(data) <= 255:
        return None
    text = clean_line(data)
    return None if text is None or "+" in text or any(space in text for space in SPACES) else data


def token(data: bytes) -> bytes | None:
    return data if len(data) <= 64 and TOKEN.fullmatch(data) else None


def phrase(data: bytes, most: int) -> bytes | None:
    if not 1 <= len(data) <= most:
        return None
    text = clean_line(data)
    return None if text is None or text[0] in SPACES or text[-1] in SPACES else data


def title(data: bytes) -> bytes | None:
    return None if b"  " in data else phrase(data, 255)


def file_name(data: bytes) -> bytes | None:
    return None if b"/" in data or data in (b".", b"..") else phrase(data, 255)


def distinct_tokens(parts: list[bytes]) -> list[bytes] | None:
    """Tokens of a list, in which none stands twice."""
    if len(set(parts)) != len(parts) or not all(token(part) for part in parts):
        return None
    return parts


def field_token(data: bytes) -> bytes | None:
    """A token that can be that of a `field` line."""
    return None if data in RESERVED_FIELDS else token(data)


def has_one_spelling(matter: bytes) -> bool:
    """Whether a title is in the one spelling in which a matter may be opened (3.8)."""
    return MATTER.fullmatch(matter.decode()) is not None


Grants = dict[bytes, frozenset[bytes] | None]  # role -> its categories, or None if it is not limited


def grants(data: bytes) -> Grants | None:
    result: Grants = {}
    for part in data.split(b","):
        role, slash, categories = part.partition(b"/")
        limits = distinct_tokens(categories.split(b"+")) if slash else []
        if not token(role) or limits is None or role in result:
            return None
        result[role] = frozenset(limits) if slash else None
    return result
