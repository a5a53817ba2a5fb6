/*
 * fake_statfs.h - lets the library meet file systems that the machine does not have.
 */
#ifndef LEDGER_TESTS_FAKE_STATFS_H
#define LEDGER_TESTS_FAKE_STATFS_H

#include <stdint.h>

/* From now on statfs(2) says of exactly this path that its file system is of `type`; NULL: of none.
 * `path` must last. */
void fake_statfs(const char *path, uint64_t type);

/* From now on statvfs(3) says of exactly this path that so many bytes are left; NULL: of none. */
void fake_free_space(const char *path, uint64_t bytes);

#endif
