/*
 * authority_line.h - the lines of the authority (SPEC.md "Authority lines").
 *
 *     operator <vkey>                                      subject "operator"
 *     governor <vkey>                                      subject "governor <vkey>"
 *     threshold <k>                                        subject "threshold"
 *     institution <id> <grants>|- <name>                   subject "institution <id>"
 *     key <vkey> <institution> <grants>                    subject "key <vkey>"
 *     rules required                                       subject "rules"
 *     rule <kind> <event> <clauses>                        subject "rule <kind> <event>"
 *     compromise <vkey> <index>                            subject "compromise <vkey>"
 *
 * Grants are joined by ','; one is "<role>" or "<role>/<category>[+<category>...]", which limits
 * the role to these categories.
 */
#ifndef LEDGER_FORMAT_AUTHORITY_LINE_H
#define LEDGER_FORMAT_AUTHORITY_LINE_H

#include "ledger/format/rule.h"
#include "ledger/format/vkey.h"

#define LEDGER_AUTHORITY_LINE_MAX 4096 /* bytes */
#define LEDGER_GOVERNORS_MAX 64
#define LEDGER_ROLE_REGISTRAR "registrar" /* changes the keys of its institution */

enum ledger_line_type {
    LEDGER_LINE_OPERATOR = 1,
    LEDGER_LINE_GOVERNOR,
    LEDGER_LINE_THRESHOLD,
    LEDGER_LINE_INSTITUTION,
    LEDGER_LINE_KEY,
    LEDGER_LINE_RULES,
    LEDGER_LINE_RULE,
    LEDGER_LINE_COMPROMISE,
};

/* Spans are borrowed from the line; fields that a type does not have are empty. */
struct ledger_authority_line {
    enum ledger_line_type type;
    struct ledger_span text;
    struct ledger_span subject;
    struct ledger_vkey vkey;        /* operator, governor, key, compromise; of type ED25519 */
    uint64_t threshold;             /* threshold: 1 to LEDGER_GOVERNORS_MAX */
    struct ledger_span institution; /* institution, key */
    struct ledger_span grants;      /* institution ("-" for none), key */
    struct ledger_span name;        /* institution */
    struct ledger_span kind;        /* rule: of the records it is for; the rest is rule.h's */
    struct ledger_span event;       /* rule */
    uint64_t from;                  /* compromise: the first entry that is in doubt */
};

/* One role, and the categories it is limited to, joined by '+'; empty: it is not limited. */
struct ledger_grant {
    struct ledger_span role;
    struct ledger_span categories;
};

/* Parses one line without its LF. Sets BAD_AUTHORITY_LINE. */
LEDGER_API bool ledger_authority_line_parse(struct ledger_hasher *hasher,
                                            struct ledger_authority_line *line,
                                            struct ledger_verdict *verdict,
                                            struct ledger_span text);

/* Takes the next grant off `rest`, which starts as the grants of a parsed line. */
LEDGER_API bool ledger_grants_next(struct ledger_span *rest, struct ledger_grant *grant);

/* The grant of `role` in `grants` (of a parsed line). False if there is none. */
LEDGER_API bool ledger_grants_find(struct ledger_span grants, struct ledger_grant *grant,
                                   struct ledger_span role);

/* Whether who holds `grants` may act as `role` in a matter of `category` (empty: of none). */
LEDGER_API bool ledger_grants_allow(struct ledger_span grants, struct ledger_span role,
                                    struct ledger_span category);

/* Whether all of `inner` may be handed out by who has `outer`; if not, `*beyond` is the first grant
 * of `inner` that may not. */
LEDGER_API bool ledger_grants_within(struct ledger_span inner, struct ledger_span outer,
                                     struct ledger_grant *beyond);

/* The subject of an institution's line, "institution <id>", written into `memory`. */
#define LEDGER_INSTITUTION_SUBJECT_MAX (sizeof "institution " + LEDGER_NAME_MAX)
LEDGER_API struct ledger_span
ledger_institution_subject(uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX], struct ledger_span id);

/* The same of a rule's line, "rule <kind> <event>". */
#define LEDGER_RULE_SUBJECT_MAX (sizeof "rule " + 2 * LEDGER_TOKEN_MAX + 1)
LEDGER_API struct ledger_span ledger_rule_subject(uint8_t memory[LEDGER_RULE_SUBJECT_MAX],
                                                  struct ledger_span kind,
                                                  struct ledger_span event);

/* Key and value of a line in the authority's prefix tree: H(subject) and H(line). */
LEDGER_API void ledger_authority_line_hashes(struct ledger_hasher *hasher, struct ledger_hash *key,
                                             struct ledger_hash *value,
                                             const struct ledger_authority_line *line);

#endif
