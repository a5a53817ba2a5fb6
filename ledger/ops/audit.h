/*
 * audit.h - verifying a whole ledger (SPEC.md "Verifying a ledger").
 *
 * Every byte of every entry is read again and everything else derived from it. One pass, in order;
 * the first thing that does not hold decides the verdict.
 */
#ifndef LEDGER_OPS_AUDIT_H
#define LEDGER_OPS_AUDIT_H

#include "ledger/format/policy.h"
#include "ledger/law/workflow.h"

/* What a ledger that holds gives cause to look at. Nothing of it makes the ledger invalid. */
enum ledger_notice_type {
    LEDGER_NOTICE_LATE = 1,    /* the entry came after the term its rule sets */
    LEDGER_NOTICE_DOUBTFUL,    /* a key signed it that was later declared compromised */
    LEDGER_NOTICE_COMPROMISED, /* a key is declared compromised, whatever it signed */
};

struct ledger_notice {
    enum ledger_notice_type type;
    uint64_t entry;         /* 0 for compromised */
    uint64_t from;          /* the entry that the term, or the compromise, runs from */
    uint64_t term_days;     /* late only */
    int64_t late_ms;        /* late only */
    struct ledger_span key; /* doubtful and compromised: the vkey's text */
};

/*
 * Whether `note`, a checkpoint seen before, is one to compare a ledger with: a checkpoint that a
 * log key of the policy signed, with no bad signature by a key of the policy (SPEC.md "Verifying a
 * ledger", step 6.1). A quorum is not asked of it. `*checkpoint` borrows `note`; it is written on
 * failure, too. Otherwise sets the finding; leaves `verdict` alone on success.
 */
LEDGER_API bool ledger_checkpoint_seen(struct ledger_checkpoint *checkpoint,
                                       struct ledger_verdict *verdict, struct ledger_span note,
                                       const struct ledger_policy *policy);

#define LEDGER_AUDIT_FILES 2u

/* Made by ledger_audit_files_make (ops/audit_published.h). */
struct ledger_audit_files {
    int fd
        [LEDGER_AUDIT_FILES]; /* descriptors, or, negated, the errno that says why there is none */
};

struct ledger_audit_options {
    const struct ledger_policy *policy; /* what the auditor trusts; must not be NULL */
    struct ledger_span since;           /* a checkpoint note seen before; empty for none */
    bool unlocked;                      /* see ledger_reader_open */
    /* Threads in all, of which the caller's is one: the others hash, parse and verify signatures
     * ahead of it, and take 2 MiB each, whatever the size of the ledger. 0: as many as there are
     * cores, at most 64; 1: everything here and in turn. What is found is the same. */
    unsigned jobs;
    /* Called now and then; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
    /* Called for every notice: late entries as the audit meets them; after it, and only if
     * everything holds, the keys declared compromised, then the doubtful entries. `notice` is
     * borrowed. May be NULL. */
    void (*notice)(void *context, const struct ledger_notice *notice);
    void *notice_context;
    /* Called for every entry that holds, in order, with what it did in its matter and its leaf
     * hash, all borrowed. Only an audit that ends VALID makes what it was told good. Anything but
     * LEDGER_OK ends the audit, whose answer it becomes. May be NULL. */
    enum ledger_status (*entry)(void *context, const struct ledger_entry *entry,
                                const struct ledger_step *step, const struct ledger_hash *leaf);
    void *entry_context;
    /* For ledger_audit_published: where it keeps what does not fit into memory. NULL: in files that
     * it makes itself, when it needs them. */
    const struct ledger_audit_files *files;
};

/* What was checked, as far as the audit came. */
struct ledger_audit_report {
    char origin[LEDGER_NAME_MAX + 1];
    uint64_t size;    /* entries in the store */
    uint64_t entries; /* entries that hold */
    uint64_t bytes;   /* of those entries */
    uint64_t signatures;
    uint64_t authority_records;
    uint64_t authority_lines; /* in force at the end */
    uint64_t checkpoints;     /* that hold */
    uint64_t nodes;           /* stored tree nodes that agree */
    uint64_t rows;            /* index rows that agree */
    uint64_t index_entries;   /* whose root the entries before them give */
    uint64_t matters;         /* that have an entry; 0 if no index entry asked for them */
    uint64_t statistics;      /* records whose figures the entries before them give */
    uint64_t ruled;           /* entries that a rule was asked for, and met */
    uint64_t late;            /* of those, entries after their term */
    uint64_t compromised;     /* keys declared compromised */
    uint64_t doubtful;        /* entries that such a key signed from the declared position on */
    int64_t first_time_ms;
    int64_t last_time_ms;
    struct ledger_hash root;            /* over `entries` */
    struct ledger_policy_report policy; /* of the last checkpoint; names borrowed from the policy */
    uint64_t since_size;                /* 0: none was given, or it was not reached */
    size_t
        checkpoint_size; /* the last checkpoint, for the auditor to keep; 0 if it does not hold */
    uint8_t checkpoint[LEDGER_NOTE_MAX];
};

/*
 * Audits the ledger `path`. LEDGER_OK with verdict->finding VALID only if all of it holds;
 * LEDGER_OK with another finding names the first that does not. STORE_DAMAGED is a finding too: a
 * store that cannot be read as a ledger is not valid. Any other status: the audit could not be
 * done.
 *
 * Memory: the authority in force; 2 MiB for each job; what is remembered of at most 4,096 matters
 * and 32 MiB of their steps (law/recall.h); and only if there is a record of kind index about 95
 * bytes for each matter, of kind statistics a row for each month, kind, event and institution.
 * Nothing else grows with the ledger but, while its file is checked, a bit for each page. Callbacks are called by the caller's thread, in order.
 *
 * Order: for each entry the steps of ledger_state_accept, then whether its record stands in the
 * ledger twice, then, where rules are required, whether the index of matters leads to it (a gap
 * would hide it from the rules of later entries), then the figures of statistics, then the
 * checkpoint that ends with it; after the last entry checkpoints beyond the end, entries under no
 * checkpoint, the policy, the checkpoint seen before, stored nodes, index rows.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_audit(struct ledger_audit_report *report, struct ledger_verdict *verdict, const char *path,
             const struct ledger_audit_options *options, struct ledger_error *error);

#endif
