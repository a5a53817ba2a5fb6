#include "ledger/ops/matter_parts.h"

#include <string.h>

uint16_t ledger_bucket_of(const struct ledger_hash *matter)
{
    return (uint16_t)(matter->bytes[0] << 8 | matter->bytes[1]);
}

static enum ledger_status take_row(struct ledger_matter_parts *parts, struct ledger_span key,
                                   struct ledger_span value, struct ledger_error *error)
{
    if (key.size != LEDGER_PART_KEY_SIZE) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "table 'parts' has a key of %zu bytes: verify the ledger",
                                key.size);
    }
    unsigned bucket = (unsigned)key.data[0] << 8 | key.data[1];
    return ledger_store_read_part(&parts->buckets[bucket], value, error);
}

enum ledger_status ledger_matter_parts_read(struct ledger_matter_parts *parts,
                                            struct ledger_store *store, struct ledger_error *error)
{
    static const struct ledger_span any = {NULL, 0};
    struct ledger_scan scan;
    struct ledger_span key;
    struct ledger_span value;
    memset(parts, 0, sizeof *parts);
    enum ledger_status status = ledger_scan_open(&scan, store, LEDGER_TABLE_PARTS, any, error);
    while (status == LEDGER_OK) {
        status = ledger_scan_next(&scan, &key, &value, any, error);
        if (status == LEDGER_OK) {
            status = take_row(parts, key, value, error);
        }
    }
    ledger_scan_close(&scan);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

void ledger_matter_parts_fold(struct ledger_hasher *hasher, struct ledger_prefix_part *part,
                              const struct ledger_matter_parts *parts, unsigned depth,
                              unsigned prefix)
{
    struct ledger_prefix_part waiting[LEDGER_BUCKET_DEPTH + 1];
    unsigned count = LEDGER_BUCKETS >> depth;
    LEDGER_ASSERT(depth <= LEDGER_BUCKET_DEPTH);
    for (unsigned i = 0; i < count; i++) {
        unsigned level = 0;
        *part = parts->buckets[prefix * count + i];
        /* A left part waits at each level for which the bit of `i` is 0. */
        for (; (i >> level & 1) != 0; level++) {
            ledger_prefix_join(hasher, part, &waiting[level], part);
        }
        waiting[level] = *part;
    }
}

bool ledger_prefix_part_equal(const struct ledger_prefix_part *a,
                              const struct ledger_prefix_part *b)
{
    return a->size == b->size && ledger_hash_equal(&a->hash, &b->hash);
}
