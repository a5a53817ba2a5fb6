/*
 * files.h - what stands beside a ledger: its guard, and small files such as records and checkpoints
 * seen before, which are there whole or not at all.
 */
#ifndef LEDGER_OPS_FILES_H
#define LEDGER_OPS_FILES_H

#include "ledger/base/span.h"
#include "ledger/base/status.h"

#define LEDGER_PATH_MAX 4096 /* bytes of a path, its terminating zero included */

/* Where the guard of the ledger `path` is (SPEC.md "Guard"): at `given`, or, if that is NULL, at
 * `path` with ".guard"; without trailing slashes. LEDGER_INVALID if it is too long, or ends in
 * ".new", which is reserved. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_path_of_guard(char guard[LEDGER_PATH_MAX],
                                                                   const char *path,
                                                                   const char *given,
                                                                   struct ledger_error *error);

/* Creates `path` with `bytes`, durable when it returns; LEDGER_EXISTS rather than replace. On
 * failure nothing is left behind. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_file_create(const char *path, struct ledger_span bytes, struct ledger_error *error);

/*
 * Replaces `path`, which may be missing, by `bytes`, in one step and durably. Its permissions stay;
 * of a symbolic link the file it leads to is replaced. LEDGER_INVALID for what is not a regular
 * file. On failure the old file stands; only if its directory cannot be made durable, the new one.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_file_replace(const char *path, struct ledger_span bytes, struct ledger_error *error);

/* Makes the file that stands at `path` durable, and its name; of a symbolic link those of the file
 * it leads to. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_file_sync(const char *path,
                                                               struct ledger_error *error);

#endif
