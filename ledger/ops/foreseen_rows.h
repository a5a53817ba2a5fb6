/*
 * foreseen_rows.h - the index rows of an entry, looked up before its turn comes (law/foreseen.h).
 * Internal.
 *
 * What is foreseen are facts about one snapshot: every row that this entry must have is there and
 * leads to it, and this is the row of its matter before it. Only that is remembered. Whatever is
 * missing, lies or cannot be read is looked up again in its turn, and told then.
 */
#ifndef LEDGER_OPS_FORESEEN_ROWS_H
#define LEDGER_OPS_FORESEEN_ROWS_H

#include "ledger/law/foreseen.h"
#include "ledger/store/store.h"

struct ledger_foreseen_rows {
    bool agree;         /* every row is there; else nothing is foreseen */
    unsigned documents; /* how many of them are of DOCUMENTS; one each are of RECORDS and MATTERS */
    uint64_t before;    /* the row of the matter before the entry's; LEDGER_NO_ENTRY: none */
};

/* Looks up the rows of an entry in `store`, a reader that nobody else uses meanwhile. */
void ledger_foresee_rows(struct ledger_foreseen_rows *rows, struct ledger_store *store,
                         const struct ledger_foreseen_entry *foreseen);

/* Takes off `rest`, which starts as the documents of a record, the next one with a row of its own:
 * of those with the same digest, the first. */
bool ledger_next_document_row(struct ledger_lines *rest, struct ledger_document *document,
                              const struct ledger_record *record);

#endif
