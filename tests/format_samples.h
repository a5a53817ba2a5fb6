/*
 * format_samples.h - keys, texts and mutations that the tests of ledger/format share.
 */
#ifndef LEDGER_TESTS_FORMAT_SAMPLES_H
#define LEDGER_TESTS_FORMAT_SAMPLES_H

#include <CUnit/CUnit.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/note.h"

#define SAMPLE_BYTES 80000

/* Parts of text that no clean text has. */
static const char *const sample_unclean[] = {
    "\r",           "\t",           "\x01",         "\x7f", "\xc2\x85", /* controls */
    "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8f",                     /* bidi */
    "\xe2\x80\x8b", "\xe2\x80\x8d", "\xef\xbb\xbf",                     /* zero width */
    "\xe2\x80\xa8",                                                     /* separator */
    "\xff",         "\xc0\xaf",     "\xed\xa0\x80",                     /* not UTF-8 */
};
#define SAMPLE_UNCLEAN (sizeof sample_unclean / sizeof sample_unclean[0])

struct sample_key {
    struct ledger_vkey vkey;
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
};

struct sample_text {
    uint8_t memory[SAMPLE_BYTES];
    struct ledger_buffer buffer;
};

static inline struct ledger_hasher *sample_hasher(void)
{
    struct ledger_hasher *hasher = NULL;
    CU_ASSERT_EQUAL_FATAL(ledger_hasher_new(&hasher), LEDGER_OK);
    return hasher;
}

/* The key whose seed is 32 times `seed`. */
static inline void sample_key(struct sample_key *key, enum ledger_key_type type, const char *name,
                              uint8_t seed)
{
    uint8_t seeds[crypto_sign_SEEDBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    struct ledger_hasher *hasher = sample_hasher();
    memset(seeds, seed, sizeof seeds);
    CU_ASSERT_EQUAL_FATAL(crypto_sign_seed_keypair(public_key, key->secret, seeds), 0);
    CU_ASSERT_FATAL(ledger_vkey_make(hasher, &key->vkey, type, ledger_span_of(name), public_key));
    ledger_hasher_free(&hasher);
}

static inline void sample_start(struct sample_text *text, const char *start)
{
    text->buffer = ledger_buffer_in(text->memory, sizeof text->memory);
    ledger_buffer_text(&text->buffer, start);
}

static inline struct ledger_span sample_span(const struct sample_text *text)
{
    CU_ASSERT_FALSE_FATAL(text->buffer.overflow);
    return ledger_buffer_span(&text->buffer);
}

/* Appends the signature line of `key` over `signed_text`; `seconds` is for cosignature keys. */
static inline void sample_sign(struct sample_text *note, const struct sample_key *key,
                               struct ledger_span signed_text, uint64_t seconds)
{
    uint8_t signature[LEDGER_COSIGNATURE_SIZE];
    struct sample_text message;
    if (key->vkey.type == LEDGER_KEY_COSIGNATURE) {
        sample_start(&message, "");
        ledger_cosignature_message(&message.buffer, seconds, signed_text);
        ledger_put_be64(signature, seconds);
        crypto_sign_detached(signature + 8, NULL, message.buffer.data, message.buffer.size,
                             key->secret);
        ledger_note_write_signature(&note->buffer, &key->vkey, signature, LEDGER_COSIGNATURE_SIZE);
        return;
    }
    crypto_sign_detached(signature, NULL, signed_text.data, signed_text.size, key->secret);
    ledger_note_write_signature(&note->buffer, &key->vkey, signature, LEDGER_SIGNATURE_SIZE);
}

/* Ends the text with the empty line and one signature line for each key. */
static inline void sample_sign_all(struct sample_text *note, const struct sample_key *keys,
                                   size_t count)
{
    struct ledger_span text = {note->memory, note->buffer.size};
    ledger_buffer_text(&note->buffer, "\n");
    for (size_t i = 0; i < count; i++) {
        sample_sign(note, &keys[i], text, 1679315147 + i);
    }
}

/* `original` with `with` put in place of the first `what`. */
static inline void sample_replace(struct sample_text *out, struct ledger_span original,
                                  const char *what, const char *with)
{
    const uint8_t *at = memmem(original.data, original.size, what, strlen(what));
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    size_t before = (size_t)(at - original.data);
    size_t after = before + strlen(what);
    sample_start(out, "");
    ledger_buffer_add(&out->buffer, (struct ledger_span){original.data, before});
    ledger_buffer_text(&out->buffer, with);
    ledger_buffer_add(&out->buffer,
                      (struct ledger_span){original.data + after, original.size - after});
}

/* Whether `bytes` pass every check of a test. */
typedef bool sample_accepts(void *context, struct ledger_span bytes);

/* Every truncation must be refused. They are copied, so that a read past the end is seen. */
static inline unsigned sample_truncations_accepted(struct ledger_span bytes,
                                                   sample_accepts *accepts, void *context)
{
    unsigned accepted = 0;
    for (size_t size = 0; size < bytes.size; size++) {
        uint8_t *copy = malloc(size + 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
        memcpy(copy + 1, bytes.data, size);
        accepted += accepts(context, (struct ledger_span){copy + 1, size});
        free(copy);
    }
    return accepted;
}

/* Every byte is changed in several ways; how many of the results pass. */
static inline unsigned sample_changes_accepted(struct ledger_span bytes, sample_accepts *accepts,
                                               void *context)
{
    unsigned accepted = 0;
    uint8_t *copy = malloc(bytes.size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, bytes.data, bytes.size);
    for (size_t i = 0; i < bytes.size; i++) {
        const uint8_t was = copy[i];
        const uint8_t tries[] = {was ^ 1, was ^ 0x20, was ^ 0x80, ' ', '\n', '\0'};
        for (size_t k = 0; k < sizeof tries; k++) {
            copy[i] = tries[k];
            accepted += tries[k] != was && accepts(context, (struct ledger_span){copy, bytes.size});
        }
        copy[i] = was;
    }
    free(copy);
    return accepted;
}

#endif
