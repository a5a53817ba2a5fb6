#include "tests/fake_sync.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ledger/base/api.h"

static struct {
    char name[PATH_MAX];
    int error;
    unsigned count;
    void (*before)(void *context, int fd);
    void *context;
} fake;

void fake_sync(const char *name, int error, void (*before)(void *context, int fd), void *context)
{
    (void)snprintf(fake.name, sizeof fake.name, "%s", name != NULL ? name : "");
    fake.error = error;
    fake.count = 0;
    fake.before = before;
    fake.context = context;
}

unsigned fake_sync_count(void)
{
    return fake.count;
}

void fake_sync_of_a_bad_disk(void *context, int fd)
{
    const char *text = context;
    struct stat info;
    if (fstat(fd, &info) != 0 || info.st_size == 0) {
        return;
    }
    size_t size = (size_t)info.st_size;
    uint8_t *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (data != MAP_FAILED) {
        uint8_t *at = memmem(data, size, text, strlen(text));
        if (at != NULL) {
            at[strlen(text) - 1] ^= 1;
        }
        (void)munmap(data, size);
    }
}

static int is_watched(int fd)
{
    char link[64];
    char name[PATH_MAX];
    size_t end = strlen(fake.name);
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = end > 0 ? readlink(link, name, sizeof name) : -1;
    return size >= 0 && (size_t)size >= end &&
           memcmp(name + (size_t)size - end, fake.name, end) == 0;
}

static int sync_by(long call, int fd)
{
    if (is_watched(fd)) {
        fake.count++;
        if (fake.before != NULL) {
            fake.before(fake.context, fd);
        }
        if (fake.error != 0) {
            errno = fake.error;
            return -1;
        }
    }
    return (int)syscall(call, fd);
}

/* In a program that exports them, these take the place of the C library's, for liblmdb, too. */
LEDGER_API int fsync(int fd)
{
    return sync_by(SYS_fsync, fd);
}

LEDGER_API int fdatasync(int fd)
{
    return sync_by(SYS_fdatasync, fd);
}
