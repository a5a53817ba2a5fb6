/*
 * proof_set.h - many proofs of one ledger, made and checked in one go.
 */
#ifndef LEDGER_BENCH_PROOF_SET_H
#define LEDGER_BENCH_PROOF_SET_H

#include "ledger/law/proof_check.h"
#include "ledger/ops/prove.h"
#include "tests/bench/world.h"

#define PROOF_SET_SIZE 400
#define PROOF_SET_MEMORY ((size_t)PROOF_SET_SIZE * 16384)

struct proof_set {
    struct world *world;
    struct ledger_reader *reader;
    struct ledger_policy *policy;
    struct ledger_proof_report *report;
    uint8_t *evidence;
    struct ledger_buffer memory;
    uint64_t indexes[PROOF_SET_SIZE]; /* for the caller to fill */
    struct ledger_span proofs[PROOF_SET_SIZE];
    uint64_t signatures; /* that checking them verified */
};

/* Opens the ledger `path`. */
static inline void proof_set_open(struct proof_set *set, struct world *world, const char *path)
{
    struct ledger_error error;
    *set = (struct proof_set){
        .world = world,
        .report = bench_memory(sizeof *set->report),
        .evidence = bench_memory(LEDGER_EVIDENCE_MAX),
        .memory = ledger_buffer_in(bench_memory(PROOF_SET_MEMORY), PROOF_SET_MEMORY),
    };
    if (ledger_policy_new(&set->policy) != LEDGER_OK) {
        bench_die("out of memory");
    }
    ledger_policy_of_log(set->policy, ledger_signer_vkey(world->operator_key));
    bench_ok(ledger_reader_open(&set->reader, path, false, &error), &error);
}

static inline void proof_set_close(struct proof_set *set)
{
    ledger_reader_close(&set->reader);
    ledger_policy_free(&set->policy);
    free(set->memory.data);
    free(set->evidence);
    free(set->report);
}

static inline void proof_set_make(struct proof_set *set)
{
    struct ledger_prover *prover;
    struct ledger_error error;
    set->memory.size = 0;
    bench_ok(ledger_prover_new(&prover, set->reader, &error), &error);
    for (size_t i = 0; i < PROOF_SET_SIZE; i++) {
        struct ledger_span proof;
        bench_ok(ledger_prove(prover, &proof, set->indexes[i], &error), &error);
        set->proofs[i] = (struct ledger_span){set->memory.data + set->memory.size, proof.size};
        ledger_buffer_add(&set->memory, proof);
    }
    LEDGER_ASSERT(!set->memory.overflow);
    ledger_prover_free(&prover);
}

static inline void proof_set_check(struct proof_set *set)
{
    struct ledger_proof proof;
    struct ledger_verdict verdict;
    set->signatures = 0;
    for (size_t i = 0; i < PROOF_SET_SIZE; i++) {
        ledger_verdict_clear(&verdict);
        if (!ledger_proof_parse(&proof, &verdict, set->evidence, set->proofs[i]) ||
            !ledger_proof_check(set->world->hasher, &verdict, set->report, &proof, set->policy)) {
            bench_die("%s: %s", ledger_finding_token(verdict.finding), verdict.detail);
        }
        set->signatures += set->report->entitled.count + 1;
    }
}

#endif
