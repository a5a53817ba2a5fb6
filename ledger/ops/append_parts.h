/*
 * append_parts.h - the appender, for appending and for recovery, which end alike. Internal.
 */
#ifndef LEDGER_OPS_APPEND_PARTS_H
#define LEDGER_OPS_APPEND_PARTS_H

#include "ledger/ops/ahead.h"
#include "ledger/ops/append.h"
#include "ledger/ops/matter_history.h"
#include "ledger/ops/matter_index.h"
#include "ledger/ops/paths.h"
#include "ledger/store/guard.h"
#include "ledger/store/store.h"

struct ledger_appender {
    char path[PATH_MAX];
    char guard_path[PATH_MAX];
    char origin[LEDGER_NAME_MAX + 1]; /* of its own: the state may be made anew */
    uint64_t reserve;
    bool rested;
    unsigned jobs;
    struct ledger_signing signing;
    int64_t (*clock)(void *context);
    void *clock_context;
    struct ledger_hasher *hasher;
    struct ledger_guard *guard;
    int directory; /* locked */
    struct ledger_store *store;
    struct ledger_state *state;
    struct ledger_ahead *ahead; /* at rest between appends; NULL before the first of many notes */
    struct ledger_matter_history history; /* the state's; sees what the batch added too */
    struct ledger_matters matters;        /* the state's, like the history */
    struct ledger_matter_index *index;
    struct ledger_error index_error; /* why the last root could not be made */
    struct ledger_hash matters_root; /* of the first `matters_size` entries, unless that is 0 */
    uint64_t matters_size;
    uint64_t recovered;
    enum ledger_status node_status; /* of the node sink, which cannot answer */
    bool failed;
    uint8_t entry[LEDGER_ENTRY_MAX + 1];
};

/* Admits the notes of a batch in a transaction, which it begins and leaves open; `*fit`: all of them
 * are admitted or known, as far as the status is LEDGER_OK. Otherwise as ledger_append says. */
LEDGER_MUST_USE enum ledger_status
ledger_appender_admit(struct ledger_appender *a, bool *fit, struct ledger_receipt *receipts,
                      size_t *refused, struct ledger_verdict *verdict,
                      const struct ledger_span *notes, size_t count, struct ledger_error *error);

/* From a durable commit to something that may be said: reads back the entries from `first` on,
 * signs the checkpoint, replaces the guard, stores the checkpoint (D1). */
LEDGER_MUST_USE enum ledger_status
ledger_appender_release(struct ledger_appender *a, uint64_t first, struct ledger_error *error);

/* A new state for the appender, before the genesis. */
LEDGER_MUST_USE enum ledger_status ledger_appender_renew_state(struct ledger_appender *a,
                                                               struct ledger_error *error);

/* Sets `error` for a judgement of entry `index` that ended with `status`, with the reason if the
 * history or the index of matters gave one. Returns `status`. */
enum ledger_status ledger_appender_cannot_judge(const struct ledger_appender *a,
                                                enum ledger_status status, uint64_t index,
                                                struct ledger_error *error);

/* A ledger_matters; `context` is the appender, which has a transaction open. A root is made once,
 * until the state is renewed. */
enum ledger_status ledger_appender_matters_root(void *context, struct ledger_hash *root,
                                                uint64_t before);

/* After the state accepted an index of matters and its entry was added, in the same transaction:
 * keeps the parts that changed. */
LEDGER_MUST_USE enum ledger_status ledger_appender_keep_parts(struct ledger_appender *a,
                                                              struct ledger_error *error);

/* Brings the state, which is before the genesis, to the end of the store: up to the guard's
 * checkpoint by what it proves, beyond it, `*recovered` entries, by verifying and signing them. */
LEDGER_MUST_USE enum ledger_status ledger_appender_recover(struct ledger_appender *a,
                                                           struct ledger_verdict *verdict,
                                                           uint64_t *recovered,
                                                           struct ledger_error *error);

#endif
