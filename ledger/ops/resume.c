#include "ledger/ops/resume.h"

#include "ledger/ops/authority_replay.h"
#include "ledger/store/tree_reader.h"

static enum ledger_status check_root(struct ledger_frontier *frontier, struct ledger_store *store,
                                     struct ledger_hasher *hasher,
                                     const struct ledger_checkpoint *checkpoint,
                                     struct ledger_error *error)
{
    struct ledger_tree_reader reader = {store, hasher, error};
    struct ledger_hash root;
    struct ledger_span origin;
    uint64_t size = 0;
    enum ledger_status status = ledger_store_origin(store, &origin, error);
    if (status == LEDGER_OK && !ledger_span_equal(origin, checkpoint->origin)) {
        return ledger_error_set(error, LEDGER_FORKED, 0,
                                "the guard holds a checkpoint of '%.*s', the ledger is '%.*s'",
                                LEDGER_SPAN_ARGS(checkpoint->origin), LEDGER_SPAN_ARGS(origin));
    }
    if (status == LEDGER_OK) {
        status = ledger_store_size(store, &size, error);
    }
    if (status == LEDGER_OK && size < checkpoint->size) {
        return ledger_error_set(error, LEDGER_ROLLED_BACK, 0,
                                "the ledger has %llu entries, its guard saw %llu signed: it was "
                                "put back from an older copy; nothing is appended",
                                (unsigned long long)size, (unsigned long long)checkpoint->size);
    }
    if (status == LEDGER_OK) {
        status = ledger_tree_read_frontier(&reader, frontier, checkpoint->size);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_frontier_root(hasher, &root, frontier);
    if (!ledger_hash_equal(&root, &checkpoint->root)) {
        return ledger_error_set(error, LEDGER_FORKED, 0,
                                "the first %llu entries are not those that the guard saw signed: "
                                "the ledger was changed; nothing is appended, verify it",
                                (unsigned long long)checkpoint->size);
    }
    return LEDGER_OK;
}

static enum ledger_status resume_state(struct ledger_state *state, struct ledger_verdict *verdict,
                                       struct ledger_store *store, struct ledger_hasher *hasher,
                                       const struct ledger_frontier *frontier,
                                       struct ledger_error *error)
{
    struct ledger_authority *authority;
    struct ledger_span last;
    bool fits = false;
    enum ledger_status status = ledger_store_known_entry(store, &last, frontier->size - 1, error);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_authority_new(&authority);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot rebuild the authority");
    }
    status = ledger_authority_replay(authority, store, hasher, 0, frontier->size - 1, error);
    if (status == LEDGER_OK) {
        status = ledger_state_resume(state, verdict, &fits, frontier, last, &authority);
        if (status == LEDGER_OK && !fits) {
            status = ledger_error_set(error, LEDGER_DAMAGED, 0,
                                      "the ledger does not hang together at entry %llu: %s",
                                      (unsigned long long)verdict->entry, verdict->detail);
        }
    }
    ledger_authority_free(&authority);
    return status;
}

enum ledger_status ledger_resume(struct ledger_state *state, struct ledger_verdict *verdict,
                                 struct ledger_store *store, struct ledger_hasher *hasher,
                                 const struct ledger_checkpoint *checkpoint,
                                 struct ledger_error *error)
{
    struct ledger_frontier frontier;
    enum ledger_status status = check_root(&frontier, store, hasher, checkpoint, error);
    if (status == LEDGER_OK) {
        status = resume_state(state, verdict, store, hasher, &frontier, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    const struct ledger_authority_line *operator_line =
        ledger_authority_operator(ledger_state_authority_view(state));
    if (operator_line == NULL ||
        !ledger_span_equal(checkpoint->origin, ledger_state_origin(state)) ||
        ledger_note_signed_by(&checkpoint->note, &operator_line->vkey, NULL) !=
            LEDGER_SIGNED_WELL) {
        return ledger_error_set(error, LEDGER_FORKED, 0,
                                "the guard's checkpoint is not signed by the ledger's operator");
    }
    return LEDGER_OK;
}

enum ledger_status ledger_compare_signed(struct ledger_state *state, struct ledger_store *store,
                                         struct ledger_error *error)
{
    struct ledger_span note;
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    struct ledger_hash root;
    uint64_t size = ledger_state_size(state);
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_store_checkpoint(store, &note, size, error);
    if (status != LEDGER_OK) {
        return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
    }
    ledger_state_root(state, &root);
    if (!ledger_checkpoint_parse(&checkpoint, &verdict, note) ||
        !ledger_hash_equal(&checkpoint.root, &root)) {
        return ledger_error_set(error, LEDGER_FORKED, 0,
                                "the checkpoint that the ledger has of its first %llu entries is "
                                "not of these entries: nothing is appended, verify it",
                                (unsigned long long)size);
    }
    return LEDGER_OK;
}

static enum ledger_status catch_up_one(struct ledger_state *state, struct ledger_verdict *verdict,
                                       struct ledger_store *store, struct ledger_error *error)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    uint64_t index = ledger_state_size(state);
    enum ledger_status status = ledger_store_known_entry(store, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_state_accept(state, verdict, &fits, &entry, &leaf, bytes);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot judge entry %llu",
                                (unsigned long long)index);
    }
    if (!fits) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "entry %llu was never signed and does not verify: %s",
                                (unsigned long long)verdict->entry, verdict->detail);
    }
    return ledger_compare_signed(state, store, error);
}

enum ledger_status ledger_catch_up(struct ledger_state *state, struct ledger_verdict *verdict,
                                   struct ledger_store *store, uint64_t end,
                                   struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && ledger_state_size(state) < end) {
        status = catch_up_one(state, verdict, store, error);
    }
    return status;
}

static enum ledger_status rehash(struct ledger_frontier *frontier, struct ledger_hash *last,
                                 struct ledger_tree_reader *reader, uint64_t end)
{
    while (frontier->size < end) {
        struct ledger_span bytes;
        enum ledger_status status =
            ledger_store_known_entry(reader->store, &bytes, frontier->size, reader->error);
        if (status != LEDGER_OK) {
            return status;
        }
        ledger_tree_leaf(reader->hasher, last, bytes);
        ledger_frontier_append(reader->hasher, frontier, last, NULL, NULL);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_read_back(struct ledger_hash *root, struct ledger_state *state,
                                    struct ledger_store *store, struct ledger_hasher *hasher,
                                    uint64_t first, struct ledger_error *error)
{
    struct ledger_tree_reader reader = {store, hasher, error};
    struct ledger_frontier forward;
    struct ledger_frontier stored;
    struct ledger_hash expected;
    struct ledger_hash by_nodes;
    struct ledger_hash last = *ledger_state_previous(state);
    uint64_t end = ledger_state_size(state);
    enum ledger_status status = ledger_store_begin(store, error);
    ledger_frontier_start(&forward);
    if (status == LEDGER_OK && first > 0) {
        status = ledger_tree_read_frontier(&reader, &forward, first);
    }
    if (status == LEDGER_OK) {
        status = rehash(&forward, &last, &reader, end);
    }
    if (status == LEDGER_OK) {
        status = ledger_tree_read_frontier(&reader, &stored, end);
    }
    ledger_store_end(store);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_state_root(state, &expected);
    ledger_frontier_root(hasher, root, &forward);
    ledger_frontier_root(hasher, &by_nodes, &stored);
    if (!ledger_hash_equal(&expected, root) || !ledger_hash_equal(&expected, &by_nodes) ||
        !ledger_hash_equal(&last, ledger_state_previous(state))) {
        return ledger_error_set(
            error, LEDGER_SELF_CHECK, 0,
            "the entries read back do not have the hashes they were given: "
            "nothing was signed; check memory and disk, then verify the ledger");
    }
    return LEDGER_OK;
}
