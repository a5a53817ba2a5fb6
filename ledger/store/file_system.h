/*
 * file_system.h - which file systems a ledger may live on. Internal.
 */
#ifndef LEDGER_STORE_FILE_SYSTEM_H
#define LEDGER_STORE_FILE_SYSTEM_H

#include "ledger/base/status.h"

/* Whether a statfs(2) type is one of the network file systems, on which locks and memory maps are
 * not to be relied on: NFS, SMB/CIFS, 9P, AFS, Coda, Ceph, NCP, OCFS2, GFS2, Lustre, and FUSE,
 * which may be any of them. */
bool ledger_file_system_is_remote(uint64_t type);

/* LEDGER_REMOTE if `path` is on such a file system; LEDGER_NOT_FOUND if it does not exist. */
LEDGER_MUST_USE enum ledger_status ledger_file_system_check(const char *path,
                                                            struct ledger_error *error);

/* LEDGER_DISK_FULL if fewer than `bytes` bytes are free, to an ordinary user, on the file system of
 * `path`. A quota is not seen. */
LEDGER_MUST_USE enum ledger_status ledger_file_system_has(const char *path, uint64_t bytes,
                                                          struct ledger_error *error);

#endif
