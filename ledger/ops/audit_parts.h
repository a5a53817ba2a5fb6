/*
 * audit_parts.h - one run of an audit, of a store or of a published directory, for the files that
 * carry it out. Internal.
 *
 * Every step answers LEDGER_OK; that it found something shows in the verdict.
 */
#ifndef LEDGER_OPS_AUDIT_PARTS_H
#define LEDGER_OPS_AUDIT_PARTS_H

#include "ledger/law/state.h"
#include "ledger/ops/ahead.h"
#include "ledger/ops/audit.h"
#include "ledger/ops/audit_matters.h"
#include "ledger/ops/audit_rows.h"
#include "ledger/ops/matter_history.h"
#include "ledger/store/store.h"

/* The walk over the entries, which may be ahead of the judging. */
struct audit_walk {
    struct ledger_scan scan;
    uint64_t next;             /* entry */
    uint64_t size;             /* entries there must be */
    bool missing;              /* entry `next` is not there */
    enum ledger_status status; /* why it could not be read; for when its turn comes */
    struct ledger_error error;
};

struct audit {
    const struct ledger_audit_options *options;
    struct ledger_audit_report *report;
    struct ledger_verdict *verdict;
    struct ledger_error *error;
    struct ledger_hasher *hasher;
    struct ledger_state *state;
    struct ledger_ahead *ahead;
    struct ledger_audit_matters matters;
    /* What the auditor saw before. */
    struct ledger_checkpoint since;
    bool since_differs;
    bool complete; /* every check was made */
    /* Of a store only: */
    struct ledger_store *store;
    struct ledger_audit_rows rows;
    struct ledger_matter_history history;
    struct audit_walk walk;
    bool rules; /* the next record needs a rule */
    /* The walk over the stored checkpoints, one step ahead. */
    struct ledger_scan checkpoints;
    bool checkpoint_waits;
    uint64_t checkpoint_size;
    struct ledger_span checkpoint_note;
};

/* Nothing was found yet. */
static inline bool clean(const struct audit *a)
{
    return a->verdict->finding == LEDGER_NOT_CHECKED;
}

/* Clears report and verdict, makes hasher and state, and looks at the checkpoint seen before.
 * ledger_audit_end follows in any case. */
LEDGER_MUST_USE enum ledger_status ledger_audit_begin(struct audit *a, const char *path);

/* Counts an entry, of `size` bytes, that was just accepted, and notices if it was late. */
void ledger_audit_count(struct audit *a, const struct ledger_entry *entry, size_t size);

/* Shows an entry that holds to who asked for entries. */
LEDGER_MUST_USE enum ledger_status ledger_audit_tell(const struct audit *a,
                                                     const struct ledger_entry *entry,
                                                     const struct ledger_hash *leaf);

void ledger_audit_progress(const struct audit *a, uint64_t done);

/* After the last entry: what all of them give. */
void ledger_audit_sum_up(struct audit *a);

/* Says VALID if every check was made and found nothing, and frees what ledger_audit_begin made. */
void ledger_audit_end(struct audit *a, enum ledger_status status);

/* Takes a checkpoint that holds, the last so far. */
void ledger_audit_keep(struct audit *a, struct ledger_span note);

/* Begins the walk over the stored checkpoints. */
LEDGER_MUST_USE enum ledger_status ledger_audit_checkpoints_start(struct audit *a);

/* The stored checkpoint, if any, that ends with the entry just accepted. */
LEDGER_MUST_USE enum ledger_status ledger_audit_checkpoint(struct audit *a);

/* After the last entry: checkpoints beyond it, or the last entries under none. */
void ledger_audit_checkpoints_end(struct audit *a);

/* What the policy says of the last checkpoint. */
void ledger_audit_policy(struct audit *a);

/* Compares the entries so far with the checkpoint seen before, if it is of so many; after the last
 * entry, says whether they extend it. */
void ledger_audit_since(struct audit *a);
void ledger_audit_since_end(struct audit *a);

#endif
