#include "ledger/ops/matter_path.h"

#include <stdlib.h>

#include "ledger/ops/matter_rows.h"

struct search {
    struct ledger_store *store;
    struct ledger_hasher *hasher;
    const struct ledger_matter_parts *parts;
    const struct ledger_hash *matter;
    uint64_t last;
    struct ledger_error *error;
    unsigned depth;                                   /* reached so far */
    struct ledger_hash siblings[LEDGER_PREFIX_DEPTH]; /* from the root down */
    struct ledger_matter_row *rows;                   /* of one bucket, in order */
    size_t count;
    size_t capacity;
};

/* --- the rows of one bucket --- */

static enum ledger_status keep_row(struct search *s, const struct ledger_matter_row *row)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 256 : 2 * s->capacity;
        struct ledger_matter_row *rows = reallocarray(s->rows, capacity, sizeof *rows);
        if (rows == NULL) {
            return ledger_error_set(s->error, LEDGER_NO_MEMORY, 0, "cannot read a bucket of %zu",
                                    capacity);
        }
        s->rows = rows;
        s->capacity = capacity;
    }
    s->rows[s->count++] = *row;
    return LEDGER_OK;
}

static enum ledger_status read_bucket(struct search *s, unsigned bucket)
{
    struct ledger_matter_rows walk;
    struct ledger_matter_row row;
    enum ledger_status status = ledger_matter_rows_open(
        &walk, s->store, s->hasher, (uint16_t)bucket, s->last, s->last, s->error);
    while (status == LEDGER_OK) {
        status = ledger_matter_rows_next(&walk, &row, s->error);
        if (status == LEDGER_OK && row.now_count > 0) {
            status = keep_row(s, &row);
        }
    }
    ledger_matter_rows_close(&walk);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

/* --- going down --- */

/* Through the parts above the buckets, as long as there is more than one matter below; `*part` is
 * what stands where this ends. */
static void descend_parts(struct search *s, struct ledger_prefix_part *part)
{
    struct ledger_prefix_part own[LEDGER_BUCKET_DEPTH + 1];
    struct ledger_prefix_part sibling[LEDGER_BUCKET_DEPTH + 1];
    unsigned prefix = ledger_bucket_of(s->matter);
    own[LEDGER_BUCKET_DEPTH] = s->parts->buckets[prefix];
    for (unsigned depth = LEDGER_BUCKET_DEPTH; depth > 0; depth--, prefix >>= 1) {
        bool right = (prefix & 1) != 0;
        ledger_matter_parts_fold(s->hasher, &sibling[depth], s->parts, depth, prefix ^ 1);
        ledger_prefix_join(s->hasher, &own[depth - 1], right ? &sibling[depth] : &own[depth],
                           right ? &own[depth] : &sibling[depth]);
    }
    while (s->depth < LEDGER_BUCKET_DEPTH && own[s->depth].size == LEDGER_PREFIX_MORE) {
        s->siblings[s->depth] = sibling[s->depth + 1].hash;
        s->depth++;
    }
    *part = own[s->depth];
}

/* Through the rows of the bucket, which are left with at most one, where this ends. */
static void descend_rows(struct search *s)
{
    struct ledger_matter_row *rows = s->rows;
    while (s->count > 1 && s->depth < LEDGER_PREFIX_DEPTH) {
        struct ledger_prefix_fold fold;
        struct ledger_prefix_part sibling;
        size_t left = 0;
        while (left < s->count && ledger_prefix_bit(&rows[left].matter, s->depth) == 0) {
            left++;
        }
        bool right = ledger_prefix_bit(s->matter, s->depth) != 0;
        size_t end = right ? left : s->count;
        ledger_prefix_fold_start(&fold, s->depth + 1);
        for (size_t i = right ? 0 : left; i < end; i++) {
            ledger_prefix_fold_add(s->hasher, &fold, &rows[i].matter, &rows[i].now);
        }
        ledger_prefix_fold_end(s->hasher, &fold, &sibling);
        s->siblings[s->depth++] = sibling.hash;
        rows += right ? left : 0;
        s->count = right ? s->count - left : left;
    }
    if (s->count > 0) {
        s->rows[0] = rows[0];
    }
}

/* The only bucket below the node reached that has a matter. */
static unsigned find_single(const struct search *s)
{
    unsigned width = LEDGER_BUCKETS >> s->depth;
    unsigned bucket = ledger_bucket_of(s->matter) / width * width;
    while (s->parts->buckets[bucket].size == LEDGER_PREFIX_NONE) {
        bucket++;
    }
    return bucket;
}

static enum ledger_status search(struct search *s)
{
    struct ledger_prefix_part part;
    descend_parts(s, &part);
    if (part.size == LEDGER_PREFIX_NONE) {
        return LEDGER_OK;
    }
    bool single = part.size == LEDGER_PREFIX_ONE;
    enum ledger_status status =
        read_bucket(s, single ? find_single(s) : ledger_bucket_of(s->matter));
    if (status == LEDGER_OK && !single) {
        descend_rows(s);
    } else if (status == LEDGER_OK && s->count != 1) {
        return ledger_error_set(s->error, LEDGER_DAMAGED, 0,
                                "the tables 'matters' and 'parts' do not agree on the entries "
                                "before %llu: verify the ledger",
                                (unsigned long long)s->last);
    }
    return status;
}

/* --- the answer --- */

static void answer(const struct search *s, struct ledger_prefix_path *path,
                   struct ledger_prefix_end *end, uint64_t *count)
{
    bool present = s->count > 0 && ledger_hash_equal(&s->rows[0].matter, s->matter);
    path->depth = s->depth;
    for (unsigned i = 0; i < s->depth; i++) {
        path->siblings[i] = s->siblings[s->depth - 1 - i];
    }
    *count = present ? s->rows[0].now_count : 0;
    *end = (struct ledger_prefix_end){.occupied = s->count > 0 && !present};
    if (end->occupied) {
        end->key = s->rows[0].matter;
        end->value = s->rows[0].now;
    }
}

enum ledger_status ledger_matter_path(struct ledger_prefix_path *path,
                                      struct ledger_prefix_end *end, uint64_t *count,
                                      struct ledger_store *store, struct ledger_hasher *hasher,
                                      const struct ledger_matter_parts *parts,
                                      const struct ledger_hash *matter, uint64_t last,
                                      struct ledger_error *error)
{
    struct search s = {.store = store,
                       .hasher = hasher,
                       .parts = parts,
                       .matter = matter,
                       .last = last,
                       .error = error};
    enum ledger_status status = search(&s);
    if (status == LEDGER_OK) {
        answer(&s, path, end, count);
    }
    free(s.rows);
    return status;
}
