"""The mutants of a C source: each is one small mistake somebody could make.

Works on the text as clang-format leaves it: comments, literals and preprocessor lines are masked, and
only what stands inside function bodies is changed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

SWAPS = {
    "==": "!=", "!=": "==", "<=": "<", ">=": ">", "<": "<=", ">": ">=",
    "&&": "||", "||": "&&", "+": "-", "-": "+", "*": "+", "/": "*", "%": "*",
    "|": "&", "&": "|", "^": "|", "<<": ">>", ">>": "<<", "+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=",
}
BINARY = re.compile(r" (==|!=|<=|>=|<<|>>|&&|\|\||\+=|-=|\|=|&=|[<>+\-*/%|&^]) ")
NUMBER = re.compile(r"(?<![\w.\[])(\d+)(?=u?(?:ll|l)?\b)(?![\w.]*\])")
NEGATION = re.compile(r"!(?=[\w(])")
WORDS = re.compile(r"\b(true|false)\b")
CONDITION = re.compile(r"\b(if|while) \(")
CALL = re.compile(r"^ +(?:\(void\))?[a-z]\w*\([^{}]*?\);$", re.M | re.S)
ASSIGNMENT = re.compile(r"^ +[a-z*(][\w.>*()\[\]\-]*(?:\[[^\]]*\])? (?:[+\-|&]?=) [^;{}]*;$", re.M)
INERT = re.compile(r"^ +(free|close|munmap|fclose|LEDGER_ASSERT|assert)\(")


@dataclass(frozen=True)
class Mutant:
    """`text` at `start` (an offset in the file) becomes `other`."""

    path: str
    line: int
    start: int
    text: str
    other: str

    @property
    def name(self) -> str:
        """Stable while the line and its place among the mutants of the line are."""
        shown = " ".join(self.text.split())
        return f"{self.path}:{self.line}: {shown[:60]} -> {self.other or 'nothing'}"


def blanked(source: str) -> str:
    """The source without comments, literals and preprocessor lines; all offsets stay."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|^#(?:\\\n|[^\n])*', re.S | re.M)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), source)


def masked(source: str) -> str:
    """The source with everything blanked that is not code of a function body."""
    body = []
    inside = False
    for line in blanked(source).split("\n"):
        if line == "{":
            inside = True
        elif line.startswith("}"):
            inside = False
        body.append(line if inside else " " * len(line))
    return "\n".join(body)


def closing(code: str, start: int) -> int:
    """The offset of the parenthesis that closes the one at `start`."""
    depth = 0
    for i in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return i
    raise ValueError("unbalanced")


def edits(code: str):
    """(start, text, other) of every mutation of masked code."""
    for m in BINARY.finditer(code):
        yield m.start(1), m.group(1), SWAPS[m.group(1)]
    for m in NUMBER.finditer(code):
        yield m.start(1), m.group(1), str(int(m.group(1)) + 1)
    for m in NEGATION.finditer(code):
        yield m.start(), "!", ""
    for m in WORDS.finditer(code):
        yield m.start(), m.group(1), "false" if m.group(1) == "true" else "true"
    for m in CONDITION.finditer(code):
        opening = m.end() - 1
        condition = code[opening : closing(code, opening) + 1]
        yield opening, condition, f"(!{condition})"
    for m in CALL.finditer(code):
        if not INERT.match(m.group()) and "return" not in m.group().split("(")[0]:
            yield m.start(), m.group(), ";"
    for m in ASSIGNMENT.finditer(code):
        if not re.match(r" +(const|static|struct|enum|u?int\d*|size_t|bool|char|unsigned|for|return)\b", m.group()):
            yield m.start(), m.group(), ";"


def line_of(source: str, start: int, text: str) -> int:
    lead = len(text) - len(text.lstrip())
    return source.count("\n", 0, start + lead) + 1


def mutants(root: Path, path: str) -> list[Mutant]:
    source = (root / path).read_text(encoding="utf-8")
    code = masked(source)
    found = []
    for start, text, other in sorted(edits(code)):
        original = source[start : start + len(text)]
        if other.startswith("(!"):
            other = f"(!{original})"
        if "LEDGER_ASSERT(" in source[source.rfind("\n", 0, start) + 1 : start]:
            continue  # a caller's bug: no caller has it
        found.append(Mutant(path, line_of(source, start, text), start, original, other))
    return found


def apply(root: Path, mutant: Mutant) -> str:
    """The source with the mutation in it."""
    source = (root / mutant.path).read_text(encoding="utf-8")
    end = mutant.start + len(mutant.text)
    assert source[mutant.start : end] == mutant.text
    return source[: mutant.start] + mutant.other + source[end:]
