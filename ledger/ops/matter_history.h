/*
 * matter_history.h - the history of a matter, found through the store's index of matters. Internal.
 *
 * The index only leads to entries: each is read and must be of the matter asked for. That the index
 * leaves none out cannot be seen here; an audit checks it (audit_rows.h).
 */
#ifndef LEDGER_OPS_MATTER_HISTORY_H
#define LEDGER_OPS_MATTER_HISTORY_H

#include "ledger/law/history.h"
#include "ledger/ops/foreseen_rows.h"
#include "ledger/store/store.h"

struct ledger_matter_history {
    struct ledger_history history; /* for ledger_state_set_history */
    struct ledger_store *store;
    struct ledger_hasher *hasher;
    struct ledger_error error; /* why a call failed; LEDGER_OK while none has */
    bool lied;                 /* it failed since a row does not lead to an entry of its matter */
    uint64_t row;              /* the entry that this row names */
    /* What is foreseen of one entry, or NULL: the row of its matter before it. */
    const struct ledger_entry *foreseen;
    uint64_t before;
};

/* `store` and `hasher` must outlive it; `store` has a transaction open whenever a history is asked
 * for. Must not be moved. A row that lies is LEDGER_DAMAGED. */
void ledger_matter_history_start(struct ledger_matter_history *history, struct ledger_store *store,
                                 struct ledger_hasher *hasher);

/* Takes over what is foreseen of an entry, until the next call; both may be NULL, for nothing. */
void ledger_matter_history_foresee(struct ledger_matter_history *history,
                                   const struct ledger_foreseen_entry *entry,
                                   const struct ledger_foreseen_rows *rows);

/* Sets `error` for a judgement of entry `index` that ended with `status`, with the reason if it was
 * the history. Returns `status`. */
enum ledger_status ledger_matter_history_failed(const struct ledger_matter_history *history,
                                                enum ledger_status status, uint64_t index,
                                                struct ledger_error *error);

#endif
