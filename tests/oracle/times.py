"""times.py - the two spellings of a time: SPEC.md 3.5. Both give milliseconds since 1970."""

import datetime
import re

CLAIMED = re.compile(
    rb"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:Z|([+-])(\d{2}):(\d{2}))", re.ASCII
)
LEDGERS = re.compile(rb"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})Z", re.ASCII)
EPOCH = datetime.date(1970, 1, 1).toordinal()
LAST_SECOND = (datetime.date(9999, 12, 31).toordinal() - EPOCH + 1) * 86400 - 1


def seconds(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int | None:
    if year < 1970 or hour > 23 or minute > 59 or second > 59:
        return None
    try:
        days = datetime.date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None
    return ((days * 24 + hour) * 60 + minute) * 60 + second


def claimed(data: bytes) -> int | None:
    """RFC 3339, to the second, with an offset or Z."""
    match = CLAIMED.fullmatch(data)
    if not match:
        return None
    instant = seconds(*map(int, match.group(1, 2, 3, 4, 5, 6)))
    if instant is None:
        return None
    if match[7]:
        offset = int(match[8]) * 60 + int(match[9])
        if int(match[9]) > 59 or not 0 < offset <= 14 * 60:
            return None
        instant -= offset * 60 if match[7] == b"+" else -offset * 60
    return instant * 1000 if 0 <= instant <= LAST_SECOND else None


def ledgers(data: bytes) -> int | None:
    """The ledger's own: UTC, to the millisecond."""
    match = LEDGERS.fullmatch(data)
    if not match:
        return None
    instant = seconds(*map(int, match.group(1, 2, 3, 4, 5, 6)))
    return None if instant is None else instant * 1000 + int(match[7])
