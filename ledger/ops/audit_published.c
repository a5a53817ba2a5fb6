#include "ledger/ops/audit_published.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/law/state.h"
#include "ledger/ops/doubt.h"
#include "ledger/ops/published.h"
#include "ledger/ops/published_memory.h"
#include "ledger/ops/published_tiles.h"

/* Large, so allocated. */
struct audit {
    const struct ledger_audit_options *options;
    struct ledger_audit_report *report;
    struct ledger_verdict *verdict;
    struct ledger_error *error;
    struct ledger_hasher *hasher;
    struct ledger_state *state;
    struct ledger_published published;
    struct ledger_published_memory memory;
    struct ledger_published_tiles tiles;
    struct ledger_checkpoint since; /* what the auditor saw before */
    bool since_differs;
    bool complete; /* every check was made */
};

/* Every step answers LEDGER_OK; that it found something shows in the verdict. */
static bool clean(const struct audit *a)
{
    return a->verdict->finding == LEDGER_NOT_CHECKED;
}

static void count_step(struct audit *a, uint64_t index)
{
    const struct ledger_step *step = ledger_state_step(a->state);
    a->report->ruled += step->ruled ? 1 : 0;
    if (step->late_ms == 0) {
        return;
    }
    a->report->late++;
    if (a->options->notice != NULL) {
        struct ledger_notice notice = {.type = LEDGER_NOTICE_LATE,
                                       .entry = index,
                                       .from = step->term_from,
                                       .term_days = step->term_days,
                                       .late_ms = step->late_ms};
        a->options->notice(a->options->notice_context, &notice);
    }
}

static void count_entry(struct audit *a, const struct ledger_entry *entry, size_t size)
{
    struct ledger_audit_report *report = a->report;
    if (report->entries == 0) {
        struct ledger_span origin = ledger_state_origin(a->state);
        memcpy(report->origin, origin.data, origin.size);
        report->first_time_ms = entry->time_ms;
    }
    report->entries++;
    report->bytes += size;
    report->signatures += entry->record.note.count;
    report->authority_records += ledger_record_is_authority(&entry->record) ? 1 : 0;
    report->last_time_ms = entry->time_ms;
}

static void compare_since(struct audit *a)
{
    struct ledger_hash root;
    if (a->options->since.size == 0 || a->since.size != ledger_state_size(a->state)) {
        return;
    }
    ledger_state_root(a->state, &root);
    a->report->since_size = a->since.size;
    a->since_differs = !ledger_hash_equal(&root, &a->since.root);
}

/* What was kept of earlier entries failed. That their files changed is found, not suffered. */
static enum ledger_status not_read_again(struct audit *a, enum ledger_status status)
{
    if (a->memory.changed) {
        a->verdict->entry = a->memory.changed_entry;
        ledger_verdict_set(a->verdict, LEDGER_STORE_DAMAGED, "%s", a->memory.error.what);
        return LEDGER_OK;
    }
    bool told = a->memory.error.status == status;
    return ledger_error_set(a->error, status, 0, "cannot judge entry %llu%s%s",
                            (unsigned long long)ledger_state_size(a->state), told ? ": " : "",
                            told ? a->memory.error.what : "");
}

static enum ledger_status check_entry(struct audit *a, struct ledger_span bytes)
{
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    enum ledger_status status =
        ledger_state_accept(a->state, a->verdict, &fits, &entry, &leaf, bytes);
    if (status == LEDGER_OK && fits) {
        status = ledger_published_memory_add(&a->memory, a->verdict, &entry, bytes, &leaf);
    }
    if (status != LEDGER_OK) {
        return not_read_again(a, status);
    }
    if (a->tiles.status != LEDGER_OK) {
        *a->error = a->tiles.error;
        return a->tiles.status;
    }
    if (clean(a)) {
        count_entry(a, &entry, bytes.size);
        count_step(a, entry.index);
        compare_since(a);
    }
    return LEDGER_OK;
}

static void report_progress(const struct audit *a)
{
    uint64_t done = a->published.next;
    if (a->options->progress != NULL && (done % 256 == 0 || done == a->report->size)) {
        a->options->progress(a->options->progress_context, done, a->report->size);
    }
}

static enum ledger_status check_entries(struct audit *a)
{
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && clean(a) && a->published.next < a->report->size) {
        struct ledger_span bytes;
        status = ledger_published_next(&a->published, &bytes, a->verdict, a->error);
        if (status == LEDGER_OK && clean(a)) {
            status = check_entry(a, bytes);
            report_progress(a);
        }
    }
    return status;
}

static bool checkpoint_is_signed(struct audit *a)
{
    const struct ledger_checkpoint *checkpoint = &a->published.checkpoint;
    const struct ledger_authority_line *line =
        ledger_authority_operator(ledger_state_authority_view(a->state));
    if (!ledger_span_equal(checkpoint->origin, ledger_state_origin(a->state))) {
        return ledger_verdict_set(a->verdict, LEDGER_OTHER_ORIGIN, "the checkpoint is of '%.*s'",
                                  LEDGER_SPAN_ARGS(checkpoint->origin));
    }
    if (ledger_note_signed_by(&checkpoint->note, &line->vkey, NULL) != LEDGER_SIGNED_WELL) {
        return ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_UNSIGNED,
                                  "the checkpoint of size %llu has no good signature of the "
                                  "operator's key %08x",
                                  (unsigned long long)checkpoint->size, (unsigned)line->vkey.id);
    }
    return true;
}

/* The files end before the entries do: is it the operator who says that there are more? */
static void check_beyond(struct audit *a)
{
    uint64_t end = ledger_state_size(a->state);
    if (!a->published.cut_off || end == 0) {
        return;
    }
    struct ledger_verdict missing = *a->verdict;
    ledger_verdict_clear(a->verdict);
    a->verdict->entry = end;
    if (checkpoint_is_signed(a)) {
        ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_BEYOND,
                           "the operator signed %llu entries; %s",
                           (unsigned long long)a->report->size, missing.detail);
    }
}

static void check_checkpoint(struct audit *a)
{
    const struct ledger_checkpoint *checkpoint = &a->published.checkpoint;
    struct ledger_span note = ledger_tiles_file_span(&a->published.note);
    struct ledger_hash root;
    a->verdict->entry = checkpoint->size - 1;
    if (!checkpoint_is_signed(a)) {
        return;
    }
    ledger_state_root(a->state, &root);
    if (!ledger_hash_equal(&root, &checkpoint->root)) {
        ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_ROOT,
                           "the operator signed another root for the first %llu entries",
                           (unsigned long long)checkpoint->size);
        return;
    }
    a->report->checkpoints++;
    a->report->checkpoint_size = note.size;
    memcpy(a->report->checkpoint, note.data, note.size);
    a->verdict->entry = LEDGER_NO_ENTRY;
    ledger_policy_check(a->options->policy, &a->report->policy, a->verdict, checkpoint);
}

static void check_since(struct audit *a)
{
    if (a->options->since.size == 0) {
        return;
    }
    if (!ledger_span_equal(a->since.origin, ledger_state_origin(a->state))) {
        ledger_verdict_set(a->verdict, LEDGER_OTHER_ORIGIN,
                           "the checkpoint seen before is of '%.*s'",
                           LEDGER_SPAN_ARGS(a->since.origin));
    } else if (a->since.size > a->report->size) {
        a->verdict->entry = a->report->size;
        ledger_verdict_set(a->verdict, LEDGER_OLDER_THAN_SEEN,
                           "%llu entries were seen signed before, there are %llu now",
                           (unsigned long long)a->since.size, (unsigned long long)a->report->size);
    } else if (a->since_differs) {
        a->verdict->entry = a->since.size - 1;
        ledger_verdict_set(a->verdict, LEDGER_FORK,
                           "the first %llu entries are not those that were seen signed before: "
                           "two histories of '%s' carry the operator's signature; keep both "
                           "checkpoints, they are the evidence",
                           (unsigned long long)a->since.size, a->report->origin);
    }
}

static void check_tiles(struct audit *a)
{
    if (a->tiles.first.finding != LEDGER_NOT_CHECKED) {
        *a->verdict = a->tiles.first;
    }
    a->complete = true;
}

/* A ledger_doubt_entry. */
static enum ledger_status read_again(void *context, struct ledger_span *bytes, uint64_t index,
                                     struct ledger_error *error)
{
    struct audit *a = context;
    (void)error;
    return index < a->memory.size ? ledger_published_memory_read(&a->memory, bytes, index)
                                  : LEDGER_NOT_FOUND;
}

static enum ledger_status list_doubts(struct audit *a)
{
    enum ledger_status status = ledger_doubt_report_by(
        a->report, a->options, read_again, a, ledger_state_authority_view(a->state), a->error);
    return status == LEDGER_OK ? LEDGER_OK : not_read_again(a, status);
}

static enum ledger_status check_all(struct audit *a)
{
    static void (*const steps[])(struct audit *) = {check_checkpoint, check_since, check_tiles};
    enum ledger_status status = check_entries(a);
    if (status == LEDGER_OK) {
        check_beyond(a);
    }
    ledger_state_root(a->state, &a->report->root);
    a->report->authority_lines = ledger_authority_count(ledger_state_authority_view(a->state));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (status == LEDGER_OK && clean(a)) {
            steps[i](a);
        }
    }
    a->report->nodes = a->tiles.hashes;
    return status == LEDGER_OK && a->complete && clean(a) ? list_doubts(a) : status;
}

static enum ledger_status open_and_audit(struct audit *a, const char *path)
{
    if (ledger_hasher_new(&a->hasher) != LEDGER_OK ||
        ledger_state_new(&a->state, a->hasher) != LEDGER_OK) {
        return ledger_error_set(a->error, LEDGER_NO_MEMORY, 0, "cannot audit '%s'", path);
    }
    if (a->options->since.size != 0 &&
        !ledger_checkpoint_seen(&a->since, a->verdict, a->options->since, a->options->policy)) {
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_published_open(&a->published, a->verdict, path, a->error);
    if (status != LEDGER_OK || !clean(a)) {
        return status;
    }
    status = ledger_published_memory_start(&a->memory, &a->published, a->hasher, a->error);
    if (status != LEDGER_OK) {
        return status;
    }
    a->report->size = a->published.checkpoint.size;
    ledger_published_tiles_start(&a->tiles, &a->published);
    ledger_state_watch_nodes(a->state, ledger_published_tiles_node, &a->tiles);
    ledger_state_set_history(a->state, &a->memory.history);
    return check_all(a);
}

enum ledger_status ledger_audit_published(struct ledger_audit_report *report,
                                          struct ledger_verdict *verdict, const char *path,
                                          const struct ledger_audit_options *options,
                                          struct ledger_error *error)
{
    struct ledger_error own;
    struct audit *a = calloc(1, sizeof *a);
    LEDGER_ASSERT(options->policy != NULL);
    ledger_verdict_clear(verdict);
    memset(report, 0, sizeof *report);
    if (a == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot audit '%s'", path);
    }
    a->options = options;
    a->report = report;
    a->verdict = verdict;
    a->error = error != NULL ? error : &own;
    a->published.dir.fd = -1;
    enum ledger_status status = open_and_audit(a, path);
    if (status == LEDGER_OK && a->complete && clean(a)) {
        verdict->finding = LEDGER_VALID;
        verdict->entry = LEDGER_NO_ENTRY;
    }
    ledger_published_tiles_free(&a->tiles);
    ledger_published_memory_free(&a->memory);
    ledger_published_close(&a->published);
    ledger_state_free(&a->state);
    ledger_hasher_free(&a->hasher);
    free(a);
    return status;
}

static bool has(const char *path, const char *name)
{
    char file[PATH_MAX];
    struct stat info;
    int size = snprintf(file, sizeof file, "%s/%s", path, name);
    return size > 0 && (size_t)size < sizeof file && lstat(file, &info) == 0;
}

enum ledger_form ledger_form_of(const char *path)
{
    if (!has(path, LEDGER_PUBLISHED_CHECKPOINT)) {
        return LEDGER_FORM_STORE;
    }
    return has(path, "data.mdb") ? LEDGER_FORM_UNCLEAR : LEDGER_FORM_PUBLISHED;
}

static enum ledger_status find_entry(struct ledger_published *published, struct ledger_span *entry,
                                     uint64_t index, struct ledger_error *error)
{
    struct ledger_verdict verdict;
    enum ledger_status status = LEDGER_OK;
    ledger_verdict_clear(&verdict);
    published->next = index / LEDGER_TILE_WIDTH * LEDGER_TILE_WIDTH;
    while (status == LEDGER_OK && verdict.finding == LEDGER_NOT_CHECKED &&
           published->next <= index) {
        status = ledger_published_next(published, entry, &verdict, error);
    }
    return status == LEDGER_OK && verdict.finding != LEDGER_NOT_CHECKED
               ? ledger_error_set(error, LEDGER_DAMAGED, 0, "%s", verdict.detail)
               : status;
}

enum ledger_status ledger_published_entry(uint8_t memory[LEDGER_ENTRY_MAX],
                                          struct ledger_span *entry, const char *path,
                                          uint64_t index, struct ledger_error *error)
{
    struct ledger_published published = LEDGER_PUBLISHED_CLOSED;
    struct ledger_verdict verdict;
    struct ledger_span found = {NULL, 0};
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_published_open(&published, &verdict, path, error);
    if (status == LEDGER_OK &&
        (verdict.finding != LEDGER_NOT_CHECKED || index >= published.checkpoint.size)) {
        status = ledger_error_set(error, LEDGER_NOT_FOUND, 0, "there is no entry %llu",
                                  (unsigned long long)index);
    }
    if (status == LEDGER_OK) {
        status = find_entry(&published, &found, index, error);
    }
    if (status == LEDGER_OK) {
        memcpy(memory, found.data, found.size);
        *entry = (struct ledger_span){memory, found.size};
    }
    ledger_published_close(&published);
    return status;
}
