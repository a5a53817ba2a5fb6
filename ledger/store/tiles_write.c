#include "ledger/store/tiles_write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/base/encoding.h"
#include "ledger/store/durable_file.h"

static enum ledger_status fail(const struct ledger_tiles_writer *w, const char *what,
                               const char *name, int os_error, struct ledger_error *error)
{
    return ledger_error_set(error, ledger_status_of_errno(os_error), os_error, "cannot %s '%s/%s'",
                            what, w->dir->path, name);
}

enum ledger_status ledger_tiles_writer_start(struct ledger_tiles_writer *writer,
                                             struct ledger_tiles_dir *dir,
                                             struct ledger_error *error)
{
    memset(writer, 0, sizeof *writer);
    writer->dir = dir;
    if (flock(dir->fd, LOCK_EX | LOCK_NB) != 0) {
        int failed = errno;
        return ledger_error_set(error, failed == EWOULDBLOCK ? LEDGER_BUSY : LEDGER_IO, failed,
                                "another program is writing to '%s'", dir->path);
    }
    if (unlinkat(dir->fd, LEDGER_TILES_TEMPORARY, 0) != 0 && errno != ENOENT) {
        return fail(writer, "remove", LEDGER_TILES_TEMPORARY, errno, error);
    }
    return LEDGER_OK;
}

void ledger_tiles_writer_end(struct ledger_tiles_writer *writer)
{
    ledger_tiles_file_free(&writer->old);
}

static enum ledger_status sync_directory(const struct ledger_tiles_writer *w, const char *name,
                                         struct ledger_error *error)
{
    int fd;
    const char *last;
    char inside[LEDGER_TILES_NAME_MAX + 2];
    (void)snprintf(inside, sizeof inside, "%s%s.", name, name[0] == '\0' ? "" : "/");
    enum ledger_status status = ledger_tiles_dir_parent(w->dir, &fd, &last, inside, error);
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND ? fail(w, "open", name, ENOENT, error) : status;
    }
    int failed = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return failed == 0 ? LEDGER_OK : fail(w, "make durable", name, failed, error);
}

enum ledger_status ledger_tiles_sync(struct ledger_tiles_writer *writer, struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    for (unsigned i = 0; status == LEDGER_OK && i < writer->unsynced_count; i++) {
        status = sync_directory(writer, writer->unsynced[i], error);
    }
    if (status == LEDGER_OK) {
        writer->unsynced_count = 0;
    }
    return status;
}

/* Remembers that the directory with these first `size` bytes of a name has a new name in it. */
static enum ledger_status note_unsynced(struct ledger_tiles_writer *w, const char *name,
                                        size_t size, struct ledger_error *error)
{
    for (unsigned i = 0; i < w->unsynced_count; i++) {
        if (strlen(w->unsynced[i]) == size && memcmp(w->unsynced[i], name, size) == 0) {
            return LEDGER_OK;
        }
    }
    enum ledger_status status = LEDGER_OK;
    if (w->unsynced_count == LEDGER_TILES_UNSYNCED) {
        status = ledger_tiles_sync(w, error);
    }
    if (status == LEDGER_OK) {
        LEDGER_ASSERT(size < LEDGER_TILES_NAME_MAX);
        memcpy(w->unsynced[w->unsynced_count], name, size);
        w->unsynced[w->unsynced_count++][size] = '\0';
    }
    return status;
}

static size_t size_of_parent(const char *name, size_t size)
{
    while (size > 0 && name[size - 1] != '/') {
        size--;
    }
    return size == 0 ? 0 : size - 1;
}

/* Makes the directories on the way to `name`; that a killed writer made some of them does not say
 * that their names are durable. */
static enum ledger_status make_directories(struct ledger_tiles_writer *w, const char *name,
                                           struct ledger_error *error)
{
    char path[LEDGER_TILES_NAME_MAX];
    enum ledger_status status = LEDGER_OK;
    for (const char *at = strchr(name, '/'); status == LEDGER_OK && at != NULL;
         at = strchr(at + 1, '/')) {
        int fd;
        const char *last;
        size_t size = (size_t)(at - name);
        (void)snprintf(path, sizeof path, "%.*s", (int)size, name);
        status = ledger_tiles_dir_parent(w->dir, &fd, &last, path, error);
        if (status != LEDGER_OK) {
            return status == LEDGER_NOT_FOUND ? fail(w, "open", path, ENOENT, error) : status;
        }
        int failed = mkdirat(fd, last, 0777) == 0 || errno == EEXIST ? 0 : errno;
        close(fd);
        status = failed == 0 ? note_unsynced(w, path, size_of_parent(path, size), error)
                             : fail(w, "make", path, failed, error);
    }
    return status;
}

static enum ledger_status write_temporary(struct ledger_tiles_writer *w, const char *name,
                                          struct ledger_span bytes, struct ledger_error *error)
{
    int fd = openat(w->dir->fd, LEDGER_TILES_TEMPORARY,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0) {
        return fail(w, "write", name, errno, error);
    }
    int failed = ledger_durable_fill(fd, bytes);
    if (close(fd) != 0 && failed == 0) {
        failed = errno;
    }
    if (failed == 0) {
        return LEDGER_OK;
    }
    (void)unlinkat(w->dir->fd, LEDGER_TILES_TEMPORARY, 0);
    return fail(w, "write", name, failed, error);
}

static enum ledger_status put_new(struct ledger_tiles_writer *w, const char *name,
                                  struct ledger_span bytes, struct ledger_error *error)
{
    int parent;
    const char *last;
    enum ledger_status status = ledger_tiles_dir_parent(w->dir, &parent, &last, name, error);
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND ? fail(w, "write", name, ENOENT, error) : status;
    }
    status = write_temporary(w, name, bytes, error);
    if (status == LEDGER_OK && renameat(w->dir->fd, LEDGER_TILES_TEMPORARY, parent, last) != 0) {
        status = fail(w, "put in place", name, errno, error);
        (void)unlinkat(w->dir->fd, LEDGER_TILES_TEMPORARY, 0);
    }
    close(parent);
    if (status == LEDGER_OK) {
        w->written++;
        w->bytes += bytes.size;
    }
    return status;
}

enum ledger_status ledger_tiles_put(struct ledger_tiles_writer *writer, const char *name,
                                    struct ledger_span bytes, struct ledger_error *error)
{
    enum ledger_status status = make_directories(writer, name, error);
    if (status == LEDGER_OK) {
        status = note_unsynced(writer, name, size_of_parent(name, strlen(name)), error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_tiles_dir_load(writer->dir, &writer->old, name, bytes.size, NULL);
    if (status == LEDGER_OK && ledger_span_equal(ledger_tiles_file_span(&writer->old), bytes)) {
        writer->kept++;
        return LEDGER_OK;
    }
    return put_new(writer, name, bytes, error);
}

/* Whether a name is that of a partial tile: its width. */
static bool is_width(const char *name)
{
    uint64_t width = 0;
    return ledger_read_decimal(&width, ledger_span_of(name), 255) && width > 0;
}

static void remove_files(struct ledger_tiles_writer *w, int fd)
{
    DIR *parts = fdopendir(fd);
    const struct dirent *file;
    if (parts == NULL) {
        close(fd);
        return;
    }
    while ((file = readdir(parts)) != NULL) {
        if (is_width(file->d_name)) {
            w->removed += unlinkat(dirfd(parts), file->d_name, 0) == 0 ? 1 : 0;
        }
    }
    closedir(parts);
}

enum ledger_status ledger_tiles_remove_parts(struct ledger_tiles_writer *writer, const char *name,
                                             struct ledger_error *error)
{
    int fd;
    const char *last;
    char inside[LEDGER_TILES_NAME_MAX + 8];
    (void)snprintf(inside, sizeof inside, "%s.p/.", name);
    enum ledger_status status = ledger_tiles_dir_parent(writer->dir, &fd, &last, inside, error);
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
    }
    /* What cannot be removed costs room and nothing else. */
    remove_files(writer, fd);
    inside[strlen(inside) - 2] = '\0';
    status = ledger_tiles_dir_parent(writer->dir, &fd, &last, inside, error);
    if (status == LEDGER_OK) {
        (void)unlinkat(fd, last, AT_REMOVEDIR);
        close(fd);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}
