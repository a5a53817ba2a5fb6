/*
 * secret_file.h - reading, creating and replacing small files that nobody else may read.
 *
 * Serves signer.c; not exported. Functions fill `error` (may be NULL) with what failed, on
 * which path, and why.
 */
#ifndef LEDGER_KEYS_SECRET_FILE_H
#define LEDGER_KEYS_SECRET_FILE_H

#include "keys/secret.h"

/* Reads a whole file into `bytes` (empty secret; free it afterwards). Refused: a symbolic link or
 * anything but a regular file; an owner other than the effective user, unless that is root; any
 * permission for group or others; an empty file or one over `max` bytes. */
LEDGER_MUST_USE enum ledger_status ledger_secret_file_read(struct ledger_secret *bytes,
                                                           const char *path, size_t max,
                                                           struct ledger_error *error);

/* Reads a regular file of at most `max` bytes whatever its owner and permissions: not to use what
 * it holds as a secret, but to tell the user what it is. False if it cannot. Free `bytes` in either
 * case. */
bool ledger_secret_file_peek(struct ledger_secret *bytes, const char *path, size_t max);

/* Creates the file with mode 0600 and these bytes: open exclusively, write, fsync, fsync the
 * folder. LEDGER_EXISTS, and nothing touched, if anything has that name. On failure the file it
 * made is removed. */
LEDGER_MUST_USE enum ledger_status
ledger_secret_file_create(const char *path, struct ledger_span bytes, struct ledger_error *error);

/* Replaces an existing regular file: creates a new one beside it (same name and a random suffix,
 * same owner), write, fsync, rename over, fsync the folder. LEDGER_UNKNOWN if only the last step
 * failed: the new file is in place, but may be the old one after a power cut. The blocks of the
 * old file are not overwritten. */
LEDGER_MUST_USE enum ledger_status
ledger_secret_file_replace(const char *path, struct ledger_span bytes, struct ledger_error *error);

#endif
