#include "tools/document_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cli.h"

#define PIECE_SIZE ((size_t)1 << 18)

static bool hash_to_end(struct ledger_document *document, struct ledger_hasher *hasher, int fd,
                        uint8_t *piece, struct cli_progress *progress)
{
    document->size = 0;
    ledger_hash_start(hasher);
    for (;;) {
        ssize_t got = read(fd, piece, PIECE_SIZE);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            int failed = got < 0 ? errno : 0;
            ledger_hash_finish(hasher, &document->digest);
            errno = failed;
            return got == 0;
        }
        ledger_hash_update(hasher, (struct ledger_span){piece, (size_t)got});
        document->size += (size_t)got;
        cli_progress_at(progress, document->size);
    }
}

/* Whether somebody wrote to the file since: then the digest may be of a file that never was. */
static bool has_changed(int fd, const struct stat *before)
{
    struct stat now;
    return fstat(fd, &now) != 0 || now.st_size != before->st_size ||
           now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != before->st_mtim.tv_nsec ||
           now.st_ctim.tv_sec != before->st_ctim.tv_sec ||
           now.st_ctim.tv_nsec != before->st_ctim.tv_nsec;
}

static int open_document(const char *path, struct stat *info)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return -1;
    }
    int failed = fstat(fd, info) != 0 ? errno : S_ISDIR(info->st_mode) ? EISDIR : 0;
    if (failed != 0) {
        (void)close(fd);
        errno = failed;
        return -1;
    }
    return fd;
}

bool document_file_read(struct ledger_document *document, struct ledger_hasher *hasher,
                        const char *path)
{
    struct ledger_document read_one;
    struct cli_progress progress;
    struct stat before;
    const char *slash = strrchr(path, '/');
    uint8_t *piece = malloc(PIECE_SIZE);
    if (piece == NULL) {
        cli_fail("cannot read '%s': out of memory", path);
        return false;
    }
    int fd = open_document(path, &before);
    if (fd < 0) {
        cli_fail("cannot open document '%s': %s", path, strerror(errno));
        free(piece);
        return false;
    }
    cli_progress_start(&progress, "hashing, bytes",
                       S_ISREG(before.st_mode) ? (uint64_t)before.st_size : 0);
    bool whole = hash_to_end(&read_one, hasher, fd, piece, &progress);
    int failed = errno;
    bool changed = S_ISREG(before.st_mode) && has_changed(fd, &before);
    cli_progress_end(&progress);
    (void)close(fd);
    free(piece);
    if (!whole) {
        cli_fail("cannot read document '%s': %s", path, strerror(failed));
        return false;
    }
    if (changed) {
        cli_fail("document '%s' was changed while it was read: try again when it rests", path);
        return false;
    }
    if (read_one.size > DOCUMENT_SIZE_MAX) {
        cli_fail("document '%s' is larger than a record can say", path);
        return false;
    }
    read_one.name = ledger_span_of(slash == NULL ? path : slash + 1);
    *document = read_one;
    return true;
}
