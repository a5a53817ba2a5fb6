/*
 * authority_line.h - the lines of the authority (SPEC.md "Authority lines").
 *
 *     operator <vkey>                                      subject "operator"
 *     governor <vkey>                                      subject "governor <vkey>"
 *     threshold <k>                                        subject "threshold"
 *     institution <id> <role>[,<role>...]|- <name>         subject "institution <id>"
 *     key <vkey> <institution> <role>[,<role>...]          subject "key <vkey>"
 */
#ifndef LEDGER_FORMAT_AUTHORITY_LINE_H
#define LEDGER_FORMAT_AUTHORITY_LINE_H

#include "ledger/format/vkey.h"

#define LEDGER_AUTHORITY_LINE_MAX 4096 /* bytes */
#define LEDGER_GOVERNORS_MAX 64

enum ledger_line_type {
    LEDGER_LINE_OPERATOR = 1,
    LEDGER_LINE_GOVERNOR,
    LEDGER_LINE_THRESHOLD,
    LEDGER_LINE_INSTITUTION,
    LEDGER_LINE_KEY,
};

/* Spans are borrowed from the line; fields that a type does not have are empty. */
struct ledger_authority_line {
    enum ledger_line_type type;
    struct ledger_span text;
    struct ledger_span subject;
    struct ledger_vkey vkey;        /* operator, governor, key; of type ED25519 */
    uint64_t threshold;             /* threshold: 1 to LEDGER_GOVERNORS_MAX */
    struct ledger_span institution; /* institution, key */
    struct ledger_span roles;       /* institution ("-" for none), key */
    struct ledger_span name;        /* institution */
};

/* Parses one line without its LF. Sets BAD_AUTHORITY_LINE. */
LEDGER_API bool ledger_authority_line_parse(struct ledger_hasher *hasher,
                                            struct ledger_authority_line *line,
                                            struct ledger_verdict *verdict,
                                            struct ledger_span text);

/* Takes the next role off `rest`, which starts as the roles of a parsed line. */
LEDGER_API bool ledger_roles_next(struct ledger_span *rest, struct ledger_span *role);

/* Whether `roles` (of a parsed line) has `role`. */
LEDGER_API bool ledger_roles_have(struct ledger_span roles, struct ledger_span role);

/* Key and value of a line in the authority's prefix tree: H(subject) and H(line). */
LEDGER_API void ledger_authority_line_hashes(struct ledger_hasher *hasher, struct ledger_hash *key,
                                             struct ledger_hash *value,
                                             const struct ledger_authority_line *line);

#endif
