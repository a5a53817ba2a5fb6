#include "ledger/ops/resume.h"

#include "ledger/ops/authority_replay.h"
#include "ledger/store/tree_reader.h"

/* The frontier of the entries before the last, and the bytes of the last. Its leaf is thus under the
 * root of all: of an even size it would hide below another node of their frontier. */
static enum ledger_status read_edge(struct ledger_frontier *before, struct ledger_span *last,
                                    struct ledger_tree_reader *reader, uint64_t size)
{
    enum ledger_status status = ledger_tree_read_frontier(reader, before, size - 1);
    return status == LEDGER_OK
               ? ledger_store_known_entry(reader->store, last, size - 1, reader->error)
               : status;
}

static enum ledger_status not_as_signed(const struct ledger_checkpoint *checkpoint,
                                        struct ledger_error *error)
{
    return ledger_error_set(error, LEDGER_FORKED, 0,
                            "the first %llu entries are not those that the guard saw signed: "
                            "the ledger was changed; nothing is appended, verify it",
                            (unsigned long long)checkpoint->size);
}

static enum ledger_status check_root(struct ledger_frontier *before, struct ledger_span *last,
                                     struct ledger_store *store, struct ledger_hasher *hasher,
                                     const struct ledger_checkpoint *checkpoint,
                                     struct ledger_error *error)
{
    struct ledger_tree_reader reader = {store, hasher, error};
    struct ledger_frontier frontier;
    struct ledger_hash leaf;
    struct ledger_hash root;
    enum ledger_status status = read_edge(before, last, &reader, checkpoint->size);
    if (status != LEDGER_OK) {
        return status;
    }
    frontier = *before;
    ledger_tree_leaf(hasher, &leaf, *last);
    ledger_frontier_append(hasher, &frontier, &leaf, NULL, NULL);
    ledger_frontier_root(hasher, &root, &frontier);
    return ledger_hash_equal(&root, &checkpoint->root) ? LEDGER_OK
                                                       : not_as_signed(checkpoint, error);
}

static enum ledger_status check_place(struct ledger_store *store,
                                      const struct ledger_checkpoint *checkpoint,
                                      struct ledger_error *error)
{
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
    return status;
}

static enum ledger_status resume_state(struct ledger_state *state, struct ledger_verdict *verdict,
                                       struct ledger_store *store, struct ledger_hasher *hasher,
                                       const struct ledger_frontier *before,
                                       struct ledger_span last, struct ledger_error *error)
{
    struct ledger_authority *authority;
    bool fits = false;
    enum ledger_status status = ledger_authority_new(&authority);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot rebuild the authority");
    }
    status = ledger_authority_replay(authority, store, hasher, 0, before->size, error);
    if (status == LEDGER_OK) {
        status = ledger_state_resume(state, verdict, &fits, before, last, &authority);
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
    struct ledger_frontier before;
    struct ledger_span last;
    struct ledger_hash root;
    enum ledger_status status = check_place(store, checkpoint, error);
    if (status == LEDGER_OK) {
        status = check_root(&before, &last, store, hasher, checkpoint, error);
    }
    if (status == LEDGER_OK) {
        status = resume_state(state, verdict, store, hasher, &before, last, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_state_root(state, &root);
    if (!ledger_hash_equal(&root, &checkpoint->root)) {
        return not_as_signed(checkpoint, error);
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

/* A link is made from what the state remembers, and judged by it: only here is it compared with what
 * it leads to. */
static enum ledger_status rehash_one(struct ledger_frontier *frontier, struct ledger_hash *last,
                                     struct ledger_tree_reader *reader, bool linked)
{
    struct ledger_span bytes;
    struct ledger_hash previous;
    enum ledger_status status =
        ledger_store_known_entry(reader->store, &bytes, frontier->size, reader->error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (linked &&
        (!ledger_entry_peek_previous(&previous, bytes) || !ledger_hash_equal(&previous, last))) {
        return ledger_error_set(reader->error, LEDGER_SELF_CHECK, 0,
                                "entry %llu, read back, does not continue the entry before it: "
                                "nothing was signed; check memory and disk, then verify the ledger",
                                (unsigned long long)frontier->size);
    }
    ledger_tree_leaf(reader->hasher, last, bytes);
    ledger_frontier_append(reader->hasher, frontier, last, NULL, NULL);
    return LEDGER_OK;
}

/* The entries from `first` on, after the one before them, if there is one. */
static enum ledger_status rehash(struct ledger_frontier *frontier, struct ledger_hash *last,
                                 struct ledger_tree_reader *reader, uint64_t first, uint64_t end)
{
    enum ledger_status status =
        ledger_tree_read_frontier(reader, frontier, first > 0 ? first - 1 : 0);
    ledger_tree_empty_root(reader->hasher, last);
    while (status == LEDGER_OK && frontier->size < end) {
        status = rehash_one(frontier, last, reader, frontier->size >= first);
    }
    return status;
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
    struct ledger_hash last;
    uint64_t end = ledger_state_size(state);
    enum ledger_status status = ledger_store_begin(store, error);
    if (status == LEDGER_OK) {
        status = rehash(&forward, &last, &reader, first, end);
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
