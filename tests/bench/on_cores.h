/*
 * on_cores.h - the same work on several threads at once, as a yardstick for what is done on all
 * cores.
 */
#ifndef LEDGER_BENCH_ON_CORES_H
#define LEDGER_BENCH_ON_CORES_H

#include <pthread.h>

#include "ledger/base/hash.h"
#include "tests/bench/bench.h"

#define ON_CORES_MAX 64

struct on_cores_share {
    void (*work)(void *context, struct ledger_hasher *hasher, unsigned core, unsigned cores);
    void *context;
    struct ledger_hasher *hasher;
    pthread_t thread;
    unsigned core;
    unsigned cores;
};

static inline void *on_cores_run(void *context)
{
    struct on_cores_share *share = context;
    share->work(share->context, share->hasher, share->core, share->cores);
    return NULL;
}

/* Calls `work` on `cores` threads and waits for all of them. */
static inline void on_cores(unsigned cores, void *context,
                            void (*work)(void *context, struct ledger_hasher *hasher, unsigned core,
                                         unsigned cores),
                            struct bench_times *times)
{
    struct on_cores_share shares[ON_CORES_MAX];
    LEDGER_ASSERT(cores <= ON_CORES_MAX);
    for (unsigned i = 0; i < cores; i++) {
        shares[i] =
            (struct on_cores_share){.work = work, .context = context, .core = i, .cores = cores};
        LEDGER_ASSERT(ledger_hasher_new(&shares[i].hasher) == LEDGER_OK);
    }
    double start = bench_now();
    for (unsigned i = 0; i < cores; i++) {
        LEDGER_ASSERT(pthread_create(&shares[i].thread, NULL, on_cores_run, &shares[i]) == 0);
    }
    for (unsigned i = 0; i < cores; i++) {
        LEDGER_ASSERT(pthread_join(shares[i].thread, NULL) == 0);
    }
    bench_since(times, start);
    for (unsigned i = 0; i < cores; i++) {
        ledger_hasher_free(&shares[i].hasher);
    }
}

#endif
