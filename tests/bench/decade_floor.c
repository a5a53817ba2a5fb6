/*
 * decade_floor.c - yardsticks for a full verification: the nodes of a tree of so many leaves, hashed
 * and nothing else, and libsodium's verification of signatures over the texts of DIRECTORY/records.
 *
 * usage: decade_floor DIRECTORY LEAVES
 *
 * Prints, each on one core and on all of them: seconds for the nodes, signatures a second.
 */
#include "ledger/ops/ahead.h"
#include "ledger/tree/tree.h"
#include "tests/bench/on_cores.h"
#include "tests/bench/records_file.h"
#include "tests/bench/sodium_rate.h"

#define SODIUM_REPEATS 9

struct yardsticks {
    struct world_notes notes;
    struct sodium_sample sample;
    uint64_t leaves;
    struct bench_times nodes;
    struct bench_times sodium;
};

static void read_notes(struct yardsticks *y, const char *directory)
{
    struct records_file file;
    char path[PATH_MAX];
    int64_t number;
    world_notes_reserve(&y->notes, SODIUM_VERIFICATIONS);
    bench_path(path, directory, "records");
    records_open(&file, path, "re");
    for (size_t i = 0; i < SODIUM_VERIFICATIONS; i++) {
        uint8_t *bytes = y->notes.memory.data + i * WORLD_NOTE_MAX;
        size_t size = records_next(&file, &number, bytes, WORLD_NOTE_MAX);
        if (size == 0) {
            break;
        }
        y->notes.notes[y->notes.count++] = (struct ledger_span){bytes, size};
    }
    records_close(&file);
}

/* A core's part of the leaves; the few nodes above the parts are left out. */
static void hash_nodes(void *context, struct ledger_hasher *hasher, unsigned core, unsigned cores)
{
    const struct yardsticks *y = context;
    uint64_t end = y->leaves * (core + 1) / cores;
    struct ledger_frontier frontier;
    struct ledger_hash leaf = {{0}};
    ledger_frontier_start(&frontier);
    for (uint64_t i = y->leaves * core / cores; i < end; i++) {
        memcpy(leaf.bytes, &i, sizeof i);
        ledger_frontier_append(hasher, &frontier, &leaf, NULL, NULL);
    }
}

static void verify(void *context, struct ledger_hasher *hasher, unsigned core, unsigned cores)
{
    const struct yardsticks *y = context;
    (void)hasher;
    (void)core;
    (void)cores;
    sodium_sample_verify(&y->sample);
}

static void report(struct yardsticks *y, unsigned cores)
{
    y->nodes.count = y->sodium.count = 0;
    on_cores(cores, y, hash_nodes, &y->nodes);
    for (size_t i = 0; i < SODIUM_REPEATS; i++) {
        on_cores(cores, y, verify, &y->sodium);
    }
    (void)printf("%.6f %.1f\n", bench_median(&y->nodes),
                 SODIUM_VERIFICATIONS * cores / bench_median(&y->sodium));
}

int main(int argc, char **argv)
{
    static struct yardsticks y;
    y.leaves = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    if (y.leaves == 0) {
        bench_die("usage: decade_floor DIRECTORY LEAVES");
    }
    read_notes(&y, argv[1]);
    sodium_sample_make(&y.sample, &y.notes);
    report(&y, 1);
    report(&y, ledger_jobs_default());
    sodium_sample_free(&y.sample);
    world_notes_free(&y.notes);
    return 0;
}
