#include "ledger/ops/prove_status.h"

#include "ledger/base/encoding.h"
#include "ledger/format/matter.h"
#include "ledger/format/status_proof.h"
#include "ledger/law/matter_tree.h"
#include "ledger/law/operator_record.h"
#include "ledger/ops/matter_index.h"
#include "ledger/ops/prove_parts.h"
#include "ledger/ops/reader.h"

/* One status proof being made. */
struct making {
    struct ledger_prover *prover;
    struct ledger_matter_index *index;
    struct ledger_hash key;   /* H(matter) */
    uint64_t last;            /* the index entry */
    uint64_t entries;         /* of the matter before it */
    uint64_t rows;            /* that the store has of them */
    struct ledger_hash value; /* of the list in them */
    struct ledger_prefix_path path;
    struct ledger_prefix_end end;
    ledger_proof_sink *sink;
    void *context;
    struct ledger_error *error;
};

/* An index entry that is in the store but under no checkpoint yet was not answered for. */
static enum ledger_status find_index(struct making *m)
{
    uint64_t size = m->prover->checkpoint.size;
    enum ledger_status status =
        ledger_matter_index_last(m->index, &m->last, m->prover->reader->size, m->error);
    if (status == LEDGER_NOT_FOUND) {
        return ledger_error_set(m->error, status, 0,
                                "the ledger has no index of matters yet: its operator appends one "
                                "with 'ledger-index'");
    }
    if (status == LEDGER_OK && m->last >= size) {
        return ledger_error_set(m->error, LEDGER_BUSY, 0,
                                "the last index of matters, entry %llu, is not under a checkpoint "
                                "yet: the last covers %llu entries; another program is writing to "
                                "this ledger, or one broke off, and its operator starts it again",
                                (unsigned long long)m->last, (unsigned long long)size);
    }
    return status;
}

/* The entry that the next row of the matter names; `*more` is false after the last that counts. */
static enum ledger_status next_entry(struct making *m, struct ledger_scan *scan, uint64_t *index,
                                     bool *more)
{
    struct ledger_span key;
    struct ledger_span value;
    enum ledger_status status =
        ledger_scan_next(scan, &key, &value, (struct ledger_span){NULL, 0}, m->error);
    *more = status == LEDGER_OK;
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
    }
    if (key.size != LEDGER_ROW_KEY_SIZE) {
        return ledger_error_set(m->error, LEDGER_DAMAGED, 0, "an index row has a wrong size");
    }
    *index = ledger_get_be64(key.data + LEDGER_HASH_SIZE);
    *more = *index < m->last;
    return LEDGER_OK;
}

typedef enum ledger_status on_entry(struct making *m, uint64_t index);

/* Calls `take` for every entry of the matter before the index entry, in order. */
static enum ledger_status each_entry(struct making *m, on_entry *take)
{
    struct ledger_scan scan;
    uint64_t index = 0;
    enum ledger_status status =
        ledger_scan_open(&scan, m->prover->reader->store, LEDGER_TABLE_MATTERS,
                         (struct ledger_span){m->key.bytes, sizeof m->key.bytes}, m->error);
    bool more = true;
    while (status == LEDGER_OK && more) {
        status = next_entry(m, &scan, &index, &more);
        if (status == LEDGER_OK && more) {
            status = take(m, index);
        }
    }
    ledger_scan_close(&scan);
    return status;
}

static enum ledger_status add_to_value(struct making *m, uint64_t index)
{
    ledger_matter_value_add(m->prover->reader->hasher, &m->value, index);
    m->rows++;
    return LEDGER_OK;
}

static enum ledger_status lies(struct making *m, const char *what)
{
    return ledger_error_set(m->error, LEDGER_DAMAGED, 0,
                            "%s (entry %llu, the last index of matters): verify the ledger", what,
                            (unsigned long long)m->last);
}

/* The root that the index entry says. */
static enum ledger_status read_claim(struct making *m, struct ledger_hash *root)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status =
        ledger_store_known_entry(m->prover->reader->store, &bytes, m->last, m->error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_entry_parse(&entry, &verdict, bytes) || !ledger_record_is_index(&entry.record) ||
        !ledger_operator_record_check(&verdict, &entry.record, m->last)) {
        return lies(m, "the index 'matters' leads to an entry that is no index of matters");
    }
    ledger_index_claim(root, &entry.record);
    return LEDGER_OK;
}

/* Rows that lie would make a proof that proves nothing. */
static enum ledger_status check_path(struct making *m)
{
    struct ledger_hasher *hasher = m->prover->reader->hasher;
    struct ledger_hash root;
    enum ledger_status status = read_claim(m, &root);
    if (status == LEDGER_OK) {
        status = each_entry(m, add_to_value);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    bool leads = m->rows == 0 ? ledger_prefix_absent(hasher, &m->path, &m->end, &m->key, &root)
                              : ledger_prefix_present(hasher, &m->path, &m->key, &m->value, &root);
    leads = leads && m->rows == m->entries;
    return leads ? LEDGER_OK
                 : lies(m, "the rows of 'matters' and 'parts' do not lead to the root that the "
                           "operator signed");
}

static enum ledger_status write_head(struct making *m, struct ledger_span matter)
{
    uint8_t memory[LEDGER_STATUS_HEAD_MAX];
    struct ledger_buffer head = ledger_buffer_in(memory, sizeof memory);
    ledger_status_proof_write_head(&head, matter, m->entries, &m->path, &m->end);
    LEDGER_ASSERT(!head.overflow);
    return m->sink(m->context, ledger_buffer_span(&head));
}

static enum ledger_status write_proof(struct making *m, uint64_t index)
{
    struct ledger_span head;
    enum ledger_status status = ledger_prove_head(m->prover, &head, index, m->error);
    return status == LEDGER_OK ? m->sink(m->context, head) : status;
}

static enum ledger_status write_all(struct making *m, struct ledger_span matter)
{
    struct ledger_hasher *hasher = m->prover->reader->hasher;
    ledger_hash_bytes(hasher, &m->key, matter);
    enum ledger_status status = find_index(m);
    if (status == LEDGER_OK) {
        status = ledger_matter_index_path(m->index, &m->path, &m->end, &m->entries, &m->key,
                                          m->last, m->error);
    }
    if (status == LEDGER_OK) {
        status = check_path(m);
    }
    if (status == LEDGER_OK) {
        status = write_head(m, matter);
    }
    if (status == LEDGER_OK) {
        status = write_proof(m, m->last);
    }
    if (status == LEDGER_OK) {
        status = each_entry(m, write_proof);
    }
    return status == LEDGER_OK ? m->sink(m->context, m->prover->note) : status;
}

enum ledger_status ledger_prove_status(struct ledger_prover *prover, ledger_proof_sink *sink,
                                       void *context, struct ledger_span matter,
                                       struct ledger_error *error)
{
    struct making m = {.prover = prover, .sink = sink, .context = context, .error = error};
    if (!ledger_matter_is_title(matter)) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "what was given cannot be the number of a matter");
    }
    enum ledger_status status =
        ledger_matter_index_new(&m.index, prover->reader->store, prover->reader->hasher, error);
    if (status == LEDGER_OK) {
        status = write_all(&m, matter);
    }
    ledger_matter_index_free(&m.index);
    return status;
}
