/*
 * batch_samples.h - small texts signed in a batch.
 */
#ifndef LEDGER_TESTS_BATCH_SAMPLES_H
#define LEDGER_TESTS_BATCH_SAMPLES_H

#include <stdio.h>

#include "ledger/format/batch_maker.h"
#include "tests/format_samples.h"

struct batch_sample {
    struct ledger_hasher *hasher;
    struct sample_key key;
    struct ledger_batch_maker maker;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct sample_text line;
};

/* The nth text; good until the next call. */
static inline struct ledger_span batch_text(unsigned nth)
{
    static char text[32];
    (void)snprintf(text, sizeof text, "text %u\n", nth);
    return ledger_span_of(text);
}

/* Signs the first `size` texts. */
static inline void batch_sign(struct batch_sample *b, unsigned size)
{
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    ledger_batch_start(&b->maker, b->hasher);
    for (unsigned i = 0; i < size; i++) {
        ledger_batch_add(&b->maker, batch_text(i));
    }
    ledger_batch_to_sign(&b->maker, &message);
    CU_ASSERT_FALSE_FATAL(message.overflow);
    crypto_sign_detached(b->signature, NULL, message.data, message.size, b->key.secret);
}

static inline struct batch_sample *batch_sample_new(void)
{
    struct batch_sample *b = calloc(1, sizeof *b);
    CU_ASSERT_PTR_NOT_NULL_FATAL(b);
    b->hasher = sample_hasher();
    sample_key(&b->key, LEDGER_KEY_ED25519, "notary.example/zhang", 7);
    return b;
}

static inline void batch_sample_free(struct batch_sample **b)
{
    ledger_hasher_free(&(*b)->hasher);
    free(*b);
    *b = NULL;
}

/* Splits a signature line, which must be exact. */
static inline struct ledger_signature batch_split(struct ledger_span line)
{
    struct ledger_signature signature;
    struct ledger_span rest = line;
    CU_ASSERT_FATAL(ledger_note_next(&rest, &signature) && rest.size == 0);
    return signature;
}

/* The line for the record at `position`; good until the next call. */
static inline struct ledger_signature batch_line(struct batch_sample *b, unsigned position)
{
    sample_start(&b->line, "");
    ledger_batch_write_line(&b->maker, &b->line.buffer, &b->key.vkey, b->signature, position);
    return batch_split(sample_span(&b->line));
}

/* A line under the batch key ID with these bytes; good until the next call. */
static inline struct ledger_signature batch_bytes(struct batch_sample *b, const uint8_t *bytes,
                                                  size_t size)
{
    sample_start(&b->line, "");
    ledger_note_write_line(&b->line.buffer, ledger_vkey_name(&b->key.vkey), b->key.vkey.batch_id,
                           bytes, size);
    return batch_split(sample_span(&b->line));
}

#endif
