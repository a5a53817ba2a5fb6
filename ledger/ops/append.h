/*
 * append.h - appending records to a ledger (SPEC.md "Admission").
 *
 * An appender is the one writer of a ledger, from open to close. Opening it is also recovery:
 * whatever a crash left behind is verified and signed forward by the same code that appends.
 */
#ifndef LEDGER_OPS_APPEND_H
#define LEDGER_OPS_APPEND_H

#include "ledger/ops/signing.h"

#define LEDGER_BATCH_MAX 1024      /* records in one transaction */
#define LEDGER_CLOCK_SLACK_MS 5000 /* how far the clock may stand behind the last entry */

/* How far the clock may stand ahead of it, unless somebody says that the ledger rested: one entry
 * made by a clock that is far ahead would keep all others out until its time comes. */
#define LEDGER_REST_MS (INT64_C(31) * 24 * 3600 * 1000)

/* With this much room left, what was begun can always be finished. */
#define LEDGER_RESERVE (UINT64_C(64) << 20)

struct ledger_appender;

struct ledger_append_options {
    const char *guard_path; /* NULL: the ledger's path with ".guard" */
    uint64_t map_size;      /* new largest size of the store in bytes; 0: as it is */
    uint64_t reserve;       /* bytes of disk that must stay free; 0: LEDGER_RESERVE */
    bool rested;            /* no entry for longer than LEDGER_REST_MS is no surprise */
    /* Threads that verify the signatures of a large batch, the caller's among them, while
     * ledger_append runs; 0: as many as there are cores, at most 64. 2 MiB each, kept until
     * the appender is closed. */
    unsigned jobs;
    int64_t (*clock)(void *context); /* NULL: the system's clock */
    void *clock_context;
};

/* What the ledger answers for one record. */
struct ledger_receipt {
    uint64_t index;
    struct ledger_hash leaf;
    bool existing; /* the same record was there before */
};

/*
 * Opens the ledger `path` for appending. LEDGER_NO_GUARD, LEDGER_BUSY, LEDGER_ROLLED_BACK (the
 * ledger is older than its guard), LEDGER_FORKED (it contradicts its guard), LEDGER_WRONG_KEY,
 * LEDGER_REMOTE, LEDGER_READ_ONLY and so on: see `error`. If entries that a crash left unsigned do
 * not verify: LEDGER_DAMAGED with `verdict`.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_appender_open(struct ledger_appender **appender, struct ledger_verdict *verdict,
                     const char *path, const struct ledger_signing *operator_key,
                     const struct ledger_append_options *options, struct ledger_error *error);

/* Accepts NULL inside; sets to NULL. */
LEDGER_API void ledger_appender_close(struct ledger_appender **appender);

/*
 * Appends `count` signed records (1 to LEDGER_BATCH_MAX), all or none, in their order, and fills
 * `receipts`. When it returns LEDGER_OK with verdict->finding VALID, all of them are durable and
 * under a signed checkpoint that the guard holds. A record that is there already, byte for byte,
 * gets its old receipt, after its entry was proved to be what was signed: else LEDGER_DAMAGED.
 * `receipts` and `*refused` are written as records are admitted: unless all were, the receipts mean
 * nothing; unless one was refused, `*refused` does not.
 *
 * LEDGER_OK with another finding: nothing was appended; `*refused` is the place in `notes` of the
 * record that was refused, verdict->entry the entry it would have become or, for
 * OTHER_SIGNATURES, the entry that has its text.
 *
 * LEDGER_UNKNOWN: the records may be in the ledger: close, open again and ask with the same bytes.
 * LEDGER_SELF_CHECK: the same, and memory or disk are at fault. Any other status: nothing was
 * appended. After any status but LEDGER_OK the appender serves only to be closed.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_append(struct ledger_appender *appender, struct ledger_receipt *receipts, size_t *refused,
              struct ledger_verdict *verdict, const struct ledger_span *notes, size_t count,
              struct ledger_error *error);

/* The ledger's name; good as long as the appender. */
LEDGER_API struct ledger_span ledger_appender_origin(const struct ledger_appender *appender);

/* Number of entries. */
LEDGER_API uint64_t ledger_appender_size(const struct ledger_appender *appender);

/* What an index of matters appended now would say. */
struct ledger_matters_now {
    uint64_t size; /* entries, all of them before it */
    struct ledger_hash root;
    bool stale; /* entries were appended since the last index, other than indexes and statistics */
    uint64_t last; /* the last index, or LEDGER_NO_ENTRY */
};

/* Reads the entries since the last index. The index itself, if it is the next record appended, is
 * judged without reading them again. LEDGER_DAMAGED if the ledger was changed behind its writers'
 * back; after any status but LEDGER_OK the appender serves only to be closed. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_appender_matters(struct ledger_appender *appender, struct ledger_matters_now *now,
                        struct ledger_error *error);

/* Entries that opening found unsigned and signed forward. */
LEDGER_API uint64_t ledger_appender_recovered(const struct ledger_appender *appender);

#endif
