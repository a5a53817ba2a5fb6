/*
 * tag_table.h - a hash table of fixed records, found by tags. Internal.
 *
 * A tag is made of a keyed hash, so that nobody can choose data whose tags fall together. Records
 * are never removed.
 */
#ifndef LEDGER_OPS_TAG_TABLE_H
#define LEDGER_OPS_TAG_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

/* All zero but for the two widths: an empty table. At most three quarters of the slots are used. */
struct ledger_tag_table {
    size_t tag_words;   /* of 8 bytes, of a tag; the first word of a tag is not 0 */
    size_t value_words; /* of what stands behind it */
    uint64_t *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t used;
};

void ledger_tag_table_free(struct ledger_tag_table *table);

/* The value with this tag, or NULL. Good until the next ledger_tag_table_add. */
uint64_t *ledger_tag_table_find(const struct ledger_tag_table *table, const uint64_t *tag);

/* Adds a value, all zero, under a tag that is not there. LEDGER_NO_MEMORY. */
LEDGER_MUST_USE enum ledger_status ledger_tag_table_add(struct ledger_tag_table *table,
                                                        uint64_t **value, const uint64_t *tag);

#endif
