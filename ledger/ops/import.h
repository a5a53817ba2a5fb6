/*
 * import.h - building a ledger from a published directory (SPEC.md "Import").
 */
#ifndef LEDGER_OPS_IMPORT_H
#define LEDGER_OPS_IMPORT_H

#include "ledger/base/hash.h"
#include "ledger/base/text.h"
#include "ledger/format/policy.h"

struct ledger_import_options {
    const struct ledger_policy *policy; /* what is trusted; must not be NULL */
    const char *guard_path;             /* NULL: the ledger's path with ".guard" */
    uint64_t map_size;                  /* largest size of the store in bytes; 0: 1 TiB */
    unsigned jobs;                      /* see ledger_audit_options */
    /* Called now and then; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
};

struct ledger_import_report {
    char origin[LEDGER_NAME_MAX + 1];
    uint64_t size; /* entries imported; on failure those that hold */
    struct ledger_hash root;
    bool guard_was_there;
};

/*
 * Makes the ledger `path` of the entries that are published in `directory`, with the published
 * checkpoint as its only one. Every entry is admitted as an appender would, every signature
 * verified, every index of matters and every figure of the operator recomputed; nothing is signed,
 * and no key is needed. The ledger is made beside its place and
 * renamed into it. If its guard is missing, it is made from the checkpoint. If it is there, the
 * import must extend it, and it is moved forward: that is how a ledger that was lost is put back.
 *
 * LEDGER_OK with a finding other than VALID: the publication does not hold, and no ledger was made.
 * LEDGER_EXISTS if the ledger is there, LEDGER_ROLLED_BACK if the guard saw more entries signed,
 * LEDGER_FORKED if it saw others, LEDGER_BUSY if it is in use, LEDGER_NOT_FOUND if the directory
 * has no checkpoint, LEDGER_UNKNOWN if the ledger is in its place but perhaps not durably.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_import(struct ledger_import_report *report, struct ledger_verdict *verdict,
              const char *directory, const char *path, const struct ledger_import_options *options,
              struct ledger_error *error);

#endif
