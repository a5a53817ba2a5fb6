/*
 * records_file.h - records in one file, to be appended later: of each its size, a number that means
 * what its maker says, and its bytes.
 */
#ifndef LEDGER_BENCH_RECORDS_FILE_H
#define LEDGER_BENCH_RECORDS_FILE_H

#include "ledger/base/span.h"
#include "tests/bench/bench.h"

#define RECORDS_FILE_BUFFER ((size_t)1 << 20)

struct records_head {
    uint64_t size;
    int64_t number;
};

struct records_file {
    FILE *file;
    const char *path; /* borrowed */
};

/* Opens `path` with `mode`, as fopen takes it. */
static inline void records_open(struct records_file *records, const char *path, const char *mode)
{
    *records = (struct records_file){fopen(path, mode), path};
    if (records->file == NULL || setvbuf(records->file, NULL, _IOFBF, RECORDS_FILE_BUFFER) != 0) {
        bench_die("cannot open '%s'", path);
    }
}

static inline void records_close(struct records_file *records)
{
    if (fclose(records->file) != 0) {
        bench_die("cannot write '%s'", records->path);
    }
}

static inline void records_add(struct records_file *records, int64_t number,
                               struct ledger_span bytes)
{
    struct records_head head = {bytes.size, number};
    if (fwrite(&head, sizeof head, 1, records->file) != 1 ||
        fwrite(bytes.data, 1, bytes.size, records->file) != bytes.size) {
        bench_die("cannot write '%s'", records->path);
    }
}

/* Reads the next record into `bytes`, of so many bytes; returns its size, or 0 at the end. */
static inline size_t records_next(struct records_file *records, int64_t *number, uint8_t *bytes,
                                  size_t capacity)
{
    struct records_head head;
    if (fread(&head, sizeof head, 1, records->file) != 1) {
        return 0;
    }
    if (head.size == 0 || head.size > capacity ||
        fread(bytes, 1, head.size, records->file) != head.size) {
        bench_die("'%s' is not a file of records", records->path);
    }
    *number = head.number;
    return head.size;
}

/* Passes over `count` records. */
static inline void records_skip(struct records_file *records, uint64_t count)
{
    struct records_head head;
    for (uint64_t i = 0; i < count; i++) {
        if (fread(&head, sizeof head, 1, records->file) != 1 ||
            fseeko(records->file, (off_t)head.size, SEEK_CUR) != 0) {
            bench_die("'%s' has too few records", records->path);
        }
    }
}

#endif
