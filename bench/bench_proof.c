/*
 * bench_proof - making and checking proofs in one process.
 *
 * usage: bench_proof DIRECTORY ENTRIES
 */
#include "bench/sodium_rate.h"
#include "ledger/law/proof_check.h"
#include "ledger/ops/prove.h"

#define REPEATS 7
#define PROOFS 400

struct runs {
    struct world world;
    struct world_notes notes;
    struct sodium_sample sample;
    struct ledger_reader *reader;
    struct ledger_policy *policy;
    struct ledger_buffer memory;
    struct ledger_span proofs[PROOFS];
    uint64_t indexes[PROOFS];
    struct bench_times ascending_times;
    struct bench_times scattered_times;
    struct bench_times check_times;
    struct bench_times sodium_times;
    uint64_t signatures;
};

static int compare_indexes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void make_all(struct runs *r)
{
    struct ledger_prover *prover;
    struct ledger_error error;
    r->memory.size = 0;
    bench_ok(ledger_prover_new(&prover, r->reader, &error), &error);
    for (size_t i = 0; i < PROOFS; i++) {
        struct ledger_span proof;
        bench_ok(ledger_prove(prover, &proof, r->indexes[i], &error), &error);
        r->proofs[i] = (struct ledger_span){r->memory.data + r->memory.size, proof.size};
        ledger_buffer_add(&r->memory, proof);
    }
    LEDGER_ASSERT(!r->memory.overflow);
    ledger_prover_free(&prover);
}

static void check_all(struct runs *r, uint8_t *memory, struct ledger_proof_report *report)
{
    struct ledger_proof proof;
    struct ledger_verdict verdict;
    r->signatures = 0;
    for (size_t i = 0; i < PROOFS; i++) {
        ledger_verdict_clear(&verdict);
        if (!ledger_proof_parse(&proof, &verdict, memory, r->proofs[i]) ||
            !ledger_proof_check(r->world.hasher, &verdict, report, &proof, r->policy)) {
            bench_die("%s: %s", ledger_finding_token(verdict.finding), verdict.detail);
        }
        r->signatures += report->signers.count + 1;
    }
}

static void run_once(struct runs *r, uint8_t *memory, struct ledger_proof_report *report)
{
    uint64_t size = ledger_reader_size(r->reader);
    for (size_t i = 0; i < PROOFS; i++) {
        r->indexes[i] = 1 + bench_below(&r->world.random, size - 1);
    }
    double start = bench_now();
    make_all(r);
    bench_since(&r->scattered_times, start);
    qsort(r->indexes, PROOFS, sizeof r->indexes[0], compare_indexes);
    start = bench_now();
    make_all(r);
    bench_since(&r->ascending_times, start);
    start = bench_now();
    check_all(r, memory, report);
    bench_since(&r->check_times, start);
    start = bench_now();
    sodium_sample_verify(&r->sample);
    bench_since(&r->sodium_times, start);
}

static void print_report(struct runs *r)
{
    double scattered = PROOFS / bench_median(&r->scattered_times);
    double ascending = PROOFS / bench_median(&r->ascending_times);
    double check = PROOFS / bench_median(&r->check_times);
    double rate = SODIUM_VERIFICATIONS / bench_median(&r->sodium_times);
    double signatures = (double)r->signatures / PROOFS;
    bench_row("proofs made, at scattered indexes", scattered, "/s", "%.3f of libsodium's rate",
              scattered / rate);
    bench_row("proofs made, in the order of the ledger", ascending, "/s",
              "%.3f of libsodium's rate", ascending / rate);
    bench_row("size of a proof", (double)r->memory.size / PROOFS, "bytes",
              "average, at %llu entries", (unsigned long long)ledger_reader_size(r->reader));
    bench_row("proofs checked", check, "/s",
              "**%.3f** of libsodium by signatures: %.3g a proof with the checkpoint's",
              check * signatures / rate, signatures);
}

static void prepare(struct runs *r, char path[PATH_MAX], size_t count)
{
    struct ledger_appender *appender;
    struct ledger_error error;
    world_notes_reserve(&r->notes, count);
    world_notes_make(&r->world, &r->notes, count);
    sodium_sample_make(&r->sample, &r->notes);
    world_found(&r->world, path, "proof");
    world_appender(&r->world, &appender, path);
    world_append(appender, &r->notes, 0, count, LEDGER_BATCH_MAX);
    ledger_appender_close(&appender);
    if (ledger_policy_new(&r->policy) != LEDGER_OK) {
        bench_die("out of memory");
    }
    ledger_policy_of_log(r->policy, ledger_signer_vkey(r->world.operator_key));
    bench_ok(ledger_reader_open(&r->reader, path, false, &error), &error);
    r->memory = ledger_buffer_in(bench_memory((size_t)PROOFS * 16384), (size_t)PROOFS * 16384);
}

int main(int argc, char **argv)
{
    static struct runs r;
    char path[PATH_MAX];
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0) {
        bench_die("usage: bench_proof DIRECTORY ENTRIES");
    }
    uint8_t *memory = bench_memory(LEDGER_EVIDENCE_MAX);
    struct ledger_proof_report *report = bench_memory(sizeof *report);
    world_open(&r.world, argv[1]);
    prepare(&r, path, count);
    for (size_t i = 0; i < REPEATS; i++) {
        run_once(&r, memory, report);
    }
    print_report(&r);
    ledger_reader_close(&r.reader);
    world_remove(path);
    ledger_policy_free(&r.policy);
    sodium_sample_free(&r.sample);
    world_notes_free(&r.notes);
    world_close(&r.world);
    free(r.memory.data);
    free(memory);
    free(report);
    return 0;
}
