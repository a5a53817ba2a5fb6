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

static int open_document(const char *path, uint64_t *size)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return -1;
    }
    int failed = fstat(fd, &info) != 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : 0;
    if (failed != 0) {
        (void)close(fd);
        errno = failed;
        return -1;
    }
    *size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
    return fd;
}

bool document_file_read(struct ledger_document *document, struct ledger_hasher *hasher,
                        const char *path)
{
    struct ledger_document read_one;
    struct cli_progress progress;
    uint64_t expected = 0;
    const char *slash = strrchr(path, '/');
    uint8_t *piece = malloc(PIECE_SIZE);
    if (piece == NULL) {
        cli_fail("cannot read '%s': out of memory", path);
        return false;
    }
    int fd = open_document(path, &expected);
    if (fd < 0) {
        cli_fail("cannot open document '%s': %s", path, strerror(errno));
        free(piece);
        return false;
    }
    cli_progress_start(&progress, "hashing, bytes", expected);
    bool whole = hash_to_end(&read_one, hasher, fd, piece, &progress);
    int failed = errno;
    cli_progress_end(&progress);
    (void)close(fd);
    free(piece);
    if (!whole) {
        cli_fail("cannot read document '%s': %s", path, strerror(failed));
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
