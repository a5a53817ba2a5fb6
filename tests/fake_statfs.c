#include "tests/fake_statfs.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char *fake_path;
static uint64_t fake_type;

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
