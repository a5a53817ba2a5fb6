/*
 * bench_proof - making and checking proofs in one process.
 *
 * usage: bench_proof DIRECTORY ENTRIES
 */
#include "tests/bench/proof_set.h"
#include "tests/bench/sodium_rate.h"

#define REPEATS 7

struct runs {
    struct world world;
    struct world_notes notes;
    struct sodium_sample sample;
    struct proof_set set;
    struct bench_times ascending_times;
    struct bench_times scattered_times;
    struct bench_times check_times;
    struct bench_times sodium_times;
};

static int compare_indexes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void run_once(struct runs *r)
{
    uint64_t size = ledger_reader_size(r->set.reader);
    for (size_t i = 0; i < PROOF_SET_SIZE; i++) {
        r->set.indexes[i] = 1 + bench_below(&r->world.random, size - 1);
    }
    double start = bench_now();
    proof_set_make(&r->set);
    bench_since(&r->scattered_times, start);
    qsort(r->set.indexes, PROOF_SET_SIZE, sizeof r->set.indexes[0], compare_indexes);
    start = bench_now();
    proof_set_make(&r->set);
    bench_since(&r->ascending_times, start);
    start = bench_now();
    proof_set_check(&r->set);
    bench_since(&r->check_times, start);
    sodium_sample_time(&r->sample, &r->sodium_times);
}

static void print_report(struct runs *r)
{
    double scattered = PROOF_SET_SIZE / bench_median(&r->scattered_times);
    double ascending = PROOF_SET_SIZE / bench_median(&r->ascending_times);
    double check = PROOF_SET_SIZE / bench_median(&r->check_times);
    double rate = SODIUM_VERIFICATIONS / bench_median(&r->sodium_times);
    double signatures = (double)r->set.signatures / PROOF_SET_SIZE;
    bench_row("proofs made, at scattered indexes", scattered, "/s", "%.3f of libsodium's rate",
              scattered / rate);
    bench_row("proofs made, in the order of the ledger", ascending, "/s",
              "%.3f of libsodium's rate", ascending / rate);
    bench_row("size of a proof", (double)r->set.memory.size / PROOF_SET_SIZE, "bytes",
              "average, at %llu entries", (unsigned long long)ledger_reader_size(r->set.reader));
    bench_row("proofs checked", check, "/s",
              "**%.3f** of libsodium by signatures: %.3g a proof with the checkpoint's",
              check * signatures / rate, signatures);
}

static void prepare(struct runs *r, char path[PATH_MAX], size_t count)
{
    struct ledger_appender *appender;
    world_notes_reserve(&r->notes, count);
    world_notes_make(&r->world, &r->notes, count);
    sodium_sample_make(&r->sample, &r->notes);
    world_found(&r->world, path, "proof");
    world_appender(&r->world, &appender, path);
    world_append(appender, &r->notes, 0, count, LEDGER_BATCH_MAX);
    ledger_appender_close(&appender);
    proof_set_open(&r->set, &r->world, path);
}

int main(int argc, char **argv)
{
    static struct runs r;
    char path[PATH_MAX];
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0) {
        bench_die("usage: bench_proof DIRECTORY ENTRIES");
    }
    world_open(&r.world, argv[1]);
    prepare(&r, path, count);
    for (size_t i = 0; i < REPEATS; i++) {
        run_once(&r);
    }
    print_report(&r);
    proof_set_close(&r.set);
    world_remove(path);
    sodium_sample_free(&r.sample);
    world_notes_free(&r.notes);
    world_close(&r.world);
    return 0;
}
