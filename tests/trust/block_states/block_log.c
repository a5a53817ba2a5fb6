/*
 * block_log - a file system of one file, `disk`, that writes down every write and every flush.
 *
 *     block_log IMAGE LOG MOUNTPOINT
 *
 * The file begins as IMAGE, which is changed as well. A loop device over it is a disk whose cache can
 * be lost: see block_image.c. One request at a time, so the log has the order in which the disk saw
 * them. Stays in the foreground until it is unmounted.
 */
#define FUSE_USE_VERSION 31

#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/trust/block_states/block_log.h"

static int image;
static int record_log;

static bool is_disk(const char *path)
{
    return strcmp(path, "/disk") == 0;
}

static int get_attributes(const char *path, struct stat *out, struct fuse_file_info *file)
{
    (void)file;
    if (!is_disk(path) && strcmp(path, "/") != 0) {
        return -ENOENT;
    }
    if (fstat(image, out) != 0) {
        return -errno;
    }
    out->st_mode = is_disk(path) ? S_IFREG | 0600 : S_IFDIR | 0700;
    out->st_nlink = 1;
    return 0;
}

static int open_disk(const char *path, struct fuse_file_info *file)
{
    (void)file;
    return is_disk(path) ? 0 : -ENOENT;
}

static int read_disk(const char *path, char *out, size_t size, off_t offset,
                     struct fuse_file_info *file)
{
    (void)path;
    (void)file;
    ssize_t got = pread(image, out, size, offset);
    return got < 0 ? -errno : (int)got;
}

static bool put_down(enum block_log_type type, off_t offset, const void *data, size_t size)
{
    union {
        const void *in;
        void *out;
    } pointer = {.in = data};
    struct block_log_record record = {(uint32_t)type, (uint32_t)size, (uint64_t)offset};
    const struct iovec parts[2] = {{&record, sizeof record}, {pointer.out, size}};
    return writev(record_log, parts, 2) == (ssize_t)(sizeof record + size);
}

static int write_disk(const char *path, const char *data, size_t size, off_t offset,
                      struct fuse_file_info *file)
{
    (void)path;
    (void)file;
    if (!put_down(BLOCK_LOG_WRITE, offset, data, size) ||
        pwrite(image, data, size, offset) != (ssize_t)size) {
        return -EIO;
    }
    return (int)size;
}

static int flush_disk(const char *path, int data_only, struct fuse_file_info *file)
{
    (void)path;
    (void)data_only;
    (void)file;
    return put_down(BLOCK_LOG_FLUSH, 0, NULL, 0) ? 0 : -EIO;
}

int main(int argc, char **argv)
{
    static const struct fuse_operations operations = {.getattr = get_attributes,
                                                      .open = open_disk,
                                                      .read = read_disk,
                                                      .write = write_disk,
                                                      .fsync = flush_disk};
    if (argc != 4) {
        (void)fputs("usage: block_log IMAGE LOG MOUNTPOINT\n", stderr);
        return 2;
    }
    image = open(argv[1], O_RDWR | O_CLOEXEC);
    record_log = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (image < 0 || record_log < 0) {
        (void)fprintf(stderr, "block_log: cannot open '%s' and '%s': %s\n", argv[1], argv[2],
                      strerror(errno));
        return 2;
    }
    char *arguments[] = {argv[0], "-f", "-s", argv[3], NULL};
    return fuse_main(4, arguments, &operations, NULL);
}
