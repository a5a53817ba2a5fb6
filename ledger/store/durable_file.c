#include "ledger/store/durable_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static enum ledger_status fail(struct ledger_error *error, int os_error, const char *what,
                               const char *path)
{
    return ledger_error_set(error, ledger_status_of_errno(os_error), os_error, "cannot %s '%s'",
                            what, path);
}

int ledger_durable_fill(int fd, struct ledger_span bytes)
{
    size_t done = 0;
    while (done < bytes.size) {
        ssize_t n = write(fd, bytes.data + done, bytes.size - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n < 0 ? errno : EIO;
        }
        done += (size_t)n;
    }
    return fsync(fd) == 0 ? 0 : errno;
}

enum ledger_status ledger_durable_name_beside(char temporary[PATH_MAX], const char *path,
                                              struct ledger_error *error)
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
        return fail(error, errno, "get random bytes for", path);
    }
    int size = snprintf(temporary, PATH_MAX, "%s.%016llx.tmp", path, (unsigned long long)random);
    if (size < 0 || size >= PATH_MAX) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "the path '%s' is too long", path);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_durable_write(int *fd, const char *path, struct ledger_span bytes,
                                        struct ledger_error *error)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (*fd < 0) {
        return fail(error, errno, "create", path);
    }
    int failed = ledger_durable_fill(*fd, bytes);
    if (failed != 0) {
        close(*fd);
        unlink(path);
        return fail(error, failed, "write", path);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_durable_write_beside(char temporary[PATH_MAX], int *fd, const char *path,
                                               struct ledger_span bytes, struct ledger_error *error)
{
    enum ledger_status status = ledger_durable_name_beside(temporary, path, error);
    return status == LEDGER_OK ? ledger_durable_write(fd, temporary, bytes, error) : status;
}

enum ledger_status ledger_durable_parent(char parent[PATH_MAX], const char *path,
                                         struct ledger_error *error)
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') {
        size--;
    }
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    if (size >= PATH_MAX) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "the path '%s' is too long", path);
    }
    (void)snprintf(parent, PATH_MAX, "%.*s", size == 0 ? 1 : (int)size, size == 0 ? "." : path);
    return LEDGER_OK;
}

enum ledger_status ledger_durable_sync_parent(const char *path, struct ledger_error *error)
{
    char parent[PATH_MAX];
    enum ledger_status status = ledger_durable_parent(parent, path, error);
    if (status != LEDGER_OK) {
        return status;
    }
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return fail(error, errno, "open the directory of", path);
    }
    int failed = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return failed == 0 ? LEDGER_OK : fail(error, failed, "make durable the directory of", path);
}
