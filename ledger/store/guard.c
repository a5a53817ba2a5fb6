#include "ledger/store/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/store/durable_file.h"
#include "ledger/store/file_system.h"

struct ledger_guard {
    int fd; /* locked */
    char path[PATH_MAX];
    /* What takes its place is written under one name, as there is one holder of the lock: what a
     * killed writer left is taken away. */
    char next[PATH_MAX + sizeof LEDGER_GUARD_NEXT];
    size_t size;
    uint8_t bytes[LEDGER_GUARD_MAX];
};

static bool still_there(const struct ledger_guard *guard)
{
    struct stat open_file;
    struct stat named_file;
    return fstat(guard->fd, &open_file) == 0 && stat(guard->path, &named_file) == 0 &&
           open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

static enum ledger_status open_file(struct ledger_guard *guard, struct ledger_error *error)
{
    /* O_NONBLOCK: a pipe of that name must not keep the writer waiting. */
    guard->fd = open(guard->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (guard->fd >= 0) {
        return LEDGER_OK;
    }
    if (errno == ENOENT) {
        return ledger_error_set(error, LEDGER_NO_GUARD, 0,
                                "there is no guard '%s': a copy of a ledger may be read but not "
                                "appended to; name the guard if it is elsewhere",
                                guard->path);
    }
    return ledger_error_set(error, ledger_status_of_errno(errno), errno, "cannot open guard '%s'",
                            guard->path);
}

/* The file may be replaced between open and lock; then the lock is on a file that is gone. */
static enum ledger_status open_locked(struct ledger_guard *guard, struct ledger_error *error)
{
    for (int attempt = 0; attempt < 100; attempt++) {
        enum ledger_status status = open_file(guard, error);
        if (status != LEDGER_OK) {
            return status;
        }
        status = ledger_file_system_check(guard->path, error);
        if (status != LEDGER_OK) {
            return status;
        }
        if (flock(guard->fd, LOCK_EX | LOCK_NB) != 0) {
            int failed = errno;
            return failed == EWOULDBLOCK
                       ? ledger_error_set(error, LEDGER_BUSY, 0,
                                          "another program is writing to the ledger of guard '%s'",
                                          guard->path)
                       : ledger_error_set(error, LEDGER_IO, failed, "cannot lock guard '%s'",
                                          guard->path);
        }
        if (still_there(guard)) {
            return LEDGER_OK;
        }
        close(guard->fd);
        guard->fd = -1;
    }
    return ledger_error_set(error, LEDGER_BUSY, 0, "guard '%s' keeps changing", guard->path);
}

/* What would keep the guard from being replaced is found now: when it has to be, the entries are
 * committed already. */
static enum ledger_status try_next(struct ledger_guard *guard, struct ledger_error *error)
{
    int fd = -1;
    bool cleared = unlink(guard->next) == 0 || errno == ENOENT;
    if (cleared) {
        fd = open(guard->next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    }
    if (fd < 0 || unlink(guard->next) != 0) {
        int failed = errno;
        if (fd >= 0) {
            close(fd);
        }
        return ledger_error_set(error, ledger_status_of_errno(failed), failed,
                                cleared ? "guard '%s' could not be replaced: cannot make '%s'"
                                        : "guard '%s' could not be replaced: cannot remove '%s'",
                                guard->path, guard->next);
    }
    close(fd);
    return LEDGER_OK;
}

/* A writer that was killed may have put this guard in place without making that durable. What is
 * built on the guard must not outlive it. */
static enum ledger_status settle(const struct ledger_guard *guard, struct ledger_error *error)
{
    if (fsync(guard->fd) != 0) {
        return ledger_error_set(error, LEDGER_IO, errno, "cannot make durable guard '%s'",
                                guard->path);
    }
    return ledger_durable_sync_parent(guard->path, error);
}

static enum ledger_status read_file(struct ledger_guard *guard, struct ledger_error *error)
{
    guard->size = 0;
    while (guard->size < sizeof guard->bytes) {
        ssize_t n = read(guard->fd, guard->bytes + guard->size, sizeof guard->bytes - guard->size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return ledger_error_set(error, LEDGER_IO, errno, "cannot read guard '%s'", guard->path);
        }
        if (n == 0) {
            return LEDGER_OK;
        }
        guard->size += (size_t)n;
    }
    return ledger_error_set(error, LEDGER_DAMAGED, 0, "guard '%s' is too large", guard->path);
}

enum ledger_status ledger_guard_open(struct ledger_guard **out, const char *path,
                                     struct ledger_error *error)
{
    *out = NULL;
    struct ledger_guard *guard = calloc(1, sizeof *guard);
    if (guard == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open guard '%s'", path);
    }
    guard->fd = -1;
    int size = snprintf(guard->path, sizeof guard->path, "%s", path);
    enum ledger_status status = LEDGER_OK;
    if (size < 0 || (size_t)size >= sizeof guard->path) {
        status = ledger_error_set(error, LEDGER_INVALID, 0, "the path '%s' is too long", path);
    }
    (void)snprintf(guard->next, sizeof guard->next, "%s" LEDGER_GUARD_NEXT, guard->path);
    if (status == LEDGER_OK) {
        status = open_locked(guard, error);
    }
    if (status == LEDGER_OK) {
        status = settle(guard, error);
    }
    if (status == LEDGER_OK) {
        status = try_next(guard, error);
    }
    if (status == LEDGER_OK) {
        status = read_file(guard, error);
    }
    if (status != LEDGER_OK) {
        ledger_guard_close(&guard);
        return status;
    }
    *out = guard;
    return LEDGER_OK;
}

void ledger_guard_close(struct ledger_guard **guard)
{
    if (*guard != NULL) {
        if ((*guard)->fd >= 0) {
            close((*guard)->fd);
        }
        free(*guard);
        *guard = NULL;
    }
}

struct ledger_span ledger_guard_bytes(const struct ledger_guard *guard)
{
    struct ledger_span bytes = {guard->bytes, guard->size};
    return bytes;
}

/* The new file is locked before it gets the name, so that the lock is never off the name. */
static enum ledger_status put_in_place(struct ledger_guard *guard, int fd,
                                       struct ledger_error *error)
{
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || rename(guard->next, guard->path) != 0) {
        int failed = errno;
        close(fd);
        unlink(guard->next);
        return ledger_error_set(error, LEDGER_UNKNOWN, failed, "cannot replace guard '%s'",
                                guard->path);
    }
    close(guard->fd);
    guard->fd = fd;
    if (ledger_durable_sync_parent(guard->path, error) != LEDGER_OK) {
        if (error != NULL) {
            error->status = LEDGER_UNKNOWN;
        }
        return LEDGER_UNKNOWN;
    }
    return LEDGER_OK;
}

enum ledger_status ledger_guard_replace(struct ledger_guard *guard, struct ledger_span bytes,
                                        struct ledger_error *error)
{
    int fd;
    LEDGER_ASSERT(bytes.size < sizeof guard->bytes);
    if (!still_there(guard)) {
        return ledger_error_set(error, LEDGER_UNKNOWN, 0,
                                "guard '%s' was moved or replaced while it was locked",
                                guard->path);
    }
    (void)unlink(guard->next);
    enum ledger_status status = ledger_durable_write(&fd, guard->next, bytes, error);
    if (status == LEDGER_OK) {
        status = put_in_place(guard, fd, error);
    }
    if (status != LEDGER_OK) {
        if (error != NULL) {
            error->status = LEDGER_UNKNOWN;
        }
        return LEDGER_UNKNOWN;
    }
    memcpy(guard->bytes, bytes.data, bytes.size);
    guard->size = bytes.size;
    return LEDGER_OK;
}
