/*
 * block_image - the disk as a power cut may have left it.
 *
 *     block_image BASE LOG LENGTH SEED OUT
 *
 * Of the first LENGTH bytes of LOG (block_log.h): all up to the last flush is on the disk; of what was
 * written after it, each block of 4 KiB by itself is as it was then or in any version written since,
 * and one in eight of these torn at 512 bytes. OUT becomes BASE with that. Prints how many blocks were
 * undecided.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/trust/block_states/block_log.h"

#define BLOCK 4096u
#define SECTOR 512u

struct bytes {
    uint8_t *data;
    size_t size;
};

struct chooser {
    uint64_t random;
    struct bytes disk;
    uint8_t *lot; /* of each block: how many versions were seen since the last flush */
    uint64_t undecided;
};

static _Noreturn void stop(const char *what, const char *path)
{
    (void)fprintf(stderr, "block_image: %s '%s': %s\n", what, path, strerror(errno));
    exit(2);
}

static uint64_t random_next(struct chooser *x)
{
    uint64_t z = x->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static struct bytes map_file(const char *path, int flags, int protection, size_t size)
{
    struct stat info;
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0 || (size > 0 && ftruncate(fd, (off_t)size) != 0) || fstat(fd, &info) != 0) {
        stop("cannot open", path);
    }
    struct bytes bytes = {NULL, (size_t)info.st_size};
    bytes.data = mmap(NULL, bytes.size, protection, MAP_SHARED, fd, 0);
    if (bytes.data == MAP_FAILED) {
        stop("cannot map", path);
    }
    (void)close(fd);
    return bytes;
}

/* --- one write --- */

static void put_whole(struct chooser *x, uint64_t offset, const uint8_t *data, size_t size)
{
    memcpy(x->disk.data + offset, data, size);
}

static void put_torn(struct chooser *x, uint64_t offset, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size; at += SECTOR) {
        if (random_next(x) % 2 == 0) {
            put_whole(x, offset + at, data + at, size - at < SECTOR ? size - at : SECTOR);
        }
    }
}

/* The n-th version since the flush takes the place of those before with probability n/(n + 1): each
 * of them, and the durable one, is as likely in the end. */
static void put_perhaps(struct chooser *x, uint64_t offset, const uint8_t *data, size_t size)
{
    uint8_t *seen = &x->lot[offset / BLOCK];
    x->undecided += *seen == 0 ? 1 : 0;
    *seen = *seen < UINT8_MAX ? (uint8_t)(*seen + 1) : *seen;
    if (random_next(x) % (*seen + 1u) != 0) {
        return;
    }
    if (random_next(x) % 8 == 0) {
        put_torn(x, offset, data, size);
    } else {
        put_whole(x, offset, data, size);
    }
}

static void take_write(struct chooser *x, const struct block_log_record *record,
                       const uint8_t *data, bool durable)
{
    if (record->offset > x->disk.size || record->size > x->disk.size - record->offset) {
        errno = ERANGE;
        stop("a write is not on", "the disk");
    }
    for (uint64_t at = 0; at < record->size;) {
        uint64_t offset = record->offset + at;
        uint64_t size = BLOCK - offset % BLOCK;
        size = size < record->size - at ? size : record->size - at;
        (durable ? put_whole : put_perhaps)(x, offset, data + at, (size_t)size);
        at += size;
    }
}

/* --- the log --- */

/* The record at `at`, and where the next one is; false at the end. */
static bool next_record(const struct bytes *log, size_t *at, struct block_log_record *record,
                        const uint8_t **data)
{
    if (log->size - *at < sizeof *record) {
        return false;
    }
    memcpy(record, log->data + *at, sizeof *record);
    *data = log->data + *at + sizeof *record;
    if (log->size - *at - sizeof *record < record->size) {
        return false;
    }
    *at += sizeof *record + record->size;
    return true;
}

static size_t last_flush(const struct bytes *log)
{
    struct block_log_record record;
    const uint8_t *data;
    size_t flushed = 0;
    for (size_t at = 0; next_record(log, &at, &record, &data);) {
        flushed = record.type == BLOCK_LOG_FLUSH ? at : flushed;
    }
    return flushed;
}

static void replay(struct chooser *x, const struct bytes *log)
{
    struct block_log_record record;
    const uint8_t *data;
    size_t flushed = last_flush(log);
    for (size_t at = 0; next_record(log, &at, &record, &data);) {
        if (record.type == BLOCK_LOG_WRITE) {
            take_write(x, &record, data, at <= flushed);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        (void)fputs("usage: block_image BASE LOG LENGTH SEED OUT\n", stderr);
        return 2;
    }
    struct bytes base = map_file(argv[1], O_RDONLY, PROT_READ, 0);
    struct bytes log = map_file(argv[2], O_RDONLY, PROT_READ, 0);
    size_t length = (size_t)strtoull(argv[3], NULL, 10);
    log.size = length < log.size ? length : log.size;
    struct chooser x = {.random = strtoull(argv[4], NULL, 10)};
    x.disk = map_file(argv[5], O_RDWR | O_CREAT, PROT_READ | PROT_WRITE, base.size);
    x.lot = calloc(base.size / BLOCK + 1, 1);
    if (x.lot == NULL) {
        stop("no memory for", argv[5]);
    }
    memcpy(x.disk.data, base.data, base.size);
    replay(&x, &log);
    (void)printf("%" PRIu64 "\n", x.undecided);
    free(x.lot);
    return 0;
}
