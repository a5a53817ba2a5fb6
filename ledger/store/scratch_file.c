#include "ledger/store/scratch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_DIRECTORY "/var/tmp" /* on a disk, which /tmp often is not */

void ledger_scratch_start(struct ledger_scratch *scratch, size_t memory, const int *lent)
{
    *scratch = (struct ledger_scratch){.memory = memory, .fd = -1, .lent = lent};
}

void ledger_scratch_free(struct ledger_scratch *scratch)
{
    free(scratch->bytes);
    if (scratch->fd >= 0 && scratch->lent == NULL) {
        close(scratch->fd);
    }
    ledger_scratch_start(scratch, scratch->memory, scratch->lent);
}

static const char *directory(void)
{
    const char *named = secure_getenv("TMPDIR");
    return named != NULL && named[0] != '\0' ? named : DEFAULT_DIRECTORY;
}

static enum ledger_status fail(struct ledger_error *error, int os_error, const char *what)
{
    enum ledger_status status = ledger_status_of_errno(os_error);
    return ledger_error_set(error, status == LEDGER_NOT_FOUND ? LEDGER_IO : status, os_error,
                            "cannot %s a temporary file in '%s' (the environment variable TMPDIR "
                            "names another directory)",
                            what, directory());
}

/* For file systems without O_TMPFILE: a file that has a name, for a moment. */
static int make_named(void)
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/ledger.XXXXXX", directory());
    if (size < 0 || (size_t)size >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) {
        unlink(path);
    }
    return fd;
}

int ledger_scratch_make_file(void)
{
    int fd = open(directory(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        fd = make_named();
    }
    return fd >= 0 ? fd : -errno;
}

static enum ledger_status take_file(struct ledger_scratch *scratch, struct ledger_error *error)
{
    int fd = scratch->lent != NULL ? *scratch->lent : ledger_scratch_make_file();
    if (fd < 0) {
        return fail(error, -fd, "make");
    }
    scratch->fd = fd;
    return lseek(fd, 0, SEEK_SET) == 0 ? LEDGER_OK : fail(error, errno, "write to");
}

/* Everything in memory goes to the file. */
static enum ledger_status write_out(struct ledger_scratch *scratch, struct ledger_error *error)
{
    enum ledger_status status = scratch->fd >= 0 ? LEDGER_OK : take_file(scratch, error);
    for (size_t done = 0; status == LEDGER_OK && done < scratch->waiting;) {
        ssize_t n = write(scratch->fd, scratch->bytes + done, scratch->waiting - done);
        if (n > 0) {
            done += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            status = fail(error, n == 0 ? EIO : errno, "write to");
        }
    }
    if (status == LEDGER_OK) {
        scratch->written += scratch->waiting;
        scratch->waiting = 0;
    }
    return status;
}

enum ledger_status ledger_scratch_append(struct ledger_scratch *scratch, uint64_t *place,
                                         struct ledger_span bytes, struct ledger_error *error)
{
    LEDGER_ASSERT(bytes.size <= scratch->memory);
    if (scratch->bytes == NULL && (scratch->bytes = malloc(scratch->memory)) == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot keep what was read");
    }
    if (bytes.size > scratch->memory - scratch->waiting) {
        enum ledger_status status = write_out(scratch, error);
        if (status != LEDGER_OK) {
            return status;
        }
    }
    *place = scratch->written + scratch->waiting;
    memcpy(scratch->bytes + scratch->waiting, bytes.data, bytes.size);
    scratch->waiting += bytes.size;
    return LEDGER_OK;
}

static enum ledger_status read_file(const struct ledger_scratch *scratch, uint8_t *bytes,
                                    size_t size, uint64_t place, struct ledger_error *error)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(scratch->fd, bytes + done, size - done, (off_t)(place + done));
        if (n > 0) {
            done += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            return fail(error, n == 0 ? EIO : errno, "read");
        }
    }
    return LEDGER_OK;
}

enum ledger_status ledger_scratch_read(const struct ledger_scratch *scratch, void *bytes,
                                       size_t size, uint64_t place, struct ledger_error *error)
{
    LEDGER_ASSERT(size <= scratch->written + scratch->waiting &&
                  place <= scratch->written + scratch->waiting - size);
    if (place < scratch->written) {
        LEDGER_ASSERT(size <= scratch->written - place);
        return read_file(scratch, bytes, size, place, error);
    }
    memcpy(bytes, scratch->bytes + (place - scratch->written), size);
    return LEDGER_OK;
}
