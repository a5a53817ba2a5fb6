/*
 * watch.c - writes down every system call of a program that changes files (LD_PRELOAD).
 *
 *     WATCH_LOG      file to which the trace (trace.h) is appended
 *     WATCH_ROOT     absolute path of the directory that is watched; nothing outside is
 *     WATCH_SWALLOW  what the program only believes to be durable, for controls:
 *                    data   nothing is: no fsync of files, no O_DSYNC
 *                    meta   no O_DSYNC
 *                    names  no fsync of directories
 *     WATCH_KILL     the program is killed after so many events; or "rename": after the first rename
 *
 * What stands on standard output, if that is a file, was told to somebody: a TOLD event says so
 * before the next change. lock.mdb is left out: it means nothing after a crash. What is written past
 * this shim (by mmap, or inside the C library) would be missing in the trace; explore.c compares the
 * end of its replay with the files that are there and so finds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/trust/crash_states/trace.h"

#define SHOWN __attribute__((visibility("default")))
#define FDS 256
#define LOG_FD 900

static struct {
    bool on;
    bool no_data;
    bool no_meta;
    bool no_names;
    bool watched[FDS];
    bool until_rename; /* the program is killed after one */
    long left;         /* events until the program is killed; below 0: never */
    uint64_t told;
    size_t root_size;
    char root[PATH_MAX];
} watch;

/* --- the log --- */

static void broken(const char *what)
{
    (void)fprintf(stderr, "watch: %s: %s\n", what, strerror(errno));
    _exit(125);
}

static void append(const struct iovec parts[3])
{
    size_t size = parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;
    if (syscall(SYS_writev, LOG_FD, parts, 3) != (long)size) {
        broken("cannot write the trace");
    }
}

static void note(enum trace_type type, uint64_t inode, uint64_t offset, uint64_t size,
                 struct iovec path, struct iovec data)
{
    struct trace_event event = {(uint32_t)type, (uint32_t)path.iov_len, inode, offset, size};
    const struct iovec parts[3] = {{&event, sizeof event}, path, data};
    append(parts);
    if ((watch.left > 0 && --watch.left == 0) || (watch.until_rename && type == TRACE_RENAME)) {
        (void)kill(getpid(), SIGKILL);
    }
}

static const struct iovec none = {NULL, 0};

static struct iovec text_of(char *text)
{
    return (struct iovec){text, strlen(text)};
}

/* Before every change: what was told up to now was told without it. */
static void tell(void)
{
    struct stat info;
    if (fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode) &&
        (uint64_t)info.st_size != watch.told) {
        watch.told = (uint64_t)info.st_size;
        note(TRACE_TOLD, 0, 0, watch.told, none, none);
    }
}

__attribute__((constructor)) static void start(void)
{
    const char *log = getenv("WATCH_LOG");
    const char *root = getenv("WATCH_ROOT");
    const char *swallow = getenv("WATCH_SWALLOW");
    const char *count = getenv("WATCH_KILL");
    if (log == NULL || root == NULL) {
        return;
    }
    int fd =
        (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0 || dup3(fd, LOG_FD, O_CLOEXEC) < 0) {
        broken("cannot open WATCH_LOG");
    }
    (void)syscall(SYS_close, fd);
    watch.root_size = strlen(root);
    (void)snprintf(watch.root, sizeof watch.root, "%s", root);
    watch.no_data = swallow != NULL && strcmp(swallow, "data") == 0;
    watch.no_meta = watch.no_data || (swallow != NULL && strcmp(swallow, "meta") == 0);
    watch.no_names = swallow != NULL && strcmp(swallow, "names") == 0;
    watch.until_rename = count != NULL && strcmp(count, "rename") == 0;
    watch.left = count != NULL && !watch.until_rename ? strtol(count, NULL, 10) : -1;
    watch.on = true;
    tell();
}

/* --- paths --- */

/* The path as seen from the root; false if it is not inside, or not watched. */
static bool inside(char out[PATH_MAX], int at, const char *path)
{
    char base[PATH_MAX] = "";
    char full[2 * PATH_MAX];
    char link[64];
    if (!watch.on) {
        return false;
    }
    if (path[0] != '/' && at == AT_FDCWD) {
        if (getcwd(base, sizeof base) == NULL) {
            return false;
        }
    } else if (path[0] != '/') {
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t size = readlink(link, base, sizeof base - 1);
        if (size < 0) {
            return false;
        }
        base[size] = '\0';
    }
    (void)snprintf(full, sizeof full, "%s%s%s", base, path[0] == '/' ? "" : "/", path);
    if (strncmp(full, watch.root, watch.root_size) != 0 ||
        (full[watch.root_size] != '/' && full[watch.root_size] != '\0')) {
        return false;
    }
    (void)snprintf(out, PATH_MAX, "%s", full + watch.root_size);
    const char *last = strrchr(out, '/');
    return last == NULL || strcmp(last, "/lock.mdb") != 0;
}

/* --- opening and closing --- */

static bool is_there(int at, const char *path)
{
    struct stat info;
    return fstatat(at, path, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static int open_watched(int at, const char *path, int flags, mode_t mode)
{
    char name[PATH_MAX];
    struct stat info;
    if (watch.no_meta) {
        flags &= ~O_DSYNC;
    }
    bool ours = inside(name, at, path);
    bool made = ours && (flags & O_CREAT) != 0 && !is_there(at, path);
    if (ours) {
        tell();
    }
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    if (fd < 0 || !ours || fstat(fd, &info) != 0) {
        return fd;
    }
    if (fd >= FDS) {
        errno = EMFILE;
        broken("too many open files");
    }
    watch.watched[fd] = true;
    note(made ? TRACE_MAKE : TRACE_OPEN, info.st_ino, 0, 0, text_of(name), none);
    if (!made && (flags & O_TRUNC) != 0) {
        note(TRACE_CUT, info.st_ino, 0, 0, none, none);
    }
    return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    SHOWN int name(const char *path, int flags, ...)                                               \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        return open_watched(AT_FDCWD, path, flags, mode);                                          \
    }
#define OPENAT(name)                                                                               \
    SHOWN int name(int at, const char *path, int flags, ...)                                       \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        return open_watched(at, path, flags, mode);                                                \
    }
/* What fortified programs call. */
#define OPEN_2(name)                                                                               \
    SHOWN int name(const char *path, int flags);                                                   \
    SHOWN int name(const char *path, int flags)                                                    \
    {                                                                                              \
        return open_watched(AT_FDCWD, path, flags, 0);                                             \
    }
#define OPENAT_2(name)                                                                             \
    SHOWN int name(int at, const char *path, int flags);                                           \
    SHOWN int name(int at, const char *path, int flags)                                            \
    {                                                                                              \
        return open_watched(at, path, flags, 0);                                                   \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
OPEN_2(__open_2)
OPEN_2(__open64_2)
OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)

static bool is_watched(int fd)
{
    return fd >= 0 && fd < FDS && watch.watched[fd];
}

SHOWN int close(int fd)
{
    if (is_watched(fd)) {
        watch.watched[fd] = false;
    }
    return (int)syscall(SYS_close, fd);
}

/* --- content --- */

static uint64_t inode_of(int fd)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        broken("cannot tell an inode");
    }
    return info.st_ino;
}

static void note_written(int fd, uint64_t offset, const void *data, size_t size)
{
    union {
        const void *in;
        void *out;
    } pointer = {.in = data};
    bool synced = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
    note(synced ? TRACE_WRITE_SYNCED : TRACE_WRITE, inode_of(fd), offset, size, none,
         (struct iovec){pointer.out, size});
}

SHOWN ssize_t write(int fd, const void *data, size_t size)
{
    if (!is_watched(fd)) {
        return syscall(SYS_write, fd, data, size);
    }
    tell();
    ssize_t n = syscall(SYS_write, fd, data, size);
    if (n > 0) {
        note_written(fd, (uint64_t)(lseek(fd, 0, SEEK_CUR) - n), data, (size_t)n);
    }
    return n;
}

static ssize_t pwrite_watched(int fd, const void *data, size_t size, off_t offset)
{
    if (!is_watched(fd)) {
        return syscall(SYS_pwrite64, fd, data, size, offset);
    }
    tell();
    ssize_t n = syscall(SYS_pwrite64, fd, data, size, offset);
    if (n > 0) {
        note_written(fd, (uint64_t)offset, data, (size_t)n);
    }
    return n;
}

SHOWN ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return pwrite_watched(fd, data, size, offset);
}

SHOWN ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return pwrite_watched(fd, data, size, offset);
}

SHOWN ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (!is_watched(fd)) {
        return syscall(SYS_writev, fd, parts, count);
    }
    tell();
    ssize_t n = syscall(SYS_writev, fd, parts, count);
    if (n <= 0) {
        return n;
    }
    uint64_t offset = (uint64_t)(lseek(fd, 0, SEEK_CUR) - n);
    size_t left = (size_t)n;
    for (int i = 0; i < count && left > 0; i++) {
        size_t size = parts[i].iov_len < left ? parts[i].iov_len : left;
        note_written(fd, offset, parts[i].iov_base, size);
        offset += size;
        left -= size;
    }
    return n;
}

static int cut_watched(int fd, off_t size)
{
    if (is_watched(fd)) {
        tell();
    }
    int code = (int)syscall(SYS_ftruncate, fd, size);
    if (code == 0 && is_watched(fd)) {
        note(TRACE_CUT, inode_of(fd), 0, (uint64_t)size, none, none);
    }
    return code;
}

SHOWN int ftruncate(int fd, off_t size)
{
    return cut_watched(fd, size);
}

SHOWN int ftruncate64(int fd, off64_t size)
{
    return cut_watched(fd, size);
}

static int sync_watched(long call, int fd)
{
    struct stat info;
    if (!is_watched(fd) || fstat(fd, &info) != 0) {
        return (int)syscall(call, fd);
    }
    if (S_ISDIR(info.st_mode) ? watch.no_names : watch.no_data) {
        return 0;
    }
    tell();
    int code = (int)syscall(call, fd);
    if (code == 0) {
        note(TRACE_SYNC, info.st_ino, 0, 0, none, none);
    }
    return code;
}

SHOWN int fsync(int fd)
{
    return sync_watched(SYS_fsync, fd);
}

SHOWN int fdatasync(int fd)
{
    return sync_watched(SYS_fdatasync, fd);
}

/* --- names --- */

/* `from` and `to` may be the same; both are noted, with a NUL between. */
static void note_names(enum trace_type type, const char *from, const char *to)
{
    char both[2 * PATH_MAX];
    size_t first = strlen(from) + 1;
    memcpy(both, from, first);
    memcpy(both + first, to, strlen(to));
    note(type, 0, 0, 0, (struct iovec){both, first + strlen(to)}, none);
}

static int rename_watched(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    char old[PATH_MAX];
    char new[PATH_MAX];
    bool ours = inside(old, from_at, from);
    ours = inside(new, to_at, to) && ours;
    if (ours) {
        tell();
    }
    int code = (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    if (code == 0 && ours) {
        note_names(TRACE_RENAME, old, new);
    }
    return code;
}

SHOWN int rename(const char *from, const char *to)
{
    return rename_watched(AT_FDCWD, from, AT_FDCWD, to, 0);
}

SHOWN int renameat(int from_at, const char *from, int to_at, const char *to)
{
    return rename_watched(from_at, from, to_at, to, 0);
}

SHOWN int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    return rename_watched(from_at, from, to_at, to, flags);
}

static int link_watched(int from_at, const char *from, int to_at, const char *to, int flags)
{
    char old[PATH_MAX];
    char new[PATH_MAX];
    bool ours = inside(old, from_at, from);
    ours = inside(new, to_at, to) && ours;
    if (ours) {
        tell();
    }
    int code = (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
    if (code == 0 && ours) {
        note_names(TRACE_LINK, old, new);
    }
    return code;
}

SHOWN int link(const char *from, const char *to)
{
    return link_watched(AT_FDCWD, from, AT_FDCWD, to, 0);
}

SHOWN int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    return link_watched(from_at, from, to_at, to, flags);
}

static int unlink_watched(int at, const char *path, int flags)
{
    char name[PATH_MAX];
    bool ours = inside(name, at, path);
    if (ours) {
        tell();
    }
    int code = (int)syscall(SYS_unlinkat, at, path, flags);
    if (code == 0 && ours) {
        note(TRACE_UNLINK, 0, 0, 0, text_of(name), none);
    }
    return code;
}

SHOWN int unlink(const char *path)
{
    return unlink_watched(AT_FDCWD, path, 0);
}

SHOWN int unlinkat(int at, const char *path, int flags)
{
    return unlink_watched(at, path, flags);
}

SHOWN int rmdir(const char *path)
{
    return unlink_watched(AT_FDCWD, path, AT_REMOVEDIR);
}

static int mkdir_watched(int at, const char *path, mode_t mode)
{
    char name[PATH_MAX];
    struct stat info;
    bool ours = inside(name, at, path);
    if (ours) {
        tell();
    }
    int code = (int)syscall(SYS_mkdirat, at, path, mode);
    if (code == 0 && ours && fstatat(at, path, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        note(TRACE_MAKE_DIRECTORY, info.st_ino, 0, 0, text_of(name), none);
    }
    return code;
}

SHOWN int mkdir(const char *path, mode_t mode)
{
    return mkdir_watched(AT_FDCWD, path, mode);
}

SHOWN int mkdirat(int at, const char *path, mode_t mode)
{
    return mkdir_watched(at, path, mode);
}
