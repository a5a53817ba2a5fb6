/*
 * verify_withdrawn.h - declarations of compromise that governors took back or moved: those that
 * are no longer in force make nothing doubtful, so that only the changes tell of them.
 */
#ifndef LEDGER_TOOLS_VERIFY_WITHDRAWN_H
#define LEDGER_TOOLS_VERIFY_WITHDRAWN_H

#include "ledger/law/workflow.h"
#include "tools/cli.h"
#include "tools/json.h"

struct verify_withdrawal {
    struct ledger_span key; /* the vkey's text */
    uint64_t declared;      /* the entry with the declaration */
    uint64_t from;          /* the entry that it named */
    uint64_t entry;         /* the change that ended it */
    bool moved;             /* by another declaration, which names entry `to` */
    uint64_t to;
};

struct verify_withdrawn_event; /* a line of a change that sets or unsets a declaration */

/* All zero at first. */
struct verify_withdrawn {
    struct verify_withdrawal *list; /* once finished, in the order of the ledger */
    size_t count;
    char **keys; /* behind the spans */
    size_t key_count;
    /* While entries are taken: */
    struct ledger_hasher *hasher;
    struct verify_withdrawn_event *events;
    size_t event_count;
};

/* Takes an entry, in the order of the ledger, for `entry` of ledger_audit_options. Free it in any
 * case. */
enum ledger_status verify_withdrawn_take(void *withdrawn, const struct ledger_entry *entry,
                                         const struct ledger_step *step,
                                         const struct ledger_hash *leaf);

/* After the last entry, if the ledger holds: fills in the list. CLI_TROUBLE after a message. */
int verify_withdrawn_finish(struct verify_withdrawn *withdrawn);

void verify_withdrawn_free(struct verify_withdrawn *withdrawn);

/* A section of the report; nothing if there is nothing to tell. */
void verify_withdrawn_text(const struct verify_withdrawn *withdrawn);

/*
 * Adds the member
 *
 *     withdrawn   [{"key": vkey, "declared", "from", "ended": numbers, and, if it was moved,
 *                   "moved_to": number}]
 */
void verify_withdrawn_json(struct json_value *object, const struct verify_withdrawn *withdrawn);

#endif
