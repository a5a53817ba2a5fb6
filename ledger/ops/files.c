#include "ledger/ops/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/store/durable_file.h"

static enum ledger_status fail(struct ledger_error *error, int os_error, const char *what,
                               const char *path)
{
    return ledger_error_set(error, ledger_status_of_errno(os_error), os_error, "cannot %s '%s'",
                            what, path);
}

enum ledger_status ledger_file_create(const char *path, struct ledger_span bytes,
                                      struct ledger_error *error)
{
    char temporary[PATH_MAX];
    int fd;
    enum ledger_status status = ledger_durable_write_beside(temporary, &fd, path, bytes, error);
    if (status != LEDGER_OK) {
        return status;
    }
    /* link(2) is the rename that never replaces. */
    int failed = link(temporary, path) == 0 ? 0 : errno;
    unlink(temporary);
    close(fd);
    if (failed != 0) {
        return fail(error, failed, "create", path);
    }
    status = ledger_durable_sync_parent(path, error);
    if (status != LEDGER_OK) {
        unlink(path);
    }
    return status;
}

/* `old`: what is known of the file in that place, or NULL. */
static enum ledger_status replace(const char *path, struct ledger_span bytes,
                                  const struct stat *old, struct ledger_error *error)
{
    char temporary[PATH_MAX];
    int fd;
    enum ledger_status status = ledger_durable_write_beside(temporary, &fd, path, bytes, error);
    if (status != LEDGER_OK) {
        return status;
    }
    bool moved =
        (old == NULL || fchmod(fd, old->st_mode & 0777) == 0) && rename(temporary, path) == 0;
    int failed = moved ? 0 : errno;
    close(fd);
    if (!moved) {
        unlink(temporary);
        return fail(error, failed, "replace", path);
    }
    return ledger_durable_sync_parent(path, error);
}

enum ledger_status ledger_file_replace(const char *path, struct ledger_span bytes,
                                       struct ledger_error *error)
{
    char real[PATH_MAX];
    struct stat old;
    if (realpath(path, real) == NULL || stat(real, &old) != 0) {
        return replace(path, bytes, NULL, error);
    }
    if (!S_ISREG(old.st_mode)) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "cannot replace '%s': it is not a regular file", path);
    }
    return replace(real, bytes, &old, error);
}

enum ledger_status ledger_file_sync(const char *path, struct ledger_error *error)
{
    char real[PATH_MAX];
    int fd = realpath(path, real) != NULL ? open(real, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
    if (fd < 0) {
        return fail(error, errno, "open", path);
    }
    int failed = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return failed == 0 ? ledger_durable_sync_parent(real, error)
                       : fail(error, failed, "make durable", path);
}
