/*
 * repeats.h - whether, among any number of texts, one came before, in bounded memory. Internal.
 *
 * Each text has a tag, made of a keyed hash, so that nobody can choose texts whose tags fall
 * together. Tags are divided by their first bits into parts, which fill chunks; full chunks go to a
 * scratch file, each knowing the one before it. When all tags are there the parts are searched one
 * by one, and one that is too large for memory slice by slice.
 *
 * Memory, whatever the number of texts: 1 MiB of chunks, 1 MiB before a file is needed, and while
 * parts are searched 6 MiB at most. In the file a text takes 16 bytes.
 */
#ifndef LEDGER_OPS_REPEATS_H
#define LEDGER_OPS_REPEATS_H

#include "ledger/base/status.h"
#include "ledger/store/scratch_file.h"

#define LEDGER_REPEATS_SLICE 180000u /* tags of a part that are in memory at a time, about */

struct ledger_repeats_part;

struct ledger_repeats {
    struct ledger_repeats_part *parts;
    struct ledger_scratch scratch;
    uint64_t slice; /* LEDGER_REPEATS_SLICE, but in tests */
};

/* Text `index` is that of `of`, which is smaller; LEDGER_NO_ENTRY for none. */
struct ledger_repeat {
    uint64_t index;
    uint64_t of;
};

/* Whether the texts `a` and `b`, whose tags are the same, are the same. Anything but LEDGER_OK ends
 * the search, whose answer it becomes. */
typedef enum ledger_status ledger_repeats_same(void *context, bool *same, uint64_t a, uint64_t b);

/* `lent` as for ledger_scratch_start. On failure free it, too. */
LEDGER_MUST_USE enum ledger_status ledger_repeats_start(struct ledger_repeats *repeats,
                                                        const int *lent);
/* Accepts one that is all zero. */
void ledger_repeats_free(struct ledger_repeats *repeats);

/* Adds the text `index`, whose tag is not 0. As ledger_scratch_append. */
LEDGER_MUST_USE enum ledger_status ledger_repeats_add(struct ledger_repeats *repeats, uint64_t tag,
                                                      uint64_t index, struct ledger_error *error);

/* The repeat with the smallest index, of the smallest it repeats. Asks `same` about few pairs, but
 * where tags fall together. */
LEDGER_MUST_USE enum ledger_status ledger_repeats_first(const struct ledger_repeats *repeats,
                                                        struct ledger_repeat *first,
                                                        ledger_repeats_same *same, void *context,
                                                        struct ledger_error *error);

#endif
