/*
 * sodium_rate.h - the yardstick: how fast libsodium verifies signatures, on one thread, over the
 * very texts that the records signed.
 */
#ifndef LEDGER_BENCH_SODIUM_RATE_H
#define LEDGER_BENCH_SODIUM_RATE_H

#include "tests/bench/world.h"

#define SODIUM_VERIFICATIONS 2000

struct sodium_sample {
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
    unsigned char (*signatures)[crypto_sign_BYTES];
    struct ledger_span texts[SODIUM_VERIFICATIONS];
};

/* Signs the texts of the first records anew, with a key of its own. */
static inline void sodium_sample_make(struct sodium_sample *sample, const struct world_notes *notes)
{
    unsigned char seed[crypto_sign_SEEDBYTES] = {1};
    struct ledger_record record;
    struct ledger_verdict verdict;
    LEDGER_ASSERT(sodium_init() >= 0 && notes->count > 0);
    sample->signatures = bench_memory(SODIUM_VERIFICATIONS * sizeof sample->signatures[0]);
    (void)crypto_sign_seed_keypair(sample->public_key, sample->secret_key, seed);
    for (size_t i = 0; i < SODIUM_VERIFICATIONS; i++) {
        LEDGER_ASSERT(ledger_record_parse(&record, &verdict, notes->notes[i % notes->count]));
        sample->texts[i] = record.note.text;
        (void)crypto_sign_detached(sample->signatures[i], NULL, record.note.text.data,
                                   record.note.text.size, sample->secret_key);
    }
}

static inline void sodium_sample_verify(const struct sodium_sample *sample)
{
    int bad = 0;
    for (size_t i = 0; i < SODIUM_VERIFICATIONS; i++) {
        bad |= crypto_sign_verify_detached(sample->signatures[i], sample->texts[i].data,
                                           sample->texts[i].size, sample->public_key);
    }
    LEDGER_ASSERT(bad == 0);
}

/* The same, timed. */
static inline void sodium_sample_time(const struct sodium_sample *sample, struct bench_times *times)
{
    double start = bench_now();
    sodium_sample_verify(sample);
    bench_since(times, start);
}

static inline void sodium_sample_free(struct sodium_sample *sample)
{
    free(sample->signatures);
}

#endif
