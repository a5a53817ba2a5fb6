#include "ledger/store/file_system.h"

#include <errno.h>
#include <stddef.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

static const uint64_t remote_types[] = {
    0x6969,     /* NFS */
    0x517B,     /* SMB */
    0xFE534D42, /* SMB2 */
    0xFF534D42, /* CIFS */
    0x01021997, /* 9P */
    0x5346414F, /* AFS */
    0x6B414653, /* kAFS */
    0x73757245, /* Coda */
    0x00C36400, /* Ceph */
    0x564C,     /* NCP */
    0x7461636F, /* OCFS2 */
    0x01161970, /* GFS2 */
    0x0BD00BD0, /* Lustre */
    0x65735546, /* FUSE */
};

bool ledger_file_system_is_remote(uint64_t type)
{
    for (size_t i = 0; i < sizeof remote_types / sizeof remote_types[0]; i++) {
        if (remote_types[i] == type) {
            return true;
        }
    }
    return false;
}

enum ledger_status ledger_file_system_check(const char *path, struct ledger_error *error)
{
    struct statfs info;
    if (statfs(path, &info) != 0) {
        return ledger_error_set(error, ledger_status_of_errno(errno), errno, "cannot open '%s'",
                                path);
    }
    /* f_type is signed on some architectures; the magic numbers are 32 bits. */
    uint64_t type = (uint64_t)info.f_type & 0xFFFFFFFFu;
    if (ledger_file_system_is_remote(type)) {
        return ledger_error_set(error, LEDGER_REMOTE, 0,
                                "'%s' is on a network file system (type %#llx): keep a ledger "
                                "and its guard on local disks",
                                path, (unsigned long long)type);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_file_system_has(const char *path, uint64_t bytes,
                                          struct ledger_error *error)
{
    struct statvfs info;
    if (statvfs(path, &info) != 0) {
        return ledger_error_set(error, ledger_status_of_errno(errno), errno,
                                "cannot tell how much space '%s' has", path);
    }
    uint64_t free_bytes = (uint64_t)info.f_bavail * info.f_frsize;
    if (free_bytes < bytes) {
        return ledger_error_set(error, LEDGER_DISK_FULL, 0,
                                "the file system of '%s' has %llu bytes left, %llu must stay free: "
                                "make room; nothing was written",
                                path, (unsigned long long)free_bytes, (unsigned long long)bytes);
    }
    return LEDGER_OK;
}
