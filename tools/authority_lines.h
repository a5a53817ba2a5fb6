/*
 * authority_lines.h - the authority in force at a position, put in order for a reader or a machine.
 */
#ifndef LEDGER_TOOLS_AUTHORITY_LINES_H
#define LEDGER_TOOLS_AUTHORITY_LINES_H

#include "ledger/law/authority.h"

/* The lines in force: operator, threshold, governors, each institution followed by its keys,
 * whether rules are required, the rules by kind and event, compromises. Good until the authority
 * changes. */
struct authority_lines {
    const struct ledger_authority_line **lines;
    size_t count;
    size_t governors;
    struct ledger_span ledger; /* its name */
    uint64_t before;           /* the entry before which they are in force */
    struct ledger_hash root;
};

/* Collects and sorts. CLI_TROUBLE after a message. Free it in every case. */
int authority_lines_of(struct authority_lines *lines, struct ledger_authority *authority,
                       struct ledger_hasher *hasher);

void authority_lines_free(struct authority_lines *lines);

/* The line's text from its second word on: of a governor, key or compromise it begins with the
 * vkey, of a rule with the kind. */
struct ledger_span authority_line_rest(const struct ledger_authority_line *line);

/* The report; `next`: they are in force for the next entry. */
void authority_lines_text(const struct authority_lines *lines, bool next);

/*
 * One object on one line:
 *
 *     ledger        text, its name
 *     before        number: in force before this entry
 *     root          base64, as in entries
 *     operator ?    vkey
 *     threshold ?   number
 *     governors     [vkey]
 *     institutions  [{"id", "name", "grants": [grant], "keys": [{"key": vkey, "grants": [grant]}]}]
 *     rules_required   bool
 *     rules         [{"kind", "event", "line": text}]
 *     compromised   [{"key": vkey, "from": number of the first entry in doubt}]
 *
 * A grant is {"role": text, "categories"?: [text]}, without `categories` if it is not limited.
 */
void authority_lines_json(const struct authority_lines *lines);

#endif
