#include "ledger/ops/tag_table.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024u

void ledger_tag_table_free(struct ledger_tag_table *table)
{
    free(table->slots);
    table->slots = NULL;
    table->slot_count = 0;
    table->used = 0;
}

static size_t width(const struct ledger_tag_table *table)
{
    return table->tag_words + table->value_words;
}

/* The slot of the tag, or the free one that it would get. There is always a free one. */
static uint64_t *slot_of(const struct ledger_tag_table *table, const uint64_t *tag)
{
    size_t at = tag[0] & (table->slot_count - 1);
    for (;;) {
        uint64_t *slot = table->slots + at * width(table);
        if (slot[0] == 0 || memcmp(slot, tag, table->tag_words * sizeof *tag) == 0) {
            return slot;
        }
        at = (at + 1) & (table->slot_count - 1);
    }
}

uint64_t *ledger_tag_table_find(const struct ledger_tag_table *table, const uint64_t *tag)
{
    LEDGER_ASSERT(tag[0] != 0);
    if (table->slot_count == 0) {
        return NULL;
    }
    uint64_t *slot = slot_of(table, tag);
    return slot[0] == 0 ? NULL : slot + table->tag_words;
}

static enum ledger_status grow(struct ledger_tag_table *table)
{
    struct ledger_tag_table larger = *table;
    larger.slot_count = table->slot_count == 0 ? FIRST_SLOTS : 2 * table->slot_count;
    larger.slots = calloc(larger.slot_count, width(table) * sizeof *larger.slots);
    if (larger.slots == NULL) {
        return LEDGER_NO_MEMORY;
    }
    for (size_t i = 0; i < table->slot_count; i++) {
        const uint64_t *slot = table->slots + i * width(table);
        if (slot[0] != 0) {
            memcpy(slot_of(&larger, slot), slot, width(table) * sizeof *slot);
        }
    }
    free(table->slots);
    *table = larger;
    return LEDGER_OK;
}

enum ledger_status ledger_tag_table_add(struct ledger_tag_table *table, uint64_t **value,
                                        const uint64_t *tag)
{
    LEDGER_ASSERT(tag[0] != 0);
    if (table->used >= table->slot_count / 4 * 3) {
        enum ledger_status status = grow(table);
        if (status != LEDGER_OK) {
            return status;
        }
    }
    uint64_t *slot = slot_of(table, tag);
    LEDGER_ASSERT(slot[0] == 0);
    memcpy(slot, tag, table->tag_words * sizeof *tag);
    *value = slot + table->tag_words;
    table->used++;
    return LEDGER_OK;
}
