/*
 * durable_file.h - what small files that are there whole, or not at all, are made with. Internal.
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

/* Writes `bytes` to `fd`, all of them, and syncs it. 0, or an errno. */
int ledger_durable_fill(int fd, struct ledger_span bytes);

/* A name beside `path` that nothing else has: random, and long enough not to be met again. */
LEDGER_MUST_USE enum ledger_status
ledger_durable_name_beside(char temporary[PATH_MAX], const char *path, struct ledger_error *error);

/* ledger_durable_write of a file beside `path`, under such a name, which `temporary` gets. */
LEDGER_MUST_USE enum ledger_status ledger_durable_write_beside(char temporary[PATH_MAX], int *fd,
                                                               const char *path,
                                                               struct ledger_span bytes,
                                                               struct ledger_error *error);

/* The directory that `path` is in, as open(2) takes it. */
LEDGER_MUST_USE enum ledger_status ledger_durable_parent(char parent[PATH_MAX], const char *path,
                                                         struct ledger_error *error);

/* fsync of the directory that `path` is in. */
LEDGER_MUST_USE enum ledger_status ledger_durable_sync_parent(const char *path,
                                                              struct ledger_error *error);

#endif
