#include "ledger/store/tiles_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_MAX 64 /* bytes of one part of a name, its terminating zero included */

static enum ledger_status fail(const struct ledger_tiles_dir *dir, const char *name, int os_error,
                               struct ledger_error *error)
{
    switch (os_error) {
    case ENOENT:
        return LEDGER_NOT_FOUND;
    case ELOOP:   /* what O_NOFOLLOW says of a symbolic link, */
    case ENOTDIR: /* and O_DIRECTORY of anything else */
    case ENXIO:
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "'%s/%s' is not a regular file, or behind a symbolic link",
                                dir->path, name);
    default:
        return ledger_error_set(error, ledger_status_of_errno(os_error), os_error,
                                "cannot read '%s/%s'", dir->path, name);
    }
}

enum ledger_status ledger_tiles_dir_open(struct ledger_tiles_dir *dir, const char *path,
                                         struct ledger_error *error)
{
    int size = snprintf(dir->path, sizeof dir->path, "%s", path);
    dir->fd = -1;
    if (size < 0 || (size_t)size >= sizeof dir->path) {
        return ledger_error_set(error, LEDGER_INVALID, 0, "the path '%s' is too long", path);
    }
    dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir->fd >= 0 ? LEDGER_OK
                        : ledger_error_set(error, ledger_status_of_errno(errno), errno,
                                           "cannot open directory '%s'", path);
}

void ledger_tiles_dir_close(struct ledger_tiles_dir *dir)
{
    if (dir->fd >= 0) {
        close(dir->fd);
        dir->fd = -1;
    }
}

enum ledger_status ledger_tiles_dir_parent(const struct ledger_tiles_dir *dir, int *fd,
                                           const char **last, const char *name,
                                           struct ledger_error *error)
{
    char part[PART_MAX];
    const char *slash;
    *last = name;
    *fd = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (*fd >= 0 && (slash = strchr(*last, '/')) != NULL) {
        LEDGER_ASSERT(slash - *last < PART_MAX);
        (void)snprintf(part, sizeof part, "%.*s", (int)(slash - *last), *last);
        int next = openat(*fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int failed = errno;
        close(*fd);
        *fd = next;
        errno = failed;
        *last = slash + 1;
    }
    return *fd >= 0 ? LEDGER_OK : fail(dir, name, errno, error);
}

/* To open a device can do something to it, and who waits at a pipe would be woken: so what is no
 * regular file is not opened, as far as that can be known before. 0, or why not. */
static int open_regular(int *fd, int parent, const char *last, struct stat *info)
{
    *fd = -1;
    if (fstatat(parent, last, info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno;
    }
    if (!S_ISREG(info->st_mode)) {
        return ENOTDIR;
    }
    /* O_NONBLOCK: a pipe that takes its place now must not keep the reader waiting. */
    *fd = openat(parent, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*fd < 0) {
        return errno;
    }
    int failed = fstat(*fd, info) != 0 ? errno : S_ISREG(info->st_mode) ? 0 : ENOTDIR;
    if (failed != 0) {
        close(*fd);
        *fd = -1;
    }
    return failed;
}

enum ledger_status ledger_tiles_dir_file(const struct ledger_tiles_dir *dir, int *fd,
                                         uint64_t *size, const char *name,
                                         struct ledger_error *error)
{
    int parent;
    const char *last;
    struct stat info;
    enum ledger_status status = ledger_tiles_dir_parent(dir, &parent, &last, name, error);
    if (status != LEDGER_OK) {
        return status;
    }
    int failed = open_regular(fd, parent, last, &info);
    close(parent);
    if (failed != 0) {
        return fail(dir, name, failed, error);
    }
    *size = (uint64_t)info.st_size;
    return LEDGER_OK;
}

static enum ledger_status make_room(struct ledger_tiles_file *file, size_t size,
                                    struct ledger_error *error)
{
    if (size <= file->capacity) {
        return LEDGER_OK;
    }
    uint8_t *bytes = realloc(file->bytes, size);
    if (bytes == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot read %zu bytes", size);
    }
    file->bytes = bytes;
    file->capacity = size;
    return LEDGER_OK;
}

/* Up to `size` bytes; fewer at the end of the file; -1 with errno. */
static ssize_t read_up_to(int fd, uint8_t *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(fd, bytes + done, size - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        if (n == 0) {
            break;
        }
        done += (size_t)n;
    }
    return (ssize_t)done;
}

enum ledger_status ledger_tiles_dir_load(const struct ledger_tiles_dir *dir,
                                         struct ledger_tiles_file *file, const char *name,
                                         size_t max, struct ledger_error *error)
{
    int fd;
    uint64_t size = 0;
    enum ledger_status status = ledger_tiles_dir_file(dir, &fd, &size, name, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (size > max) {
        close(fd);
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "'%s/%s' has %llu bytes, at most %zu are possible", dir->path, name,
                                (unsigned long long)size, max);
    }
    /* One byte more, to see that nothing follows. */
    status = make_room(file, (size_t)size + 1, error);
    ssize_t n = status == LEDGER_OK ? read_up_to(fd, file->bytes, (size_t)size + 1) : 0;
    int failed = errno;
    close(fd);
    if (status != LEDGER_OK) {
        return status;
    }
    if (n < 0) {
        return ledger_error_set(error, LEDGER_IO, failed, "cannot read '%s/%s'", dir->path, name);
    }
    file->size = (size_t)n;
    return (uint64_t)n == size
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_DAMAGED, 0, "'%s/%s' changed while it was read",
                                  dir->path, name);
}

struct ledger_span ledger_tiles_file_span(const struct ledger_tiles_file *file)
{
    return (struct ledger_span){file->bytes, file->size};
}

void ledger_tiles_file_free(struct ledger_tiles_file *file)
{
    free(file->bytes);
    *file = (struct ledger_tiles_file){NULL, 0, 0};
}
