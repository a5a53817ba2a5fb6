/*
 * rule.h - rules: how a matter may proceed (SPEC.md "Rules").
 *
 *     rule <kind> <event> after=... sign=... [<clause>=<value> ...]
 *
 * Clauses stand in the order of the members below, each at most once; `after` and `sign` always. A
 * parsed rule borrows the bytes of its line. Rules are data: no script, no clock, no arithmetic
 * beyond counting.
 */
#ifndef LEDGER_FORMAT_RULE_H
#define LEDGER_FORMAT_RULE_H

#include "ledger/base/span.h"
#include "ledger/base/status.h"

#define LEDGER_RULE_OPENS "-"      /* among the events of `after`: may open a matter */
#define LEDGER_RULE_TERM_MAX 36500 /* days */
#define LEDGER_RULE_PLACES_MAX 64  /* signers that a rule may ask for, parties among them */

/* Compared with the institution that opened a matter. */
enum ledger_whose {
    LEDGER_WHOSE_SAME = 1,
    LEDGER_WHOSE_OTHER,
    LEDGER_WHOSE_ANY,
};

/* What an event makes of the matter. */
enum ledger_standing {
    LEDGER_STANDING_AS_BEFORE = 0, /* no clause `makes` */
    LEDGER_STANDING_PENDING,
    LEDGER_STANDING_EFFECTIVE,
    LEDGER_STANDING_CORRECTED,
    LEDGER_STANDING_VOID,
    LEDGER_STANDING_CLOSED,
};

/* Earlier entries a clause speaks of: "[refers/]<event>[+<event>...]". Of the record's own matter,
 * or, `referred`, of the matter that its line 'refers' names. */
struct ledger_steps {
    bool referred;
    struct ledger_span events; /* joined by '+' */
};

struct ledger_rule {
    struct ledger_span kind;
    struct ledger_span event;
    struct ledger_span after;   /* events joined by ','; LEDGER_RULE_OPENS may be among them */
    struct ledger_span sign;    /* "<role>:<n>" joined by ',' */
    uint64_t parties;           /* how many 'party' lines at least; 0: no clause, none allowed */
    struct ledger_span needs;   /* lines joined by ',': category, document, data, fields */
    struct ledger_span among;   /* "<field>:<token>+<token>..." joined by ',' */
    struct ledger_span by_role; /* empty: no clause `by` */
    uint64_t by_count;
    struct ledger_steps by;        /* whose signers must be among those in the role */
    struct ledger_span not_by;     /* steps joined by ',', none of whose signers may sign */
    enum ledger_whose institution; /* SAME without a clause */
    enum ledger_whose referred;    /* 0: no clause, no 'refers' line allowed */
    struct ledger_span referred_kind;
    struct ledger_span referred_event;
    struct ledger_span keeps; /* "<line>:<steps>" joined by ',' */
    uint64_t term_days;       /* 0: no clause `term` */
    struct ledger_steps term; /* never `referred` */
    enum ledger_standing makes;
};

/* Parses a whole line, from "rule " on. Sets BAD_AUTHORITY_LINE. */
LEDGER_API bool ledger_rule_parse(struct ledger_rule *rule, struct ledger_verdict *verdict,
                                  struct ledger_span line);

/* Whether the rule lets its event open a matter; whether it lets it do nothing else; whether it
 * lets it follow `event`. */
LEDGER_API bool ledger_rule_opens(const struct ledger_rule *rule);
LEDGER_API bool ledger_rule_only_opens(const struct ledger_rule *rule);
LEDGER_API bool ledger_rule_follows(const struct ledger_rule *rule, struct ledger_span event);

/* Whether `event` is one of the steps' events. */
LEDGER_API bool ledger_steps_have(const struct ledger_steps *steps, struct ledger_span event);

/*
 * The lists of a parsed rule, one element a call; `rest` starts as the member named. False at the
 * end.
 *     events   rule->after, or the events of steps
 *     role     rule->sign
 *     need     rule->needs
 *     among    rule->among; `tokens` are joined by '+'
 *     steps    rule->not_by
 *     kept     rule->keeps
 */
LEDGER_API bool ledger_rule_next_event(struct ledger_span *rest, struct ledger_span *event);
LEDGER_API bool ledger_rule_next_role(struct ledger_span *rest, struct ledger_span *role,
                                      uint64_t *count);
LEDGER_API bool ledger_rule_next_need(struct ledger_span *rest, struct ledger_span *need);
LEDGER_API bool ledger_rule_next_among(struct ledger_span *rest, struct ledger_span *field,
                                       struct ledger_span *tokens);
LEDGER_API bool ledger_rule_next_steps(struct ledger_span *rest, struct ledger_steps *steps);
LEDGER_API bool ledger_rule_next_kept(struct ledger_span *rest, struct ledger_span *line,
                                      struct ledger_steps *steps);

/* "effective" and so on; "unchanged" for AS_BEFORE. Static storage. */
LEDGER_API const char *ledger_standing_word(enum ledger_standing standing);

#endif
