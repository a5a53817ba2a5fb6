#include "tests/fake_statfs.h"

#include <stddef.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char *fake_path;
static uint64_t fake_type;
static const char *full_path;
static uint64_t full_bytes;

void fake_statfs(const char *path, uint64_t type)
{
    fake_path = path;
    fake_type = type;
}

/* In a program that links the library's archive, this takes the place of the C library's. */
int statfs(const char *path, struct statfs *info)
{
    int result = (int)syscall(SYS_statfs, path, info);
    if (result == 0 && fake_path != NULL && strcmp(path, fake_path) == 0) {
        info->f_type = (__fsword_t)fake_type;
    }
    return result;
}

void fake_free_space(const char *path, uint64_t bytes)
{
    full_path = path;
    full_bytes = bytes;
}

/* What the library asks for, and no more. */
int statvfs(const char *path, struct statvfs *info)
{
    struct statfs about;
    int result = (int)syscall(SYS_statfs, path, &about);
    if (result == 0) {
        *info = (struct statvfs){.f_bsize = (unsigned long)about.f_bsize,
                                 .f_frsize = (unsigned long)about.f_frsize,
                                 .f_blocks = about.f_blocks,
                                 .f_bfree = about.f_bfree,
                                 .f_bavail = about.f_bavail};
        if (full_path != NULL && strcmp(path, full_path) == 0) {
            info->f_bavail = (fsblkcnt_t)(full_bytes / info->f_frsize);
        }
    }
    return result;
}
