#include "ledger/ops/matter_index.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/format/entry.h"
#include "ledger/law/operator_record.h"
#include "ledger/ops/matter_parts.h"
#include "ledger/ops/matter_path.h"
#include "ledger/ops/matter_rows.h"
#include "ledger/store/tree_reader.h"

struct ledger_matter_index {
    struct ledger_store *store;
    struct ledger_hasher *hasher;
    struct ledger_matter_parts then; /* as of `start` */
    struct ledger_matter_parts now;  /* as of `before` */
    bool known;                      /* both are */
    bool kept;                       /* `then` is what the store keeps */
    bool dirty[LEDGER_BUCKETS];      /* must be read: has entries from `start` on, or is alone */
    uint64_t start;                  /* the last index entry before `before`, or 0 */
    uint64_t before;
    struct ledger_hash claim;           /* the root as of `start` */
    struct ledger_prefix_fold folds[2]; /* of one bucket, as of both; large */
};

enum ledger_status ledger_matter_index_new(struct ledger_matter_index **index,
                                           struct ledger_store *store, struct ledger_hasher *hasher,
                                           struct ledger_error *error)
{
    *index = calloc(1, sizeof **index);
    if (*index == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot read the index of matters");
    }
    (*index)->store = store;
    (*index)->hasher = hasher;
    return LEDGER_OK;
}

void ledger_matter_index_free(struct ledger_matter_index **index)
{
    free(*index);
    *index = NULL;
}

enum ledger_status ledger_matter_index_last(struct ledger_matter_index *index, uint64_t *last,
                                            uint64_t before, struct ledger_error *error)
{
    struct ledger_hash matter;
    ledger_hash_bytes(index->hasher, &matter, ledger_span_of(LEDGER_KIND_INDEX));
    return ledger_store_row_before(index->store, last, LEDGER_TABLE_MATTERS, &matter, before,
                                   error);
}

static enum ledger_status damaged(struct ledger_error *error, uint64_t entry, const char *how)
{
    return ledger_error_set(error, LEDGER_DAMAGED, 0,
                            "the index of matters cannot be made: entry %llu %s: verify the ledger",
                            (unsigned long long)entry, how);
}

/* --- the entries since the last index entry --- */

/* An entry need not parse here: it is taken for what it is by its leaf hash. */
static enum ledger_status look_at(struct ledger_matter_index *index, struct ledger_span bytes,
                                  uint64_t place, struct ledger_error *error)
{
    struct ledger_span matter;
    struct ledger_hash hash;
    bool present = false;
    if (!ledger_entry_peek_matter(&matter, bytes)) {
        return damaged(error, place, "is damaged");
    }
    ledger_hash_bytes(index->hasher, &hash, matter);
    index->dirty[ledger_bucket_of(&hash)] = true;
    enum ledger_status status =
        ledger_store_has_row(index->store, &present, LEDGER_TABLE_MATTERS, &hash, place, error);
    return status == LEDGER_OK && !present
               ? damaged(error, place, "is not found under its matter in table 'matters'")
               : status;
}

static enum ledger_status take_claim(struct ledger_matter_index *index, struct ledger_span bytes,
                                     struct ledger_error *error)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!ledger_entry_parse(&entry, &verdict, bytes) || !ledger_record_is_index(&entry.record) ||
        !ledger_operator_record_check(&verdict, &entry.record, index->start)) {
        return damaged(error, index->start, "is no index of matters, but stands among them");
    }
    ledger_index_claim(&index->claim, &entry.record);
    return LEDGER_OK;
}

static enum ledger_status read_entry(struct ledger_matter_index *index,
                                     struct ledger_frontier *frontier, struct ledger_error *error)
{
    uint64_t place = frontier->size;
    struct ledger_span bytes;
    struct ledger_hash leaf;
    enum ledger_status status = ledger_store_known_entry(index->store, &bytes, place, error);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_tree_leaf(index->hasher, &leaf, bytes);
    ledger_frontier_append(index->hasher, frontier, &leaf, NULL, NULL);
    status = look_at(index, bytes, place, error);
    return status == LEDGER_OK && place == index->start && place > 0
               ? take_claim(index, bytes, error)
               : status;
}

/* Reads the entries from `start` on, which must lead from the stored nodes to the root of the log:
 * then they, and the claim among them, are those that were signed. */
static enum ledger_status read_entries(struct ledger_matter_index *index,
                                       const struct ledger_hash *log, struct ledger_error *error)
{
    struct ledger_tree_reader reader = {index->store, index->hasher, error};
    struct ledger_frontier frontier;
    struct ledger_hash root;
    enum ledger_status status = LEDGER_OK;
    memset(index->dirty, 0, sizeof index->dirty);
    memset(&index->claim, 0, sizeof index->claim);
    ledger_frontier_start(&frontier);
    if (index->start > 0) {
        status = ledger_tree_read_frontier(&reader, &frontier, index->start);
    }
    while (status == LEDGER_OK && frontier.size < index->before) {
        status = read_entry(index, &frontier, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_frontier_root(index->hasher, &root, &frontier);
    return ledger_hash_equal(&root, log)
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_DAMAGED, 0,
                                  "the entries from %llu to %llu are not those that were signed: "
                                  "verify the ledger, which was changed",
                                  (unsigned long long)index->start,
                                  (unsigned long long)index->before - 1);
}

/* --- the buckets --- */

/* The parts of one bucket as of both bounds; adds to `*rows` the rows in between. */
static enum ledger_status fold_bucket(struct ledger_matter_index *index,
                                      struct ledger_prefix_part *then,
                                      struct ledger_prefix_part *now, uint64_t *rows,
                                      uint16_t bucket, struct ledger_error *error)
{
    struct ledger_matter_rows walk;
    struct ledger_matter_row row;
    struct ledger_prefix_fold *folds = index->folds;
    ledger_prefix_fold_start(&folds[0], LEDGER_BUCKET_DEPTH);
    ledger_prefix_fold_start(&folds[1], LEDGER_BUCKET_DEPTH);
    enum ledger_status status = ledger_matter_rows_open(&walk, index->store, index->hasher, bucket,
                                                        index->start, index->before, error);
    while (status == LEDGER_OK) {
        status = ledger_matter_rows_next(&walk, &row, error);
        if (status == LEDGER_OK && row.then_count > 0) {
            ledger_prefix_fold_add(index->hasher, &folds[0], &row.matter, &row.then);
        }
        if (status == LEDGER_OK && row.now_count > 0) {
            ledger_prefix_fold_add(index->hasher, &folds[1], &row.matter, &row.now);
            *rows += row.now_count - row.then_count;
        }
    }
    ledger_matter_rows_close(&walk);
    ledger_prefix_fold_end(index->hasher, &folds[0], then);
    ledger_prefix_fold_end(index->hasher, &folds[1], now);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

static enum ledger_status renew_bucket(struct ledger_matter_index *index, uint64_t *rows,
                                       uint16_t bucket, struct ledger_error *error)
{
    struct ledger_prefix_part then;
    enum ledger_status status =
        fold_bucket(index, &then, &index->now.buckets[bucket], rows, bucket, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!index->kept) {
        index->then.buckets[bucket] = then;
    } else if (!ledger_prefix_part_equal(&then, &index->then.buckets[bucket])) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the tables 'matters' and 'parts' do not agree on the entries "
                                "before %llu: verify the ledger; the indexes can be rebuilt from "
                                "the entries",
                                (unsigned long long)index->start);
    }
    return LEDGER_OK;
}

static enum ledger_status renew_buckets(struct ledger_matter_index *index,
                                        struct ledger_error *error)
{
    uint64_t rows = 0;
    enum ledger_status status = LEDGER_OK;
    index->now = index->then;
    for (unsigned i = 0; status == LEDGER_OK && i < LEDGER_BUCKETS; i++) {
        if (!index->kept || index->dirty[i]) {
            status = renew_bucket(index, &rows, (uint16_t)i, error);
        }
    }
    /* Each entry has its row: with the right number there is no other. */
    if (status == LEDGER_OK && rows != index->before - index->start) {
        status = ledger_error_set(error, LEDGER_DAMAGED, 0,
                                  "table 'matters' has %llu rows for the entries from %llu on, not "
                                  "%llu: verify the ledger",
                                  (unsigned long long)rows, (unsigned long long)index->start,
                                  (unsigned long long)(index->before - index->start));
    }
    return status;
}

/* --- the root --- */

/* Where the entries begin that are not in the tree of an index entry; whether the store keeps the
 * parts of that tree. */
static enum ledger_status find_start(struct ledger_matter_index *index, struct ledger_error *error)
{
    uint64_t newest = 0;
    uint64_t size = 0;
    enum ledger_status status = ledger_store_size(index->store, &size, error);
    if (status == LEDGER_OK) {
        status = ledger_matter_index_last(index, &newest, UINT64_MAX, error);
    }
    if (status == LEDGER_OK && newest >= size) {
        return damaged(error, newest, "stands in table 'matters', but is not there");
    }
    index->start = newest;
    index->kept = newest < index->before;
    if (status == LEDGER_OK && !index->kept) {
        index->start = 0;
        status = ledger_matter_index_last(index, &index->start, index->before, error);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

static enum ledger_status check_claim(struct ledger_matter_index *index, struct ledger_error *error)
{
    struct ledger_prefix_part whole;
    ledger_matter_parts_fold(index->hasher, &whole, &index->then, 0, 0);
    if (ledger_hash_equal(&whole.hash, &index->claim)) {
        return LEDGER_OK;
    }
    return index->start == 0
               ? ledger_error_set(error, LEDGER_DAMAGED, 0,
                                  "table 'parts' has rows, and there is no index of matters: "
                                  "verify the ledger")
               : ledger_error_set(error, LEDGER_DAMAGED, 0,
                                  "table '%s' does not give the root that the index of matters in "
                                  "entry %llu has: verify the ledger; the indexes can be rebuilt "
                                  "from the entries",
                                  index->kept ? "parts" : "matters",
                                  (unsigned long long)index->start);
}

/* A root does not tell a single matter that stands above its bucket from one in a bucket beside it,
 * nor from all that is below a node up there. All other parts it fixes, or what differs in them
 * never makes another root. So those that stand alone are read. */
static void read_what_is_alone(struct ledger_matter_index *index)
{
    for (unsigned i = 0; i < LEDGER_BUCKETS; i++) {
        if (index->then.buckets[i].size == LEDGER_PREFIX_ONE &&
            index->then.buckets[i ^ 1].size == LEDGER_PREFIX_NONE) {
            index->dirty[i] = true;
        }
    }
}

static enum ledger_status make_parts(struct ledger_matter_index *index,
                                     const struct ledger_hash *log, struct ledger_error *error)
{
    enum ledger_status status = find_start(index, error);
    if (status == LEDGER_OK) {
        status = read_entries(index, log, error);
    }
    if (status == LEDGER_OK && index->kept) {
        status = ledger_matter_parts_read(&index->then, index->store, error);
    }
    if (status == LEDGER_OK && index->kept) {
        read_what_is_alone(index);
        status = check_claim(index, error);
    }
    if (status == LEDGER_OK) {
        status = renew_buckets(index, error);
    }
    return status == LEDGER_OK && !index->kept ? check_claim(index, error) : status;
}

enum ledger_status ledger_matter_index_root(struct ledger_matter_index *index,
                                            struct ledger_hash *root, uint64_t before,
                                            const struct ledger_hash *log,
                                            struct ledger_error *error)
{
    struct ledger_prefix_part whole;
    LEDGER_ASSERT(before > 0);
    index->before = before;
    index->known = false;
    enum ledger_status status = make_parts(index, log, error);
    if (status == LEDGER_OK) {
        index->known = true;
        ledger_matter_parts_fold(index->hasher, &whole, &index->now, 0, 0);
        *root = whole.hash;
    }
    return status;
}

enum ledger_status ledger_matter_index_changes(struct ledger_matter_index *index,
                                               ledger_matter_part_take *take, void *context)
{
    enum ledger_status status = LEDGER_OK;
    LEDGER_ASSERT(index->known && index->kept);
    for (unsigned i = 0; status == LEDGER_OK && i < LEDGER_BUCKETS; i++) {
        const struct ledger_prefix_part *part = &index->now.buckets[i];
        if (!ledger_prefix_part_equal(part, &index->then.buckets[i])) {
            status = take(context, (uint16_t)i, part);
        }
    }
    return status;
}

enum ledger_status ledger_matter_index_path(struct ledger_matter_index *index,
                                            struct ledger_prefix_path *path,
                                            struct ledger_prefix_end *end, uint64_t *count,
                                            const struct ledger_hash *matter, uint64_t last,
                                            struct ledger_error *error)
{
    index->known = false;
    enum ledger_status status = ledger_matter_parts_read(&index->then, index->store, error);
    return status == LEDGER_OK ? ledger_matter_path(path, end, count, index->store, index->hasher,
                                                    &index->then, matter, last, error)
                               : status;
}
