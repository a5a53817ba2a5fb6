#include "ledger/ops/append.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "ledger/law/operator_record.h"
#include "ledger/ops/ahead.h"
#include "ledger/ops/append_parts.h"
#include "ledger/ops/files.h"
#include "ledger/store/file_system.h"
#include "ledger/store/store_write.h"
#include "ledger/store/tree_reader.h"

#define NOTES_FOR_THREADS 32

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

/* The ledger's time: never before the last entry's, and not by a clock that went back. */
static enum ledger_status take_time(struct ledger_appender *a, int64_t *now,
                                    struct ledger_error *error)
{
    int64_t last = ledger_state_time(a->state);
    *now = a->clock(a->clock_context);
    if (*now < 0 || *now > LEDGER_TIME_MAX) {
        return ledger_error_set(error, LEDGER_CLOCK, 0, "the system's clock is out of range");
    }
    if (*now < last - LEDGER_CLOCK_SLACK_MS) {
        return ledger_error_set(error, LEDGER_CLOCK, 0,
                                "the clock is %lld s behind the last entry: set it right",
                                (long long)((last - *now) / 1000));
    }
    if (*now > last + LEDGER_REST_MS && !a->rested) {
        return ledger_error_set(error, LEDGER_CLOCK, 0,
                                "the clock is %lld days ahead of the last entry: set it right, or, "
                                "if the ledger really rested that long, say so (--rested)",
                                (long long)((*now - last) / (24 * 3600 * 1000)));
    }
    *now = *now > last ? *now : last;
    return LEDGER_OK;
}

/* What the store shows at `index` is believed only if it is in the tree of the state, which was
 * compared with what was signed: neither the row that led here nor the entry is signed itself. */
static enum ledger_status prove_entry(struct ledger_appender *a, const struct ledger_hash *leaf,
                                      uint64_t index, struct ledger_error *error)
{
    struct ledger_tree_reader reader = {a->store, a->hasher, error};
    struct ledger_tree_proof path;
    struct ledger_hash root;
    uint64_t size = ledger_state_size(a->state);
    enum ledger_status status =
        ledger_inclusion_prove(a->hasher, &path, index, size, ledger_tree_read_node, &reader);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_state_root(a->state, &root);
    return ledger_inclusion_check(a->hasher, &path, index, size, leaf, &root)
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_DAMAGED, 0,
                                  "entry %llu is not the one that was signed: the ledger was "
                                  "changed; nothing is appended, verify it",
                                  (unsigned long long)index);
}

/* The entry that the index names for a record's text, whose index row may lie. */
static enum ledger_status read_existing(struct ledger_appender *a, struct ledger_entry *entry,
                                        struct ledger_hash *leaf, struct ledger_verdict *verdict,
                                        const struct ledger_record *record, uint64_t index,
                                        struct ledger_error *error)
{
    struct ledger_span bytes;
    if (index >= ledger_state_size(a->state)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the index 'records' leads to entry %llu, which is not there: "
                                "nothing is appended, verify the ledger",
                                (unsigned long long)index);
    }
    enum ledger_status status = ledger_store_known_entry(a->store, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_entry_parse(entry, verdict, bytes)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is damaged: %s",
                                (unsigned long long)index, verdict->detail);
    }
    if (entry->index != index || !ledger_span_equal(entry->record.note.text, record->note.text)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the index 'records' leads to entry %llu, which has another %s: "
                                "nothing is appended, verify the ledger",
                                (unsigned long long)index,
                                entry->index != index ? "index" : "record");
    }
    ledger_tree_leaf(a->hasher, leaf, bytes);
    return prove_entry(a, leaf, index, error);
}

/* Whether the ledger has the record already: then its receipt is filled and `*known` set, or, if
 * the signatures are others, it is refused. */
static enum ledger_status look_up(struct ledger_appender *a, bool *known, bool *refused,
                                  struct ledger_receipt *receipt, struct ledger_verdict *verdict,
                                  const struct ledger_record *record, struct ledger_span note,
                                  struct ledger_error *error)
{
    struct ledger_hash text;
    struct ledger_hash leaf;
    struct ledger_entry entry;
    uint64_t index = 0;
    ledger_hash_bytes(a->hasher, &text, record->note.text);
    enum ledger_status status = ledger_store_find_record(a->store, &index, &text, error);
    *known = status == LEDGER_OK;
    if (!*known) {
        return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
    }
    status = read_existing(a, &entry, &leaf, verdict, record, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_span_equal(entry.note, note)) {
        verdict->entry = index;
        *refused = true;
        ledger_verdict_set(verdict, LEDGER_OTHER_SIGNATURES,
                           "entry %llu has the same text with other signatures",
                           (unsigned long long)index);
        return LEDGER_OK;
    }
    receipt->index = index;
    receipt->existing = true;
    receipt->leaf = leaf;
    return LEDGER_OK;
}

static enum ledger_status admit_new(struct ledger_appender *a, bool *fits,
                                    struct ledger_receipt *receipt, struct ledger_verdict *verdict,
                                    const struct ledger_ahead_item *note, int64_t now,
                                    struct ledger_error *error)
{
    struct ledger_buffer buffer = ledger_buffer_in(a->entry, sizeof a->entry);
    struct ledger_entry entry;
    receipt->index = ledger_state_size(a->state);
    receipt->existing = false;
    ledger_state_compose(a->state, &buffer, now, note->bytes);
    if (buffer.overflow) {
        *fits = ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                   "as an entry the record is over %d bytes", LEDGER_ENTRY_MAX);
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_state_accept_record(
        a->state, verdict, fits, &entry, &receipt->leaf, ledger_buffer_span(&buffer),
        note->foreseen != NULL ? &note->foreseen->record : NULL);
    if (status != LEDGER_OK) {
        return ledger_appender_cannot_judge(a, status, receipt->index, error);
    }
    if (*fits) {
        status =
            ledger_store_add_entry(a->store, a->hasher, &entry, ledger_buffer_span(&buffer), error);
    }
    return status == LEDGER_OK && *fits && ledger_record_is_index(&entry.record)
               ? ledger_appender_keep_parts(a, error)
               : status;
}

static enum ledger_status admit(struct ledger_appender *a, struct ledger_ahead *ahead, bool *fits,
                                struct ledger_receipt *receipt, struct ledger_verdict *verdict,
                                const struct ledger_ahead_item *note, int64_t now,
                                struct ledger_error *error)
{
    struct ledger_record record;
    bool known = false;
    bool refused = false;
    verdict->entry = ledger_state_size(a->state);
    *fits = ledger_record_parse(&record, verdict, note->bytes);
    if (!*fits) {
        return LEDGER_OK;
    }
    enum ledger_status status =
        look_up(a, &known, &refused, receipt, verdict, &record, note->bytes, error);
    if (status != LEDGER_OK || known) {
        *fits = !refused;
        return status;
    }
    bool change = ledger_record_is_authority(&record);
    if (change) {
        ledger_ahead_hold(ahead);
    }
    status = admit_new(a, fits, receipt, verdict, note, now, error);
    if (change) {
        ledger_ahead_release(ahead);
    }
    return status;
}

/* The notes of a batch, in order. */
struct notes {
    const struct ledger_span *notes;
    size_t count;
    size_t next;
};

static bool next_note(void *context, struct ledger_span *bytes)
{
    struct notes *notes = context;
    if (notes->next == notes->count) {
        return false;
    }
    *bytes = notes->notes[notes->next++];
    return true;
}

static enum ledger_status admit_each(struct ledger_appender *a, struct ledger_ahead *ahead,
                                     bool *fit, struct ledger_receipt *receipts, size_t *refused,
                                     struct ledger_verdict *verdict, int64_t now,
                                     struct ledger_error *error)
{
    struct ledger_ahead_item note;
    enum ledger_status status = LEDGER_OK;
    for (size_t i = 0; status == LEDGER_OK && *fit && ledger_ahead_next(ahead, &note); i++) {
        *refused = i;
        status = admit(a, ahead, fit, &receipts[i], verdict, &note, now, error);
        if (status == LEDGER_OK && a->node_status != LEDGER_OK) {
            status = ledger_error_set(error, a->node_status, 0, "cannot write a tree node");
        }
    }
    return status;
}

/* Threads are worth their start for many signatures only. */
static enum ledger_status admit_ahead(struct ledger_appender *a, bool *fit,
                                      struct ledger_receipt *receipts, size_t *refused,
                                      struct ledger_verdict *verdict,
                                      const struct ledger_span *notes, size_t count, int64_t now,
                                      struct ledger_error *error)
{
    struct notes list = {notes, count, 0};
    const struct ledger_ahead_source source = {&list, next_note, true};
    struct ledger_ahead *ahead;
    if (ledger_ahead_new(&ahead, count < NOTES_FOR_THREADS ? 1 : a->jobs, &source, a->state,
                         a->hasher) != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot append");
    }
    enum ledger_status status = admit_each(a, ahead, fit, receipts, refused, verdict, now, error);
    ledger_ahead_free(&ahead);
    return status;
}

static enum ledger_status admit_all(struct ledger_appender *a, bool *fit,
                                    struct ledger_receipt *receipts, size_t *refused,
                                    struct ledger_verdict *verdict, const struct ledger_span *notes,
                                    size_t count, struct ledger_error *error)
{
    int64_t now = 0;
    enum ledger_status status = take_time(a, &now, error);
    if (status == LEDGER_OK) {
        status = ledger_file_system_has(a->path, a->reserve, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_file_system_has(a->guard_path, a->reserve, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_store_begin_write(a->store, error);
    }
    *fit = true;
    a->node_status = LEDGER_OK;
    return status == LEDGER_OK
               ? admit_ahead(a, fit, receipts, refused, verdict, notes, count, now, error)
               : status;
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
    enum ledger_status status = admit_all(a, &fit, receipts, refused, verdict, notes, count, error);
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
