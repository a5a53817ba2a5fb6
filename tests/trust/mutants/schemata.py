"""One source with all the mutants of a file in it, chosen among when it runs.

Every function that has mutants is there once as it was, once for each of them, and once under its own
name, which calls the one that `ledger_mutant` says and notes in `ledger_reached` that it was called.
So a file is compiled once, however many mutants it has.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import mutations

SELECTOR = r"""
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int ledger_mutant;
static unsigned char nowhere[FUNCTIONS];
unsigned char *ledger_reached = nowhere;

/* The notes are shared with a file, so that they survive an abort and come from child processes, too. */
__attribute__((constructor)) static void choose(void)
{
    const char *number = getenv("LEDGER_MUTANT");
    ledger_mutant = number == NULL ? 0 : atoi(number);
    const char *path = getenv("LEDGER_REACHED");
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0) {
        void *shared = mmap(NULL, FUNCTIONS, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        ledger_reached = shared == MAP_FAILED ? nowhere : shared;
        close(file);
    }
}

/* Instead of that of CUnit: the first thing that does not hold is enough. */
CU_BOOL CU_assertImplementation(CU_BOOL holds, unsigned int line, const char * condition, const char *file,
                                const char *function, CU_BOOL fatal)
{
    (void)line, (void)condition, (void)file, (void)function, (void)fatal;
    if (!holds) {
        _exit(1);
    }
    return holds;
}
"""

DECLARATIONS = "extern int ledger_mutant;\nextern unsigned char *ledger_reached;\n"


@dataclass
class Function:
    """`text[start:brace]` is its head, from `brace` to `end` its body with both braces."""

    start: int
    brace: int
    end: int
    name: str
    head: str
    arguments: list[str]


@dataclass
class Choice:
    """Which number a mutant has, and that of the function in which it is."""

    number: int
    function: int
    mutant: mutations.Mutant


@dataclass
class Schema:
    """A source, what can be chosen in it, and at which lines of it each choice stands."""

    text: str
    choices: list[Choice] = field(default_factory=list)
    lines: list[tuple[int, int, int]] = field(default_factory=list)  # first, last, number

    def numbers_at(self, line: int) -> set[int]:
        return {number for first, last, number in self.lines if first <= line <= last}


def parameters(head: str) -> tuple[str, list[str]]:
    """The name of a function and those of its parameters, from a head as clang-format leaves it."""
    opening = head.index("(")
    name = re.search(r"(\w+)$", head[:opening]).group(1)
    inner = head[opening + 1 : head.rindex(")")]
    parts, depth, part = [], 0, ""
    for c in inner:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += c
    parts.append(part)
    names = []
    for text in (" ".join(p.split()) for p in parts):
        if text == "void":
            continue
        pointer = re.search(r"\(\*(\w+)\)", text)
        names.append(pointer.group(1) if pointer else re.search(r"(\w+)(?:\[[^\]]*\])*$", text).group(1))
    return name, names


def functions(source: str) -> list[Function]:
    """Those whose brace stands alone in the first column; heads begin after the last line that ends something."""
    found = []
    code = mutations.blanked(source)
    for m in re.finditer(r"^\{$", code, re.M):
        brace = m.start()
        end = code.index("\n}", brace) + 2
        start = brace
        while start > 0:
            previous = code.rfind("\n", 0, start - 1) + 1
            line = code[previous : start - 1]
            if not line.strip() or line.rstrip().endswith((";", "}")) or line.startswith("LEDGER_"):
                break
            start = previous
        head = code[start:brace].strip()
        if "..." not in head:  # what takes any arguments cannot pass them on
            name, arguments = parameters(head)
            found.append(Function(start, brace, end, name, head, arguments))
    return found


def variant(function: Function, body: str, suffix: str) -> str:
    head = re.sub(rf"\b{function.name}\(", f"{function.name}{suffix}(", function.head, count=1)
    head = re.sub(r"^(static|inline|extern|_Noreturn|noreturn)\s+", "", re.sub(r"^static\s+", "", head))
    return f"static {head}\n{body}\n"


def dispatcher(function: Function, number: int, chosen: list[Choice]) -> str:
    is_void = re.match(r"(?:static\s+)?(?:inline\s+)?void\s+\w+\(", function.head) is not None
    call = f"({', '.join(function.arguments)})"

    def step(suffix: str) -> str:
        return f"{function.name}{suffix}{call}; return;" if is_void else f"return {function.name}{suffix}{call};"

    cases = "".join(f"    case {c.number}: {step(f'__{c.number}')}\n" for c in chosen)
    return (f"{function.head}\n{{\n    ledger_reached[{number}] = 1;\n    switch (ledger_mutant) {{\n{cases}"
            f"    default: {step('__0')}\n    }}\n}}")


def schema(root: Path, path: str, chosen: list[mutations.Mutant], numbers, function_numbers) -> Schema:
    """`numbers` and `function_numbers` count on from file to file."""
    source = (root / path).read_text(encoding="utf-8")
    out = Schema("")
    at = 0
    pieces = [DECLARATIONS]

    def line_now() -> int:
        return sum(p.count("\n") for p in pieces) + 1

    for function in functions(source):
        own = [m for m in chosen if function.brace <= m.start < function.end]
        if not own:
            continue
        pieces.append(source[at : function.start])
        at = function.end
        number = next(function_numbers)
        body = source[function.brace : function.end]
        pieces.append(f"{function.head};\n" + variant(function, body, "__0"))
        choices = []
        for mutant in own:
            choice = Choice(next(numbers), number, mutant)
            offset = mutant.start - function.brace
            mutated = body[:offset] + mutant.other + body[offset + len(mutant.text) :]
            first = line_now()
            pieces.append(variant(function, mutated, f"__{choice.number}"))
            out.lines.append((first, line_now(), choice.number))
            choices.append(choice)
        pieces.append(dispatcher(function, number, choices))
        out.choices += choices
    pieces.append(source[at:])
    out.text = "".join(pieces)
    return out
