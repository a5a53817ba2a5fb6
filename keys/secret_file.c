#include "keys/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A name within an open folder, so that all steps of a change speak of the same folder. */
struct place {
    int folder;
    const char *name; /* borrowed from the path */
};

static enum ledger_status fail(int os_error, const char *doing, const char *path,
                               struct ledger_error *error)
{
    return ledger_error_set(error, ledger_status_of_errno(os_error), os_error, "cannot %s '%s'",
                            doing, path);
}

static enum ledger_status check_kind(const struct stat *about, const char *path, size_t max,
                                     struct ledger_error *error)
{
    if (!S_ISREG(about->st_mode)) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "cannot open '%s': not a regular file",
                                path);
    }
    if (geteuid() != 0 && about->st_uid != geteuid()) {
        return ledger_error_set(error, LEDGER_PERMISSION, 0,
                                "refused to use '%s': it belongs to another user", path);
    }
    if ((about->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return ledger_error_set(error, LEDGER_PERMISSION, 0,
                                "refused to use '%s': others have permissions on it (mode %04o); "
                                "if nobody has read it, run 'chmod 600' on it",
                                path, (unsigned)(about->st_mode & 07777U));
    }
    if (about->st_size <= 0 || (uintmax_t)about->st_size > max) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "cannot read '%s': its size is not that of such a file", path);
    }
    return LEDGER_OK;
}

/* False with errno set; a file that grew past the capacity is cut there, which the caller sees. */
static bool read_all(struct ledger_secret *bytes, int fd)
{
    while (bytes->size < bytes->capacity) {
        ssize_t got = read(fd, bytes->data + bytes->size, bytes->capacity - bytes->size);
        if (got == 0) {
            return true;
        }
        if (got < 0 && errno != EINTR) {
            return false;
        }
        bytes->size += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static enum ledger_status read_open(struct ledger_secret *bytes, int fd, const char *path,
                                    size_t max, struct ledger_error *error)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        return fail(errno, "open", path, error);
    }
    enum ledger_status status = check_kind(&about, path, max, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (ledger_secret_new(bytes, max + 1) != LEDGER_OK) {
        return fail(ENOMEM, "read", path, error);
    }
    if (!read_all(bytes, fd)) {
        return fail(errno, "read", path, error);
    }
    if (bytes->size == 0 || bytes->size > max) {
        return ledger_error_set(error, LEDGER_IO, 0, "cannot read '%s': it changed meanwhile",
                                path);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_secret_file_read(struct ledger_secret *bytes, const char *path,
                                           size_t max, struct ledger_error *error)
{
    *bytes = (struct ledger_secret){0};
    /* O_NONBLOCK: opening a pipe must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno == ELOOP) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "refused to use '%s': it is a symbolic link", path);
    }
    if (fd < 0) {
        return fail(errno, "open", path, error);
    }
    enum ledger_status status = read_open(bytes, fd, path, max, error);
    (void)close(fd);
    if (status != LEDGER_OK) {
        ledger_secret_free(bytes);
    }
    return status;
}

bool ledger_secret_file_peek(struct ledger_secret *bytes, const char *path, size_t max)
{
    struct stat about;
    *bytes = (struct ledger_secret){0};
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool whole = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
                 (uintmax_t)about.st_size <= max && ledger_secret_new(bytes, max) == LEDGER_OK &&
                 read_all(bytes, fd);
    (void)close(fd);
    return whole;
}

static enum ledger_status place_open(struct place *place, const char *path,
                                     struct ledger_error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    place->name = slash == NULL ? path : slash + 1;
    if (folder == NULL) {
        return fail(ENOMEM, "create", path, error);
    }
    place->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int os_error = errno;
    free(folder);
    if (place->folder < 0) {
        return fail(os_error, "open the folder of", path, error);
    }
    return LEDGER_OK;
}

static int write_all(int fd, struct ledger_span bytes)
{
    while (bytes.size > 0) {
        ssize_t put = write(fd, bytes.data, bytes.size);
        if (put < 0 && errno != EINTR) {
            return -1;
        }
        if (put > 0) {
            bytes.data += put;
            bytes.size -= (size_t)put;
        }
    }
    return 0;
}

/* Makes the file durable under `name`, owned like `owner` if that is not NULL. Returns 0 or an
 * errno; on failure the file is gone again, unless it was not made here. */
static int make_file(int folder, const char *name, const struct stat *owner,
                     struct ledger_span bytes)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    int os_error = 0;
    if ((owner != NULL && owner->st_uid != geteuid() &&
         fchown(fd, owner->st_uid, owner->st_gid) != 0) ||
        write_all(fd, bytes) != 0 || fsync(fd) != 0) {
        os_error = errno;
    }
    if (close(fd) != 0 && os_error == 0) {
        os_error = errno;
    }
    if (os_error != 0) {
        (void)unlinkat(folder, name, 0);
    }
    return os_error;
}

enum ledger_status ledger_secret_file_create(const char *path, struct ledger_span bytes,
                                             struct ledger_error *error)
{
    struct place place;
    enum ledger_status status = place_open(&place, path, error);
    if (status != LEDGER_OK) {
        return status;
    }
    int os_error = make_file(place.folder, place.name, NULL, bytes);
    if (os_error == 0 && fsync(place.folder) != 0) {
        os_error = errno;
        (void)unlinkat(place.folder, place.name, 0);
    }
    (void)close(place.folder);
    if (os_error == EEXIST) {
        return ledger_error_set(error, LEDGER_EXISTS, 0,
                                "cannot create '%s': it exists already and is never overwritten",
                                path);
    }
    return os_error == 0 ? LEDGER_OK : fail(os_error, "create", path, error);
}

/* The name of the file with a random suffix. False if it would be too long. */
static bool name_beside(char beside[NAME_MAX + 1], const char *name)
{
    uint64_t random = 0;
    ledger_secret_random((uint8_t *)&random, sizeof random);
    int length = snprintf(beside, NAME_MAX + 1, "%s.%016llx", name, (unsigned long long)random);
    return length > 0 && length <= NAME_MAX;
}

static int replace_in(struct place place, struct ledger_span bytes)
{
    char beside[NAME_MAX + 1];
    struct stat old;
    if (!name_beside(beside, place.name)) {
        return ENAMETOOLONG;
    }
    if (fstatat(place.folder, place.name, &old, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno;
    }
    if (!S_ISREG(old.st_mode)) {
        return EINVAL;
    }
    int os_error = make_file(place.folder, beside, &old, bytes);
    if (os_error != 0) {
        return os_error;
    }
    if (renameat(place.folder, beside, place.folder, place.name) != 0) {
        os_error = errno;
        (void)unlinkat(place.folder, beside, 0);
    }
    return os_error;
}

enum ledger_status ledger_secret_file_replace(const char *path, struct ledger_span bytes,
                                              struct ledger_error *error)
{
    struct place place;
    enum ledger_status status = place_open(&place, path, error);
    if (status != LEDGER_OK) {
        return status;
    }
    int os_error = replace_in(place, bytes);
    if (os_error != 0) {
        status = fail(os_error, "replace", path, error);
    } else if (fsync(place.folder) != 0) {
        status = ledger_error_set(error, LEDGER_UNKNOWN, errno,
                                  "replaced '%s', but cannot make that durable", path);
    }
    (void)close(place.folder);
    return status;
}
