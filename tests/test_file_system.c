#include "ledger/store/file_system.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <linux/magic.h>
#include <stddef.h>

#include "tests/fake_statfs.h"
#include "tests/suites.h"

static void network_file_systems_are_known(void)
{
    static const uint64_t remote[] = {
        NFS_SUPER_MAGIC,   SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, V9FS_MAGIC,
        AFS_SUPER_MAGIC,   AFS_FS_MAGIC,     CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC, NCP_SUPER_MAGIC,
        OCFS2_SUPER_MAGIC, FUSE_SUPER_MAGIC, 0x01161970,       0x0BD00BD0};
    static const uint64_t local[] = {EXT4_SUPER_MAGIC,  XFS_SUPER_MAGIC,       BTRFS_SUPER_MAGIC,
                                     TMPFS_MAGIC,       OVERLAYFS_SUPER_MAGIC, ISOFS_SUPER_MAGIC,
                                     MSDOS_SUPER_MAGIC, SQUASHFS_MAGIC,        0};
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
        CU_ASSERT(ledger_file_system_is_remote(remote[i]));
    }
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
        CU_ASSERT_FALSE(ledger_file_system_is_remote(local[i]));
    }
}

static void what_is_not_there_has_no_file_system(void)
{
    struct ledger_error error;
    CU_ASSERT_EQUAL(ledger_file_system_check("/no/such/place", &error), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(error.status, LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(error.os_error, ENOENT);
    CU_ASSERT_EQUAL(ledger_file_system_check("/proc", NULL), LEDGER_OK);
}

static void a_network_file_system_is_refused(void)
{
    struct ledger_error error;
    static const uint64_t types[] = {NFS_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        fake_statfs("/proc", types[i]);
        CU_ASSERT_EQUAL(ledger_file_system_check("/proc", &error), LEDGER_REMOTE);
        CU_ASSERT_EQUAL(error.status, LEDGER_REMOTE);
    }
    fake_statfs(NULL, 0);
}

static void errors_of_the_system_have_a_status(void)
{
    CU_ASSERT_EQUAL(ledger_status_of_errno(ENOMEM), LEDGER_NO_MEMORY);
    CU_ASSERT_EQUAL(ledger_status_of_errno(ENOSPC), LEDGER_DISK_FULL);
    CU_ASSERT_EQUAL(ledger_status_of_errno(EDQUOT), LEDGER_DISK_FULL);
    CU_ASSERT_EQUAL(ledger_status_of_errno(EROFS), LEDGER_READ_ONLY);
    CU_ASSERT_EQUAL(ledger_status_of_errno(EACCES), LEDGER_PERMISSION);
    CU_ASSERT_EQUAL(ledger_status_of_errno(EPERM), LEDGER_PERMISSION);
    CU_ASSERT_EQUAL(ledger_status_of_errno(ENOENT), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_status_of_errno(ENOTDIR), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_status_of_errno(EEXIST), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(ledger_status_of_errno(EIO), LEDGER_IO);
    CU_ASSERT_EQUAL(ledger_status_of_errno(0), LEDGER_IO);
}

void ledger_suite_file_system(void)
{
    CU_pSuite suite = CU_add_suite("file_system", NULL, NULL);
    CU_ADD_TEST(suite, network_file_systems_are_known);
    CU_ADD_TEST(suite, what_is_not_there_has_no_file_system);
    CU_ADD_TEST(suite, a_network_file_system_is_refused);
    CU_ADD_TEST(suite, errors_of_the_system_have_a_status);
}
