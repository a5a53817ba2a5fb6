/*
 * durable_file.h - small files that are there whole, or not at all. Internal.
 */
#ifndef LEDGER_STORE_DURABLE_FILE_H
#define LEDGER_STORE_DURABLE_FILE_H

#include <limits.h>

#include "ledger/base/span.h"
#include "ledger/base/status.h"

/*
 * Writes `bytes` to the new file `path` and makes it durable: open (exclusive, mode 0644), write,
 * fsync. `*fd`, still open, is the caller's. On failure nothing is left behind.
 */
LEDGER_MUST_USE enum ledger_status ledger_durable_write(int *fd, const char *path,
                                                        struct ledger_span bytes,
                                                        struct ledger_error *error);

/* The same for a file beside `path` that nothing else has the name of; `temporary` gets the name.
 */
LEDGER_MUST_USE enum ledger_status ledger_durable_write_beside(char temporary[PATH_MAX], int *fd,
                                                               const char *path,
                                                               struct ledger_span bytes,
                                                               struct ledger_error *error);

/* fsync of the directory that `path` is in. */
LEDGER_MUST_USE enum ledger_status ledger_durable_sync_parent(const char *path,
                                                              struct ledger_error *error);

/* Creates `path` with `bytes`, durable when it returns; LEDGER_EXISTS rather than replace. */
LEDGER_MUST_USE enum ledger_status ledger_durable_create(const char *path, struct ledger_span bytes,
                                                         struct ledger_error *error);

/* Replaces `path` (which may be missing) by `bytes`, atomically and durably. */
LEDGER_MUST_USE enum ledger_status
ledger_durable_replace(const char *path, struct ledger_span bytes, struct ledger_error *error);

#endif
