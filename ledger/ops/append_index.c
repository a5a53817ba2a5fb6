#include <string.h>

#include "ledger/law/operator_record.h"
#include "ledger/ops/append_parts.h"
#include "ledger/store/store_write.h"

enum ledger_status ledger_appender_renew_state(struct ledger_appender *a,
                                               struct ledger_error *error)
{
    struct ledger_state *fresh;
    enum ledger_status status = ledger_state_new(&fresh, a->hasher);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot go on with ledger '%s'", a->path);
    }
    ledger_state_free(&a->state);
    a->state = fresh;
    a->matters_size = 0;
    ledger_state_set_history(a->state, &a->history.history);
    ledger_state_set_matters(a->state, &a->matters);
    return LEDGER_OK;
}

enum ledger_status ledger_appender_cannot_judge(const struct ledger_appender *a,
                                                enum ledger_status status, uint64_t index,
                                                struct ledger_error *error)
{
    if (a->index_error.status != status) {
        return ledger_matter_history_failed(&a->history, status, index, error);
    }
    return ledger_error_set(error, status, 0, "cannot judge entry %llu: %s",
                            (unsigned long long)index, a->index_error.what);
}

enum ledger_status ledger_appender_matters_root(void *context, struct ledger_hash *root,
                                                uint64_t before)
{
    struct ledger_appender *a = context;
    struct ledger_hash log;
    LEDGER_ASSERT(before == ledger_state_size(a->state));
    a->index_error.status = LEDGER_OK;
    if (a->matters_size != before) {
        ledger_state_root(a->state, &log);
        a->matters_size = 0;
        enum ledger_status status =
            ledger_matter_index_root(a->index, &a->matters_root, before, &log, &a->index_error);
        if (status != LEDGER_OK) {
            return status;
        }
        a->matters_size = before;
    }
    *root = a->matters_root;
    return LEDGER_OK;
}

static enum ledger_status keep_part(void *context, uint16_t bucket,
                                    const struct ledger_prefix_part *part)
{
    struct ledger_appender *a = context;
    return ledger_store_set_part(a->store, bucket, part, &a->index_error);
}

enum ledger_status ledger_appender_keep_parts(struct ledger_appender *a, struct ledger_error *error)
{
    enum ledger_status status = ledger_matter_index_changes(a->index, keep_part, a);
    return status == LEDGER_OK ? LEDGER_OK
                               : ledger_error_set(error, status, 0,
                                                  "cannot keep the parts of the index of matters: "
                                                  "%s",
                                                  a->index_error.what);
}

/* Whether all entries from `from` on, which were proved to be in the log, are what the operator
 * itself recorded. */
static enum ledger_status only_operators(struct ledger_appender *a, bool *only, uint64_t from,
                                         struct ledger_error *error)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    enum ledger_status status = LEDGER_OK;
    *only = true;
    for (uint64_t i = ledger_state_size(a->state); status == LEDGER_OK && *only && i > from; i--) {
        ledger_verdict_clear(&verdict);
        status = ledger_store_known_entry(a->store, &bytes, i - 1, error);
        if (status == LEDGER_OK) {
            *only = ledger_entry_parse(&entry, &verdict, bytes) &&
                    ledger_record_is_operators(&entry.record);
        }
    }
    return status;
}

static enum ledger_status read_matters(struct ledger_appender *a, struct ledger_matters_now *now,
                                       struct ledger_error *error)
{
    bool only = false;
    enum ledger_status status = ledger_appender_matters_root(a, &now->root, now->size);
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "%s", a->index_error.what);
    }
    status = ledger_matter_index_last(a->index, &now->last, now->size, error);
    if (status == LEDGER_NOT_FOUND) {
        return LEDGER_OK;
    }
    if (status == LEDGER_OK) {
        status = only_operators(a, &only, now->last, error);
    }
    now->stale = !only;
    return status;
}

enum ledger_status ledger_appender_matters(struct ledger_appender *appender,
                                           struct ledger_matters_now *now,
                                           struct ledger_error *error)
{
    LEDGER_ASSERT(!appender->failed);
    *now = (struct ledger_matters_now){
        .size = ledger_state_size(appender->state), .stale = true, .last = LEDGER_NO_ENTRY};
    enum ledger_status status = ledger_store_begin(appender->store, error);
    if (status == LEDGER_OK) {
        status = read_matters(appender, now, error);
        ledger_store_end(appender->store);
    }
    appender->failed = status != LEDGER_OK;
    return status;
}
