"""verdict.py - what a check can end with, when it does not hold.

A verifier starts from "no": `Finding` is raised where something does not verify, and only who comes to
the end without one may say "valid". `Trouble` is another matter: nothing could be established.
"""


class Finding(Exception):
    """Something that does not verify: a finding of SPEC.md 20.2, and the entry it names, if it does."""

    def __init__(self, name: str, detail: str = "", entry: int | None = None):
        super().__init__(name, detail, entry)
        self.name = name
        self.detail = detail
        self.entry = entry

    def at(self, entry: int | None) -> "Finding":
        """The same finding, of an entry."""
        return Finding(self.name, self.detail, entry)


class Trouble(Exception):
    """Wrong usage, or the environment fails: exit status 2."""


def require(condition: object, name: str, detail: str = "") -> None:
    if not condition:
        raise Finding(name, detail)
