#include "tools/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/format/note.h"
#include "ledger/ops/files.h"

/* A short read counts as other bytes: then nothing is replaced. */
static bool holds(int fd, struct ledger_span bytes)
{
    uint8_t memory[LEDGER_NOTE_MAX + 1];
    ssize_t size = pread(fd, memory, sizeof memory, 0);
    return size >= 0 && ledger_span_equal((struct ledger_span){memory, (size_t)size}, bytes);
}

static bool path_holds(const char *path, struct ledger_span bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool same = fd >= 0 && holds(fd, bytes);
    if (fd >= 0) {
        (void)close(fd);
    }
    return same;
}

static int overtaken(enum remember_outcome *outcome, const char *path)
{
    *outcome = REMEMBER_OVERTAKEN;
    return cli_fail("'%s' was changed by another program while the ledger was verified: it is not "
                    "replaced; verify again",
                    path);
}

/* Whether the file at `path` is still the one that is open. */
static bool is_current(int fd, const char *path)
{
    struct stat opened;
    struct stat found;
    return fstat(fd, &opened) == 0 && stat(path, &found) == 0 && opened.st_dev == found.st_dev &&
           opened.st_ino == found.st_ino;
}

/* Opens and locks the file that stands at `path`. A lock on a file that was replaced before it was
 * got keeps nobody out, so then the new one is taken. -1 with errno. */
static int open_locked(const char *path)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
        if (fd < 0) {
            return -1;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int failed = errno;
            (void)close(fd);
            errno = failed;
            return -1;
        }
        if (is_current(fd, path)) {
            return fd;
        }
        (void)close(fd);
    }
}

static int replace_locked(enum remember_outcome *outcome, int fd, const char *path,
                          struct ledger_span seen, struct ledger_span note)
{
    struct ledger_error error;
    enum ledger_status status;
    *outcome = REMEMBER_REPLACED;
    if (holds(fd, note)) {
        /* Whoever put it there may have been stopped before it was durable. */
        status = ledger_file_sync(path, &error);
    } else if (holds(fd, seen)) {
        status = ledger_file_replace(path, note, &error);
    } else {
        return overtaken(outcome, path);
    }
    if (status == LEDGER_OK) {
        return CLI_DONE;
    }
    *outcome = path_holds(path, note) ? REMEMBER_UNSYNCED : REMEMBER_FAILED;
    return cli_fail_with(&error);
}

static int replace(enum remember_outcome *outcome, const char *path, struct ledger_span seen,
                   struct ledger_span note)
{
    int fd = open_locked(path);
    if (fd < 0 && errno == EWOULDBLOCK) {
        *outcome = REMEMBER_OVERTAKEN;
        return cli_fail("'%s' is locked by another program: it is not replaced; verify again",
                        path);
    }
    if (fd < 0) {
        *outcome = REMEMBER_FAILED;
        return cli_fail("cannot replace '%s': %s", path, strerror(errno));
    }
    int status = replace_locked(outcome, fd, path, seen, note);
    (void)close(fd);
    return status;
}

static int create(enum remember_outcome *outcome, const char *path, struct ledger_span note)
{
    struct ledger_error error;
    enum ledger_status status = ledger_file_create(path, note, &error);
    if (status == LEDGER_OK) {
        *outcome = REMEMBER_FIRST;
        return CLI_DONE;
    }
    /* A symbolic link that leads nowhere exists too. */
    if (status == LEDGER_EXISTS && access(path, F_OK) == 0) {
        return overtaken(outcome, path);
    }
    *outcome = REMEMBER_FAILED;
    return cli_fail_with(&error);
}

int remember_checkpoint(enum remember_outcome *outcome, const char *path, struct ledger_span seen,
                        struct ledger_span note)
{
    return seen.size == 0 ? create(outcome, path, note) : replace(outcome, path, seen, note);
}
