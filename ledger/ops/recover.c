#include "ledger/ops/append_parts.h"
#include "ledger/ops/resume.h"
#include "ledger/store/store_write.h"

/* Adds a signed checkpoint that the guard already holds. It is there already if the guard was an
 * older one. */
static enum ledger_status store_checkpoint(struct ledger_appender *a, struct ledger_span note,
                                           struct ledger_error *error)
{
    struct ledger_span stored;
    uint64_t size = ledger_state_size(a->state);
    enum ledger_status status = ledger_store_begin_write(a->store, error);
    if (status == LEDGER_OK) {
        status = ledger_store_checkpoint(a->store, &stored, size, error);
    }
    if (status == LEDGER_OK && ledger_span_equal(stored, note)) {
        ledger_store_end(a->store);
        return LEDGER_OK;
    }
    if (status == LEDGER_OK || status == LEDGER_NOT_FOUND) {
        status = ledger_store_add_checkpoint(a->store, size, note, error);
    }
    return status == LEDGER_OK ? ledger_store_commit(a->store, error) : status;
}

enum ledger_status ledger_appender_release(struct ledger_appender *a, uint64_t first,
                                           struct ledger_error *error)
{
    uint8_t memory[LEDGER_SIGNED_CHECKPOINT_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_hash root;
    enum ledger_status status =
        ledger_read_back(&root, a->state, a->store, a->hasher, first, error);
    if (status == LEDGER_OK) {
        status = ledger_sign_checkpoint(&buffer, a->state, &root, &a->signing, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_guard_replace(a->guard, ledger_buffer_span(&buffer), error);
    }
    return status == LEDGER_OK ? store_checkpoint(a, ledger_buffer_span(&buffer), error) : status;
}

static enum ledger_status parse_guard(struct ledger_appender *a,
                                      struct ledger_checkpoint *checkpoint,
                                      struct ledger_verdict *verdict, struct ledger_error *error)
{
    if (ledger_checkpoint_parse(checkpoint, verdict, ledger_guard_bytes(a->guard))) {
        return LEDGER_OK;
    }
    return ledger_error_set(error, LEDGER_FORKED, 0, "the guard does not hold a checkpoint: %s",
                            verdict->detail);
}

/* An old guard does not hide that more was signed than is there now. */
static enum ledger_status check_checkpoints(struct ledger_appender *a, uint64_t size,
                                            struct ledger_error *error)
{
    struct ledger_span note;
    uint64_t last = 0;
    enum ledger_status status = ledger_store_last_checkpoint(a->store, &last, &note, error);
    if (status == LEDGER_OK && last > size) {
        return ledger_error_set(error, LEDGER_ROLLED_BACK, 0,
                                "the ledger has %llu entries and a checkpoint of %llu: it was cut "
                                "off; nothing is appended",
                                (unsigned long long)size, (unsigned long long)last);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

/* No signature but the one that is due covers the time of an entry. One that has not come yet would
 * keep all others out until it does, for good. */
static enum ledger_status check_time(const struct ledger_appender *a, struct ledger_error *error)
{
    int64_t last = ledger_state_time(a->state);
    int64_t now = a->clock(a->clock_context);
    if (now >= last - LEDGER_CLOCK_SLACK_MS) {
        return LEDGER_OK;
    }
    return ledger_error_set(error, LEDGER_CLOCK, 0,
                            "the clock is %lld s behind entry %llu, which was never signed: set it "
                            "right; if it is, that entry was damaged, and nothing is signed",
                            (long long)((last - now) / 1000),
                            (unsigned long long)(ledger_state_size(a->state) - 1));
}

/* Nodes of entries that a crash left unsigned are in the store already, from the same commit. */
enum ledger_status ledger_appender_recover(struct ledger_appender *a,
                                           struct ledger_verdict *verdict, uint64_t *recovered,
                                           struct ledger_error *error)
{
    struct ledger_checkpoint guarded;
    struct ledger_span stored;
    uint64_t size = 0;
    enum ledger_status status = parse_guard(a, &guarded, verdict, error);
    if (status == LEDGER_OK) {
        status = ledger_store_begin(a->store, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_resume(a->state, verdict, a->store, a->hasher, &guarded, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_size(a->store, &size, error);
    }
    if (status == LEDGER_OK) {
        status = check_checkpoints(a, size, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_compare_signed(a->state, a->store, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    *recovered = size - guarded.size;
    status = ledger_store_checkpoint(a->store, &stored, guarded.size, error);
    if (status == LEDGER_NOT_FOUND) {
        status = store_checkpoint(a, ledger_guard_bytes(a->guard), error);
    }
    if (status != LEDGER_OK || *recovered == 0) {
        return status;
    }
    status = ledger_store_begin(a->store, error);
    if (status == LEDGER_OK) {
        status = ledger_catch_up(a->state, verdict, a->store, size, error);
    }
    if (status != LEDGER_OK &&
        (a->history.error.status != LEDGER_OK || a->index_error.status != LEDGER_OK)) {
        return ledger_appender_cannot_judge(a, status, ledger_state_size(a->state), error);
    }
    if (status == LEDGER_OK) {
        status = check_time(a, error);
    }
    return status == LEDGER_OK ? ledger_appender_release(a, guarded.size, error) : status;
}
