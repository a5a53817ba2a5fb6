/*
 * index_samples.h - index entries of the sample ledger, and a slow reference for their roots: a map
 * of all matters, made anew of all entries.
 */
#ifndef LEDGER_TESTS_INDEX_SAMPLES_H
#define LEDGER_TESTS_INDEX_SAMPLES_H

#include "ledger/store/store.h"
#include "ledger/tree/prefix_map.h"
#include "tests/append_samples.h"

/* The note of an index over `size` entries, signed by `who`. */
struct ledger_span index_note(struct samples *samples, uint64_t size,
                              const struct ledger_hash *root, enum sample_who who);

/* A record of the notary in matter number `matter`. */
struct ledger_span index_ordinary(struct samples *samples, uint64_t matter);

/* The matter tree over the first `size` entries of the sample ledger; not while it is open. */
struct ledger_prefix_map *index_reference(struct samples *samples, uint64_t size);
struct ledger_hash index_reference_root(struct samples *samples, uint64_t size);

/* What an index appended now says, which must be had, and appends it; its index. */
struct ledger_matters_now index_now(struct samples *samples, struct ledger_appender *appender);
uint64_t index_append(struct samples *samples, struct ledger_appender *appender);

/* The key of a row of MATTERS. */
struct ledger_span index_row(struct samples *samples, uint8_t key[LEDGER_ROW_KEY_SIZE],
                             struct ledger_span matter, uint64_t index);

#endif
