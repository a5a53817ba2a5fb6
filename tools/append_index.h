/*
 * append_index.h - appending an index of matters to a ledger that is open to append.
 */
#ifndef LEDGER_TOOLS_APPEND_INDEX_H
#define LEDGER_TOOLS_APPEND_INDEX_H

#include "keys/signer.h"
#include "tools/record_builder.h"
#include "tools/submission.h"

/* What was appended. */
struct appended_index {
    struct ledger_matters_now matters; /* what it says; if not stale, nothing was appended */
    struct ledger_receipt receipt;     /* if stale */
};

/* Appends an index, signed by `operator_key`, unless nothing changed since the last one; prints its
 * receipt as those of other records, unless the submission is quiet. The batch of the submission is
 * empty before and after. Anything but CLI_DONE after messages. */
int append_index(struct appended_index *appended, struct submission *submission,
                 struct record_builder *builder, struct ledger_signer *operator_key);

/* Prints one line, or with `json` one object: the index, or since when nothing has changed. */
void append_index_print(const struct appended_index *appended, bool json);

#endif
