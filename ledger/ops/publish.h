/*
 * publish.h - publishing a ledger as plain files (SPEC.md "Publication").
 */
#ifndef LEDGER_OPS_PUBLISH_H
#define LEDGER_OPS_PUBLISH_H

#include "ledger/base/hash.h"
#include "ledger/base/text.h"

struct ledger_publish_options {
    bool again;    /* compare every file with what it must be, not only those that are new */
    bool unlocked; /* see ledger_reader_open */
    /* Called now and then with the number of entries; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
};

struct ledger_publish_report {
    char origin[LEDGER_NAME_MAX + 1];
    uint64_t before; /* entries under the checkpoint that stood there; 0: none did */
    uint64_t size;   /* entries under the checkpoint that stands there now */
    struct ledger_hash root;
    uint64_t written; /* files */
    uint64_t kept;    /* files that were looked at and are as they must be */
    uint64_t removed; /* partial tiles and bundles beside full ones */
    uint64_t bytes;   /* of the files written */
};

/*
 * Writes into `directory`, which is made if it is missing, what its readers need to have the
 * entries of ledger `path` under its last signed checkpoint, and that checkpoint last. Reads the
 * ledger, and signs nothing. Nothing is written unless the last checkpoint is signed by the
 * operator and its root is that of the entries. A run that was interrupted is made good by the next
 * one.
 *
 * LEDGER_ROLLED_BACK if the directory has a checkpoint of more entries, LEDGER_FORKED if it has one
 * of other entries, LEDGER_INVALID if it is of another ledger or is a ledger itself, LEDGER_DAMAGED
 * if that checkpoint or the ledger does not hold or something other than files is in the way,
 * LEDGER_NOT_FOUND if the ledger has no checkpoint, LEDGER_BUSY if another program writes to the
 * directory.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_publish(struct ledger_publish_report *report, const char *path, const char *directory,
               const struct ledger_publish_options *options, struct ledger_error *error);

#endif
