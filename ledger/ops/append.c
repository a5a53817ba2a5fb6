#include "ledger/ops/append.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "ledger/ops/append_parts.h"
#include "ledger/ops/files.h"
#include "ledger/store/durable_file.h"
#include "ledger/store/store_write.h"

/* The guard is one lock; the directory is another, for appenders that were given two guards. */
static enum ledger_status lock_directory(struct ledger_appender *a, struct ledger_error *error)
{
    a->directory = open(a->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (a->directory < 0) {
        return ledger_error_set(error, ledger_status_of_errno(errno), errno,
                                "cannot open ledger '%s'", a->path);
    }
    if (flock(a->directory, LOCK_EX | LOCK_NB) != 0) {
        int failed = errno;
        return ledger_error_set(error, failed == EWOULDBLOCK ? LEDGER_BUSY : LEDGER_IO, failed,
                                "another program is writing to ledger '%s'", a->path);
    }
    return LEDGER_OK;
}

static enum ledger_status open_files(struct ledger_appender *a, const char *guard_path,
                                     uint64_t map_size, struct ledger_error *error)
{
    enum ledger_status status = ledger_path_of_guard(a->guard_path, a->path, guard_path, error);
    if (status == LEDGER_OK) {
        status = lock_directory(a, error);
    }
    if (status == LEDGER_OK) {
        /* Who made the ledger may have been killed before its name was durable. */
        status = ledger_durable_sync_parent(a->path, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_guard_open(&a->guard, a->guard_path, error);
    }
    return status == LEDGER_OK
               ? ledger_store_open(&a->store, a->path, LEDGER_STORE_WRITE, map_size, error)
               : status;
}

static void keep_node(void *context, struct ledger_node node, const struct ledger_hash *hash)
{
    struct ledger_appender *a = context;
    if (a->node_status == LEDGER_OK) {
        a->node_status = ledger_store_add_node(a->store, node, hash, NULL);
    }
}

static enum ledger_status open_appender(struct ledger_appender *a, struct ledger_verdict *verdict,
                                        const char *path,
                                        const struct ledger_append_options *options,
                                        struct ledger_error *error)
{
    enum ledger_status status = ledger_path_with(a->path, path, "", error);
    if (status == LEDGER_OK) {
        status = open_files(a, options->guard_path, options->map_size, error);
    }
    if (status == LEDGER_OK && ledger_hasher_new(&a->hasher) != LEDGER_OK) {
        status = ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open ledger '%s'", path);
    }
    if (status == LEDGER_OK) {
        status = ledger_matter_index_new(&a->index, a->store, a->hasher, error);
    }
    if (status == LEDGER_OK) {
        ledger_matter_history_start(&a->history, a->store, a->hasher);
        a->matters = (struct ledger_matters){a, ledger_appender_matters_root};
        status = ledger_appender_renew_state(a, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_appender_recover(a, verdict, &a->recovered, error);
    }
    if (status == LEDGER_OK) {
        struct ledger_span origin = ledger_state_origin(a->state);
        memcpy(a->origin, origin.data, origin.size);
        ledger_store_end(a->store);
        ledger_state_watch_nodes(a->state, keep_node, a);
    }
    return status;
}

enum ledger_status ledger_appender_open(struct ledger_appender **out,
                                        struct ledger_verdict *verdict, const char *path,
                                        const struct ledger_signing *operator_key,
                                        const struct ledger_append_options *options,
                                        struct ledger_error *error)
{
    *out = NULL;
    ledger_verdict_clear(verdict);
    struct ledger_appender *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open ledger '%s'", path);
    }
    a->directory = -1;
    a->signing = *operator_key;
    a->clock = options->clock != NULL ? options->clock : ledger_system_clock;
    a->clock_context = options->clock_context;
    a->rested = options->rested;
    a->jobs = options->jobs;
    a->reserve = options->reserve != 0 ? options->reserve : LEDGER_RESERVE;
    enum ledger_status status = open_appender(a, verdict, path, options, error);
    if (status != LEDGER_OK) {
        ledger_appender_close(&a);
        return status;
    }
    *out = a;
    return LEDGER_OK;
}

void ledger_appender_close(struct ledger_appender **appender)
{
    struct ledger_appender *a = *appender;
    if (a == NULL) {
        return;
    }
    ledger_ahead_free(&a->ahead);
    ledger_matter_index_free(&a->index);
    ledger_store_close(&a->store);
    ledger_guard_close(&a->guard);
    if (a->directory >= 0) {
        close(a->directory);
    }
    ledger_state_free(&a->state);
    ledger_hasher_free(&a->hasher);
    free(a);
    *appender = NULL;
}

/* A state that is ahead of the store, because a batch was given up, starts anew from the store. */
static enum ledger_status start_anew(struct ledger_appender *a, struct ledger_error *error)
{
    struct ledger_verdict verdict;
    uint64_t recovered;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_appender_renew_state(a, error);
    if (status != LEDGER_OK) {
        return status;
    }
    status = ledger_appender_recover(a, &verdict, &recovered, error);
    ledger_store_end(a->store);
    ledger_state_watch_nodes(a->state, keep_node, a);
    return status;
}

/* Whatever fails from the commit on leaves open what the next start will find. */
static enum ledger_status commit_and_release(struct ledger_appender *a, uint64_t first,
                                             struct ledger_error *error)
{
    enum ledger_status status = ledger_store_commit(a->store, error);
    if (status == LEDGER_OK) {
        status = ledger_appender_release(a, first, error);
    }
    if (status == LEDGER_OK || status == LEDGER_SELF_CHECK) {
        return status;
    }
    if (error != NULL) {
        error->status = LEDGER_UNKNOWN;
    }
    return LEDGER_UNKNOWN;
}

/* Whether the key given may sign what was admitted. If not, the error says of a change of the
 * operator which of the two keys is needed. */
static enum ledger_status check_signing(const struct ledger_appender *a, bool was_operators,
                                        struct ledger_error *error)
{
    struct ledger_error ignored;
    error = error != NULL ? error : &ignored;
    enum ledger_status status = ledger_check_operator(a->state, &a->signing, error);
    if (status != LEDGER_WRONG_KEY) {
        return status;
    }
    const struct ledger_vkey *due =
        &ledger_authority_operator(ledger_state_authority_view(a->state))->vkey;
    if (was_operators) {
        return ledger_error_set(error, status, 0,
                                "the batch replaces the operator's key: append it with the NEW "
                                "key, '%s' with key ID %08x, not with the old one, which was given "
                                "(key ID %08x)",
                                due->name, (unsigned)due->id, (unsigned)a->signing.vkey->id);
    }
    size_t used = strlen(error->what);
    (void)snprintf(error->what + used, sizeof error->what - used,
                   ": if the operator's key was replaced, the NEW one is needed");
    return status;
}

static enum ledger_status append_batch(struct ledger_appender *a, struct ledger_receipt *receipts,
                                       size_t *refused, struct ledger_verdict *verdict,
                                       const struct ledger_span *notes, size_t count,
                                       struct ledger_error *error)
{
    uint64_t first = ledger_state_size(a->state);
    bool was_operators = ledger_check_operator(a->state, &a->signing, NULL) == LEDGER_OK;
    bool fit = false;
    enum ledger_status status =
        ledger_appender_admit(a, &fit, receipts, refused, verdict, notes, count, error);
    bool grown = ledger_state_size(a->state) > first;
    if (status == LEDGER_OK && fit && grown) {
        /* Before the commit: afterwards the wrong key could not sign what it admitted. */
        status = check_signing(a, was_operators, error);
    }
    if (status != LEDGER_OK || !fit || !grown) {
        ledger_store_end(a->store);
        if (status == LEDGER_OK && grown) {
            status = start_anew(a, error);
        }
        if (status == LEDGER_OK && fit) {
            verdict->finding = LEDGER_VALID;
        }
        return status;
    }
    status = commit_and_release(a, first, error);
    if (status == LEDGER_OK) {
        verdict->finding = LEDGER_VALID;
    }
    return status;
}

enum ledger_status ledger_append(struct ledger_appender *appender, struct ledger_receipt *receipts,
                                 size_t *refused, struct ledger_verdict *verdict,
                                 const struct ledger_span *notes, size_t count,
                                 struct ledger_error *error)
{
    LEDGER_ASSERT(count > 0 && count <= LEDGER_BATCH_MAX && !appender->failed);
    ledger_verdict_clear(verdict);
    *refused = 0;
    enum ledger_status status =
        append_batch(appender, receipts, refused, verdict, notes, count, error);
    appender->failed = status != LEDGER_OK;
    return status;
}

struct ledger_span ledger_appender_origin(const struct ledger_appender *appender)
{
    return ledger_span_of(appender->origin);
}

uint64_t ledger_appender_size(const struct ledger_appender *appender)
{
    return ledger_state_size(appender->state);
}

uint64_t ledger_appender_recovered(const struct ledger_appender *appender)
{
    return appender->recovered;
}
