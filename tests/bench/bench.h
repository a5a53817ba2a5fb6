/*
 * bench.h - what the benchmark programs share: a clock, medians, a seeded generator, rows of the
 * table, and giving up.
 */
#ifndef LEDGER_BENCH_BENCH_H
#define LEDGER_BENCH_BENCH_H

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ledger/base/status.h"

#define BENCH_SEED UINT64_C(20261123)
#define BENCH_REPEATS_MAX 64

LEDGER_PRINTF(1, 2) _Noreturn static inline void bench_die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("benchmark: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

static inline void bench_ok(enum ledger_status status, const struct ledger_error *error)
{
    if (status != LEDGER_OK) {
        bench_die("%s", error->what);
    }
}

static inline void bench_valid(const struct ledger_verdict *verdict)
{
    if (verdict->finding != LEDGER_VALID) {
        bench_die("%s: %s", ledger_finding_token(verdict->finding), verdict->detail);
    }
}

static inline void *bench_memory(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL) {
        bench_die("out of memory");
    }
    return memory;
}

/* --- time --- */

static inline double bench_now(void)
{
    struct timespec now;
    LEDGER_ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Times of one thing, one a repetition. */
struct bench_times {
    double seconds[BENCH_REPEATS_MAX];
    size_t count;
};

static inline void bench_since(struct bench_times *times, double start)
{
    LEDGER_ASSERT(times->count < BENCH_REPEATS_MAX);
    times->seconds[times->count++] = bench_now() - start;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(struct bench_times *times)
{
    LEDGER_ASSERT(times->count > 0);
    qsort(times->seconds, times->count, sizeof times->seconds[0], bench_compare);
    size_t middle = times->count / 2;
    return times->count % 2 == 1 ? times->seconds[middle]
                                 : (times->seconds[middle - 1] + times->seconds[middle]) / 2;
}

/* --- numbers from a seed (splitmix64) --- */

struct bench_random {
    uint64_t state;
};

static inline uint64_t bench_next(struct bench_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint64_t bench_below(struct bench_random *random, uint64_t bound)
{
    return bench_next(random) % bound;
}

static inline void bench_fill(struct bench_random *random, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)bench_next(random);
    }
}

/* --- the table --- */

/* A row: what, how much of it, what it stands against (as printf). */
LEDGER_PRINTF(4, 5)
static inline void bench_row(const char *what, double value, const char *unit, const char *against,
                             ...)
{
    va_list arguments;
    (void)printf("| %s | %.*f %s | ", what, value < 10 ? 2 : value < 100 ? 1 : 0, value, unit);
    va_start(arguments, against);
    (void)vprintf(against, arguments);
    va_end(arguments);
    (void)printf(" |\n");
    (void)fflush(stdout);
}

/* --- files --- */

static inline void bench_path(char path[PATH_MAX], const char *directory, const char *name)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", directory, name);
    if (size < 0 || size >= PATH_MAX) {
        bench_die("path too long: '%s/%s'", directory, name);
    }
}

static inline void bench_write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "we");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        bench_die("cannot write '%s'", path);
    }
}

static inline double bench_bytes_on_disk(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        bench_die("cannot stat '%s'", path);
    }
    return (double)status.st_blocks * 512.0;
}

#endif
