"""json_line.py - whether a text is one JSON value as a `data` line has it: SPEC.md 3.6 and RFC 8259."""

import re

DEEPEST = 32
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
LITERAL = re.compile(r"true|false|null")
ESCAPE = re.compile(
    r'\\(?:["\\/bfnrt]'
    r"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})"
)
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|' + ESCAPE.pattern + ')*"')
SCALAR = re.compile(f"{STRING.pattern}|{NUMBER.pattern}|{LITERAL.pattern}")
KEY = re.compile(f"{STRING.pattern}:")
CLOSING = {"{": "}", "[": "]"}


def is_value(text: str) -> bool:
    """One JSON value without white space outside strings; no recursion, so depth costs nothing."""
    at = 0
    open_: list[str] = []  # the brackets around the place
    while True:
        if text[at : at + 1] in ("{", "["):  # a container begins
            bracket = text[at]
            open_.append(bracket)
            at += 1
            if len(open_) > DEEPEST:
                return False
            if text[at : at + 1] != CLOSING[bracket]:
                at = after_key(text, at, bracket)
                if at < 0:
                    return False
                continue
        else:
            scalar = SCALAR.match(text, at)
            if not scalar:
                return False
            at = scalar.end()
        while open_ and text[at : at + 1] == CLOSING[open_[-1]]:  # what ends after a value
            open_.pop()
            at += 1
        if not open_:
            return at == len(text)
        if text[at : at + 1] != ",":
            return False
        at = after_key(text, at + 1, open_[-1])
        if at < 0:
            return False


def after_key(text: str, at: int, bracket: str) -> int:
    """Where a member's value begins; of an array, here. -1 if there is no key."""
    if bracket == "[":
        return at
    key = KEY.match(text, at)
    return key.end() if key else -1
