/*
 * ahead.h - looking ahead on other cores: entries, or notes to append, are foreseen (law/foreseen.h),
 * and the index rows of entries of a store (foreseen_rows.h), in blocks while those before them are
 * judged, and come out in their order. Internal.
 *
 * Memory, whatever the number of entries: for each job 4 blocks of LEDGER_AHEAD_ENTRIES entries,
 * with LEDGER_AHEAD_BYTES for copies of their bytes and what is foreseen of them, and the batches it
 * met (law/batch_cache.h): 2 MiB in all.
 *
 * Whoever judges is one of the jobs: while the next block is not ready it looks ahead, too. With
 * one job, or where neither threads nor memory can be had, nothing is foreseen: what comes out is
 * the bytes, and the judging is that of ledger_state_accept.
 */
#ifndef LEDGER_OPS_AHEAD_H
#define LEDGER_OPS_AHEAD_H

#include "ledger/ops/foreseen_rows.h"

#define LEDGER_AHEAD_ENTRIES 64u
#define LEDGER_AHEAD_BYTES ((size_t)160 << 10)
#define LEDGER_AHEAD_BLOCKS 4u /* for each job */
#define LEDGER_JOBS_MAX 64u

struct ledger_ahead;

/* Where the bytes come from, in order; asked by the thread that judges only. What it gives stays
 * good until it is asked again; notes, and what is longer than an entry can be, until
 * ledger_ahead_free. */
struct ledger_ahead_source {
    void *context;
    bool (*next)(void *context, struct ledger_span *bytes); /* false: there are no more */
    bool notes;                                             /* they are record notes, not entries */
    /* Entries come from this store, with a snapshot open: their rows are looked up in the same one,
     * unless somebody wrote since. NULL: no rows are. */
    const struct ledger_store *store;
};

struct ledger_ahead_item {
    struct ledger_span bytes; /* of an entry, those that were foreseen: a copy */
    const struct ledger_foreseen_entry *foreseen; /* of a note, only its `record`; NULL: nothing */
    const struct ledger_foreseen_rows *rows;      /* of an entry; NULL: nothing */
};

/* As many jobs as this process has cores, at most LEDGER_JOBS_MAX. */
unsigned ledger_jobs_default(void);

/*
 * Looks ahead with `jobs` threads in all (0: the default), the caller's among them, by the keys in
 * `state`, which is borrowed. Must be freed by the thread that made it, whatever happened: no
 * thread outlives that.
 */
LEDGER_MUST_USE enum ledger_status ledger_ahead_new(struct ledger_ahead **ahead, unsigned jobs,
                                                    const struct ledger_ahead_source *source,
                                                    struct ledger_state *state,
                                                    struct ledger_hasher *hasher);
/* Stops what is under way; accepts NULL inside; sets to NULL. */
void ledger_ahead_free(struct ledger_ahead **ahead);

/* Stops what is under way, and the threads; what was learnt of batches is kept. */
void ledger_ahead_rest(struct ledger_ahead *ahead);
/* After that: begins anew, as if just made. The state may be another. */
void ledger_ahead_again(struct ledger_ahead *ahead, const struct ledger_ahead_source *source,
                        struct ledger_state *state);

/* The next item, good until the next call. False after the last. Nothing is looked at beyond the
 * first before the second is asked for: it founds the ledger. */
bool ledger_ahead_next(struct ledger_ahead *ahead, struct ledger_ahead_item *item);

/* ledger_state_accept of an item that ledger_ahead_next just gave of entries, by what was foreseen
 * of it. */
LEDGER_MUST_USE enum ledger_status ledger_ahead_accept(struct ledger_ahead *ahead,
                                                       struct ledger_verdict *verdict, bool *fits,
                                                       struct ledger_entry *entry,
                                                       struct ledger_hash *leaf,
                                                       const struct ledger_ahead_item *item);

/* Between the two calls nobody else looks at the state: around whatever changes its authority. */
void ledger_ahead_hold(struct ledger_ahead *ahead);
void ledger_ahead_release(struct ledger_ahead *ahead);

/* Threads beside the caller's. */
unsigned ledger_ahead_threads(const struct ledger_ahead *ahead);

#endif
