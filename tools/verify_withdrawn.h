/*
 * verify_withdrawn.h - declarations of compromise that governors took back or moved: those that
 * are no longer in force make nothing doubtful, so that only the changes tell of them.
 */
#ifndef LEDGER_TOOLS_VERIFY_WITHDRAWN_H
#define LEDGER_TOOLS_VERIFY_WITHDRAWN_H

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

struct verify_withdrawn {
    struct verify_withdrawal *list; /* in the order of the ledger */
    size_t count;
    char **keys; /* behind the spans */
    size_t key_count;
};

/* Reads the changes among the first `size` entries of the ledger `path`, which was found to hold.
 * CLI_TROUBLE after a message. Free in either case. */
int verify_withdrawn_read(struct verify_withdrawn *withdrawn, const struct cli_args *args,
                          const char *path, uint64_t size);

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
