#include "ledger/ops/import.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/ops/ahead.h"
#include "ledger/ops/checkpoint_check.h"
#include "ledger/ops/files.h"
#include "ledger/ops/import_matters.h"
#include "ledger/ops/matter_history.h"
#include "ledger/ops/new_place.h"
#include "ledger/ops/published.h"
#include "ledger/ops/resume.h"
#include "ledger/store/guard.h"
#include "ledger/store/store_write.h"

#define ENTRIES_IN_ONE_TRANSACTION 1024u

struct import {
    const struct ledger_import_options *options;
    struct ledger_import_report *report;
    struct ledger_verdict *verdict;
    struct ledger_error *error;
    struct ledger_new_place place;
    struct ledger_hasher *hasher;
    struct ledger_state *state;
    struct ledger_store *store;
    struct ledger_matter_history history;
    struct ledger_import_matters matters;
    struct ledger_published published;
    struct ledger_published_walk walk;
    struct ledger_ahead *ahead;
    struct ledger_guard *guard;       /* that was there, or NULL; in the end the one made */
    bool guard_made;                  /* here, and locked: nobody else makes a ledger with it */
    struct ledger_checkpoint guarded; /* what the one that was there holds */
    bool guard_agrees;                /* with the entries so far */
    enum ledger_status node_status;   /* of the node sink, which cannot answer */
};

/* Every step answers LEDGER_OK; that it found something shows in the verdict. */
static bool clean(const struct import *m)
{
    return m->verdict->finding == LEDGER_NOT_CHECKED;
}

/* --- the guard of a ledger that was lost --- */

static enum ledger_status open_guard(struct import *m)
{
    struct ledger_verdict verdict;
    if (!ledger_new_place_has_guard(&m->place)) {
        return LEDGER_OK;
    }
    ledger_verdict_clear(&verdict);
    m->report->guard_was_there = true;
    enum ledger_status status = ledger_guard_open(&m->guard, m->place.guard, m->error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_checkpoint_parse(&m->guarded, &verdict, ledger_guard_bytes(m->guard)) ||
        !ledger_span_equal(m->guarded.origin, m->published.checkpoint.origin)) {
        return ledger_error_set(m->error, LEDGER_FORKED, 0,
                                "the guard '%s' holds no checkpoint of '%.*s'", m->place.guard,
                                LEDGER_SPAN_ARGS(m->published.checkpoint.origin));
    }
    return m->guarded.size <= m->published.checkpoint.size
               ? LEDGER_OK
               : ledger_error_set(m->error, LEDGER_ROLLED_BACK, 0,
                                  "the publication has %llu entries, the guard '%s' saw %llu "
                                  "signed: look for a newer one",
                                  (unsigned long long)m->published.checkpoint.size, m->place.guard,
                                  (unsigned long long)m->guarded.size);
}

static void compare_guard(struct import *m)
{
    struct ledger_hash root;
    if (m->guard != NULL && m->guarded.size == ledger_state_size(m->state)) {
        ledger_state_root(m->state, &root);
        m->guard_agrees = ledger_hash_equal(&root, &m->guarded.root);
    }
}

/* Holds the guard that was just made. In between another import may have found it, and made the
 * ledger with it: then it is that one's, and stays. */
static enum ledger_status hold_guard(struct import *m, struct ledger_span note)
{
    enum ledger_status status = ledger_guard_open(&m->guard, m->place.guard, m->error);
    if (status == LEDGER_BUSY) {
        return status;
    }
    if (status != LEDGER_OK) {
        unlink(m->place.guard);
        return status;
    }
    m->guard_made = ledger_span_equal(ledger_guard_bytes(m->guard), note) &&
                    !ledger_new_place_has_ledger(&m->place);
    return m->guard_made ? LEDGER_OK
                         : ledger_error_set(m->error, LEDGER_EXISTS, 0,
                                            "cannot create '%s': another program did, with the "
                                            "guard '%s'",
                                            m->place.path, m->place.guard);
}

static enum ledger_status put_guard(struct import *m)
{
    struct ledger_span note = ledger_tiles_file_span(&m->published.note);
    if (m->guard == NULL) {
        enum ledger_status status = ledger_file_create(m->place.guard, note, m->error);
        return status == LEDGER_OK ? hold_guard(m, note) : status;
    }
    return m->guarded.size == m->published.checkpoint.size
               ? LEDGER_OK
               : ledger_guard_replace(m->guard, note, m->error);
}

/* --- entries --- */

static void keep_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    struct import *m = context;
    if (m->node_status == LEDGER_OK) {
        m->node_status = ledger_store_add_node(m->store, node, hash, m->error);
    }
}

static enum ledger_status store_entry(struct import *m, const struct ledger_entry *entry,
                                      struct ledger_span bytes)
{
    enum ledger_status status = m->node_status;
    if (status == LEDGER_OK) {
        status = ledger_store_add_entry(m->store, m->hasher, entry, bytes, m->error);
    }
    if (status == LEDGER_EXISTS) { /* the only row that another entry can have made */
        ledger_verdict_set(m->verdict, LEDGER_REPEATED_RECORD,
                           "entry %llu has the record of an earlier entry again",
                           (unsigned long long)entry->index);
        return LEDGER_OK;
    }
    return status;
}

static enum ledger_status admit(struct import *m, const struct ledger_ahead_item *item)
{
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    uint64_t index = ledger_state_size(m->state);
    enum ledger_status status =
        ledger_ahead_accept(m->ahead, m->verdict, &fits, &entry, &leaf, item);
    if (status != LEDGER_OK) {
        return ledger_matter_history_failed(&m->history, status, index, m->error);
    }
    if (!fits) {
        return LEDGER_OK;
    }
    status = store_entry(m, &entry, item->bytes);
    if (status == LEDGER_OK && clean(m)) {
        status = ledger_import_matters_of(&m->matters, m->verdict, m->store, &entry,
                                          ledger_state_step(m->state));
    }
    compare_guard(m);
    return status;
}

static enum ledger_status next_transaction(struct import *m)
{
    enum ledger_status status =
        m->store->txn != NULL ? ledger_store_commit(m->store, m->error) : LEDGER_OK;
    if (m->options->progress != NULL) {
        m->options->progress(m->options->progress_context, ledger_state_size(m->state),
                             m->published.checkpoint.size);
    }
    return status == LEDGER_OK ? ledger_store_begin_write(m->store, m->error) : status;
}

static enum ledger_status admit_each(struct import *m)
{
    struct ledger_ahead_item item;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && clean(m)) {
        if (!ledger_ahead_next(m->ahead, &item)) {
            return ledger_published_walk_end(&m->walk, m->verdict, m->error);
        }
        if (ledger_state_size(m->state) % ENTRIES_IN_ONE_TRANSACTION == 0) {
            status = next_transaction(m);
        }
        if (status == LEDGER_OK) {
            status = admit(m, &item);
        }
    }
    return status;
}

static enum ledger_status admit_all(struct import *m)
{
    const struct ledger_ahead_source source = {&m->walk, ledger_published_walk_next, false, NULL};
    m->walk.published = &m->published;
    enum ledger_status status =
        ledger_ahead_new(&m->ahead, m->options->jobs, &source, m->state, m->hasher);
    status = status == LEDGER_OK ? admit_each(m)
                                 : ledger_error_set(m->error, status, 0, "cannot read the entries");
    ledger_ahead_free(&m->ahead);
    return status;
}

/* --- the end --- */

static bool is_signed_by_operator(struct import *m)
{
    const struct ledger_checkpoint *checkpoint = &m->published.checkpoint;
    m->verdict->entry = checkpoint->size - 1;
    return ledger_checkpoint_of_operator(m->verdict, m->state, checkpoint) &&
           ledger_checkpoint_of_entries(m->verdict, m->state, checkpoint);
}

/* The last transaction, with the checkpoint; then everything is read back, by a second path. */
static enum ledger_status complete(struct import *m)
{
    const struct ledger_checkpoint *checkpoint = &m->published.checkpoint;
    enum ledger_status status = ledger_store_add_checkpoint(
        m->store, checkpoint->size, ledger_tiles_file_span(&m->published.note), m->error);
    if (status == LEDGER_OK) {
        status = ledger_store_commit(m->store, m->error);
    }
    struct ledger_hash root;
    if (status == LEDGER_OK) {
        status = ledger_read_back(&root, m->state, m->store, m->hasher, 0, m->error);
    }
    if (status == LEDGER_OK && !ledger_hash_equal(&root, &checkpoint->root)) {
        status = ledger_error_set(m->error, LEDGER_SELF_CHECK, 0,
                                  "the entries read back are not those that the checkpoint has "
                                  "signed: check memory and disk");
    }
    ledger_store_close(&m->store);
    if (status == LEDGER_OK && m->guard != NULL && !m->guard_agrees) {
        return ledger_error_set(m->error, LEDGER_FORKED, 0,
                                "the first %llu entries are not those that the guard '%s' saw "
                                "signed: two histories are signed; keep both",
                                (unsigned long long)m->guarded.size, m->place.guard);
    }
    return status;
}

static enum ledger_status put_in_place(struct import *m)
{
    enum ledger_status status = put_guard(m);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_new_place_take(&m->place, m->error);
    if (status != LEDGER_OK && status != LEDGER_UNKNOWN && m->guard_made) {
        unlink(m->place.guard);
    }
    return status;
}

static enum ledger_status fill(struct import *m)
{
    enum ledger_status status =
        ledger_store_create(&m->store, m->place.temporary, m->published.checkpoint.origin,
                            m->options->map_size, m->error);
    if (status == LEDGER_OK) {
        status = ledger_import_matters_start(&m->matters, m->hasher, m->error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_matter_history_start(&m->history, m->store, m->hasher);
    ledger_state_set_matters(m->state, &m->matters.judged.matters);
    ledger_state_set_history(m->state, &m->history.history);
    ledger_state_watch_nodes(m->state, keep_node, m);
    status = admit_all(m);
    return status == LEDGER_OK && clean(m) && is_signed_by_operator(m) ? complete(m) : status;
}

static enum ledger_status build(struct import *m)
{
    enum ledger_status status = ledger_new_place_make(&m->place, m->error);
    if (status == LEDGER_OK) {
        status = ledger_new_place_filled(fill(m), m->error);
    }
    return status == LEDGER_OK && clean(m) ? put_in_place(m) : status;
}

/* What is known before an entry is read: the checkpoint is one that the policy trusts, and a guard
 * can hold it. */
static bool check_checkpoint(struct import *m)
{
    if (m->published.note.size >= LEDGER_GUARD_MAX) {
        return ledger_verdict_set(m->verdict, LEDGER_TOO_LONG,
                                  "the checkpoint is too long for a guard");
    }
    return ledger_policy_check(m->options->policy, NULL, m->verdict, &m->published.checkpoint);
}

static enum ledger_status import(struct import *m, const char *directory, const char *path)
{
    enum ledger_status status =
        ledger_new_place_start(&m->place, path, m->options->guard_path, m->error);
    if (status == LEDGER_OK && (ledger_hasher_new(&m->hasher) != LEDGER_OK ||
                                ledger_state_new(&m->state, m->hasher) != LEDGER_OK)) {
        status = ledger_error_set(m->error, LEDGER_NO_MEMORY, 0, "cannot import '%s'", directory);
    }
    if (status == LEDGER_OK) {
        status = ledger_published_open(&m->published, m->verdict, directory, m->error);
    }
    if (status != LEDGER_OK || !clean(m) || !check_checkpoint(m)) {
        return status;
    }
    status = open_guard(m);
    return status == LEDGER_OK ? build(m) : status;
}

static void fill_report(struct import *m)
{
    struct ledger_span origin = ledger_state_origin(m->state);
    memcpy(m->report->origin, origin.data, origin.size);
    m->report->size = ledger_state_size(m->state);
    ledger_state_root(m->state, &m->report->root);
}

static void close_all(struct import *m)
{
    ledger_store_close(&m->store);
    ledger_new_place_leave(&m->place);
    ledger_guard_close(&m->guard);
    ledger_published_close(&m->published);
    ledger_import_matters_free(&m->matters);
    ledger_state_free(&m->state);
    ledger_hasher_free(&m->hasher);
    free(m);
}

enum ledger_status ledger_import(struct ledger_import_report *report,
                                 struct ledger_verdict *verdict, const char *directory,
                                 const char *path, const struct ledger_import_options *options,
                                 struct ledger_error *error)
{
    struct ledger_error own;
    struct import *m = calloc(1, sizeof *m);
    LEDGER_ASSERT(options->policy != NULL);
    ledger_verdict_clear(verdict);
    memset(report, 0, sizeof *report);
    if (m == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot import '%s'", directory);
    }
    m->options = options;
    m->report = report;
    m->verdict = verdict;
    m->error = error != NULL ? error : &own;
    m->published.dir.fd = -1;
    enum ledger_status status = import(m, directory, path);
    if (m->state != NULL) {
        fill_report(m);
    }
    if (status == LEDGER_OK && clean(m)) {
        verdict->finding = LEDGER_VALID;
        verdict->entry = LEDGER_NO_ENTRY;
    }
    close_all(m);
    return status;
}
