"""rules.py - rules and what makes them sound: SPEC.md 10.6."""

from dataclasses import dataclass

import text

OPENS = b"-"
MOST_PLACES = 64
LONGEST_TERM = 36500
OPERATORS_KINDS = (b"authority", b"index", b"statistics")
STANDINGS = (b"pending", b"effective", b"corrected", b"void", b"closed")
CLAUSES = (
    b"after",
    b"sign",
    b"parties",
    b"needs",
    b"among",
    b"by",
    b"not-by",
    b"institution",
    b"referred",
    b"keeps",
    b"term",
    b"makes",
)


@dataclass(frozen=True)
class Steps:
    """Earlier entries of the matter, or of the one referred to, with one of these events."""

    referred: bool
    events: tuple[bytes, ...]


@dataclass(frozen=True)
class Rule:
    kind: bytes
    event: bytes
    after: tuple[bytes, ...]  # OPENS first, if the event may open a matter
    sign: dict[bytes, int]
    parties: int = 0
    needs: tuple[bytes, ...] = ()
    among: tuple[tuple[bytes, tuple[bytes, ...]], ...] = ()
    by: tuple[bytes, int, Steps] | None = None
    not_by: tuple[Steps, ...] = ()
    institution: bytes = b"same"
    referred: tuple[bytes, bytes, bytes] | None = None  # whose, kind, event
    keeps: tuple[tuple[bytes, Steps], ...] = ()
    term: tuple[int, Steps] | None = None
    makes: bytes | None = None

    def all_steps(self) -> list[Steps]:
        steps = [*self.not_by, *(steps for _, steps in self.keeps)]
        if self.by:
            steps.append(self.by[2])
        if self.term:
            steps.append(self.term[1])
        return steps


class Misspelt(Exception):
    """Not a rule of the specified form."""


def check(condition: object) -> None:
    if not condition:
        raise Misspelt


def distinct(parts: list[bytes]) -> list[bytes]:
    check(len(set(parts)) == len(parts))
    return parts


def tokens(data: bytes, separator: bytes) -> tuple[bytes, ...]:
    parts = text.distinct_tokens(data.split(separator))
    check(parts is not None)
    return tuple(parts or ())


def number(data: bytes, most: int) -> int:
    value = text.decimal(data, most)
    check(value)
    return value or 0


def steps(data: bytes) -> Steps:
    referred = data.startswith(b"refers/")
    return Steps(referred, tokens(data.removeprefix(b"refers/"), b"+"))


def pairs(data: bytes) -> list[tuple[bytes, bytes]]:
    """`<a>:<b>[,<a>:<b>...]`, no `a` twice."""
    result = []
    for part in data.split(b","):
        head, colon, rest = part.partition(b":")
        check(colon)
        result.append((head, rest))
    distinct([head for head, _ in result])
    return result


def after_clause(data: bytes) -> tuple[bytes, ...]:
    if data == OPENS:
        return (OPENS,)
    opens = data.startswith(OPENS + b",")
    events = tokens(data.removeprefix(OPENS + b","), b",") if opens else tokens(data, b",")
    return (OPENS, *events) if opens else events


def sign_clause(data: bytes) -> dict[bytes, int]:
    result = {}
    for role, count in pairs(data):
        check(text.token(role))
        result[role] = number(count, MOST_PLACES)
    return result


def line_name(data: bytes) -> bytes:
    check(data in (b"category", b"document", b"data") or text.field_token(data))
    return data


def needs_clause(data: bytes) -> tuple[bytes, ...]:
    return tuple(map(line_name, distinct(data.split(b","))))


def among_clause(data: bytes) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    result = []
    for field, values in pairs(data):
        check(text.field_token(field))
        result.append((field, tokens(values, b"+")))
    return tuple(result)


def by_clause(data: bytes) -> tuple[bytes, int, Steps]:
    parts = data.split(b":")
    check(len(parts) == 3 and text.token(parts[0]))
    return parts[0], number(parts[1], MOST_PLACES), steps(parts[2])


def not_by_clause(data: bytes) -> tuple[Steps, ...]:
    return tuple(map(steps, distinct(data.split(b","))))


def institution_clause(data: bytes) -> bytes:
    check(data in (b"other", b"any"))
    return data


def referred_clause(data: bytes) -> tuple[bytes, bytes, bytes]:
    whose, colon, what = data.partition(b":")
    kind, slash, event = what.partition(b"/")
    check(colon and slash and whose in (b"same", b"other", b"any") and text.token(kind) and text.token(event))
    return whose, kind, event


def keeps_clause(data: bytes) -> tuple[tuple[bytes, Steps], ...]:
    return tuple((line if line == b"party" else line_name(line), steps(rest)) for line, rest in pairs(data))


def term_clause(data: bytes) -> tuple[int, Steps]:
    days, colon, rest = data.partition(b":")
    check(colon)
    return number(days, LONGEST_TERM), steps(rest)


def makes_clause(data: bytes) -> bytes:
    check(data in STANDINGS)
    return data


READ = {
    b"after": after_clause,
    b"sign": sign_clause,
    b"parties": lambda data: number(data, MOST_PLACES - 1),
    b"needs": needs_clause,
    b"among": among_clause,
    b"by": by_clause,
    b"not-by": not_by_clause,
    b"institution": institution_clause,
    b"referred": referred_clause,
    b"keeps": keeps_clause,
    b"term": term_clause,
    b"makes": makes_clause,
}


def parse(data: bytes) -> Rule | None:
    """What follows `rule ` in a line."""
    try:
        return parse_or_raise(data)
    except Misspelt:
        return None


def parse_or_raise(data: bytes) -> Rule:
    kind, event, *clauses = data.split(b" ")
    check(text.token(kind) and text.token(event) and kind not in OPERATORS_KINDS)
    values = {}
    place = 0
    for clause in clauses:
        word, equals, value = clause.partition(b"=")
        check(equals and word in CLAUSES[place:])
        place = CLAUSES.index(word) + 1
        values[word.replace(b"-", b"_").decode()] = READ[word](value)
    check("after" in values and "sign" in values)
    rule = Rule(kind, event, **values)
    judge_clauses(rule)
    return rule


def judge_clauses(rule: Rule) -> None:
    """What one clause asks of another (rules 1 to 3)."""
    check(sum(rule.sign.values()) + rule.parties <= MOST_PLACES)
    check(not rule.by or rule.by[1] + rule.parties <= MOST_PLACES)
    check(rule.parties or all(line != b"party" for line, _ in rule.keeps))
    check(rule.referred or not any(steps.referred for steps in rule.all_steps()))
    check(not rule.term or not rule.term[1].referred)


# ---- soundness, rules 5 to 8; `rules` is a map from (kind, event) ------------------------------------

Rules = dict[tuple[bytes, bytes], Rule]


def can_be_met(rule: Rule, rules: Rules) -> bool:
    """Rules 6 and 7."""
    if rule.by:
        for steps in rule.not_by:
            if steps.referred == rule.by[2].referred and set(steps.events) & set(rule.by[2].events):
                return False
    wanted = [(rule.kind, event) for event in rule.after if event != OPENS]
    if rule.referred:
        wanted.append(rule.referred[1:])
    for steps in rule.all_steps():
        kind = rule.referred[1] if steps.referred else rule.kind
        wanted += [(kind, event) for event in steps.events]
    if rule.after == (OPENS,):
        if rule.institution != b"same" or rule.term or not all(steps.referred for steps in rule.all_steps()):
            return False
    return all(key in rules for key in wanted)


def all_reached(rules: Rules) -> bool:
    """Rule 8: begin with no rule, and add those that are reached, until there are none."""
    reached: set[tuple[bytes, bytes]] = set()
    grew = True
    while grew:
        new = {key for key, rule in rules.items() if key not in reached and is_reached(rule, reached)}
        reached |= new
        grew = bool(new)
    return len(reached) == len(rules)


def is_reached(rule: Rule, reached: set[tuple[bytes, bytes]]) -> bool:
    def one_of(events: tuple[bytes, ...]) -> bool:
        return any((rule.kind, event) in reached for event in events)

    if OPENS not in rule.after and not one_of(rule.after):
        return False
    if rule.by and not rule.by[2].referred and not one_of(rule.by[2].events):
        return False
    return all(steps.referred or one_of(steps.events) for _, steps in rule.keeps)
