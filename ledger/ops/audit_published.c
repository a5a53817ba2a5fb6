#include "ledger/ops/audit_published.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "ledger/ops/audit_parts.h"
#include "ledger/ops/checkpoint_check.h"
#include "ledger/ops/doubt.h"
#include "ledger/ops/published.h"
#include "ledger/ops/published_memory.h"
#include "ledger/ops/published_tiles.h"

/* Large, so allocated. Every step answers LEDGER_OK; that it found something shows in the verdict.
 */
struct publication {
    struct audit audit;
    struct ledger_published published;
    struct ledger_published_walk walk;
    struct ledger_published_memory memory;
    struct ledger_published_tiles tiles;
    struct ledger_repeat foretold; /* by a run before; index LEDGER_NO_ENTRY: this is the first */
    struct ledger_repeat repeat;   /* found by this run */
};

static const struct ledger_repeat nothing = {LEDGER_NO_ENTRY, LEDGER_NO_ENTRY};

/* What was kept of earlier entries failed. That their files changed is found, not suffered. */
static enum ledger_status not_read_again(struct publication *p, enum ledger_status status)
{
    struct audit *a = &p->audit;
    if (p->memory.changed) {
        a->verdict->entry = p->memory.changed_entry;
        ledger_verdict_set(a->verdict, LEDGER_STORE_DAMAGED, "%s", p->memory.error.what);
        return LEDGER_OK;
    }
    bool told = p->memory.error.status == status;
    return ledger_error_set(a->error, status, 0, "cannot judge entry %llu%s%s",
                            (unsigned long long)ledger_state_size(a->state), told ? ": " : "",
                            told ? p->memory.error.what : "");
}

static enum ledger_status keep_entry(struct publication *p, struct ledger_published_kept *kept,
                                     const struct ledger_foreseen_entry *foreseen)
{
    struct audit *a = &p->audit;
    ledger_foreseen_hashes(foreseen != NULL ? &foreseen->record : NULL, &kept->text, &kept->matter,
                           a->hasher, &kept->entry->record);
    return ledger_published_memory_add(&p->memory, a->verdict, kept);
}

/* What an accepted entry must agree with beside the state. */
static enum ledger_status check_derived(struct publication *p,
                                        const struct ledger_published_kept *kept)
{
    struct audit *a = &p->audit;
    if (p->tiles.status != LEDGER_OK) {
        *a->error = p->tiles.error;
        return p->tiles.status;
    }
    return clean(a) ? ledger_audit_matters_of(&a->matters, a->verdict, kept->entry,
                                              ledger_state_step(a->state), &kept->matter)
                    : LEDGER_OK;
}

static enum ledger_status check_entry(struct publication *p, const struct ledger_ahead_item *item)
{
    struct audit *a = &p->audit;
    struct ledger_entry entry;
    struct ledger_published_kept kept = {.entry = &entry, .size = item->bytes.size};
    bool fits = false;
    enum ledger_status status =
        ledger_ahead_accept(a->ahead, a->verdict, &fits, &entry, &kept.leaf, item);
    if (status == LEDGER_OK && fits) {
        status = keep_entry(p, &kept, item->foreseen);
    }
    if (status != LEDGER_OK) {
        return not_read_again(p, status);
    }
    status = check_derived(p, &kept);
    if (status != LEDGER_OK || !clean(a)) {
        return status;
    }
    ledger_audit_count(a, &entry, item->bytes.size);
    ledger_audit_since(a);
    return ledger_audit_tell(a, &entry, &kept.leaf);
}

/* The files end before the entries do: is it the operator who says that there are more? */
static void check_beyond(struct publication *p)
{
    struct audit *a = &p->audit;
    uint64_t end = ledger_state_size(a->state);
    if (!p->published.cut_off || end == 0) {
        return;
    }
    struct ledger_verdict missing = *a->verdict;
    ledger_verdict_clear(a->verdict);
    a->verdict->entry = end;
    if (ledger_checkpoint_of_operator(a->verdict, a->state, &p->published.checkpoint)) {
        ledger_verdict_set(a->verdict, LEDGER_CHECKPOINT_BEYOND,
                           "the operator signed %llu entries; %s",
                           (unsigned long long)a->report->size, missing.detail);
    }
}

/* Every entry that could be read holds. */
static enum ledger_status end_walk(struct publication *p)
{
    struct audit *a = &p->audit;
    enum ledger_status status = ledger_published_walk_end(&p->walk, a->verdict, a->error);
    if (status == LEDGER_OK) {
        check_beyond(p);
    }
    return status;
}

static enum ledger_status check_each(struct publication *p)
{
    struct audit *a = &p->audit;
    struct ledger_ahead_item item;
    enum ledger_status status = LEDGER_OK;
    for (uint64_t done = 0; status == LEDGER_OK && clean(a);) {
        if (!ledger_ahead_next(a->ahead, &item)) {
            return end_walk(p);
        }
        status = check_entry(p, &item);
        ledger_audit_progress(a, ++done);
    }
    return status;
}

static enum ledger_status check_entries(struct publication *p)
{
    struct audit *a = &p->audit;
    const struct ledger_ahead_source source = {&p->walk, ledger_published_walk_next, false, NULL};
    p->walk.published = &p->published;
    enum ledger_status status =
        ledger_ahead_new(&a->ahead, a->options->jobs, &source, a->state, a->hasher);
    status = status == LEDGER_OK ? check_each(p)
                                 : ledger_error_set(a->error, status, 0, "cannot read the entries");
    ledger_ahead_free(&a->ahead);
    return status;
}

/* What came of the entries so far counts only if none of them repeats an earlier one. */
static enum ledger_status find_repeat(struct publication *p)
{
    enum ledger_status status = ledger_published_memory_repeat(&p->memory, &p->repeat);
    return status == LEDGER_OK ? LEDGER_OK : not_read_again(p, status);
}

static void check_checkpoint(struct publication *p)
{
    struct audit *a = &p->audit;
    const struct ledger_checkpoint *checkpoint = &p->published.checkpoint;
    a->verdict->entry = checkpoint->size - 1;
    if (ledger_checkpoint_of_operator(a->verdict, a->state, checkpoint) &&
        ledger_checkpoint_of_entries(a->verdict, a->state, checkpoint)) {
        ledger_audit_keep(a, ledger_tiles_file_span(&p->published.note));
    }
}

static void check_policy(struct publication *p)
{
    ledger_audit_policy(&p->audit);
}

static void check_since(struct publication *p)
{
    ledger_audit_since_end(&p->audit);
}

static void check_tiles(struct publication *p)
{
    if (p->tiles.first.finding != LEDGER_NOT_CHECKED) {
        *p->audit.verdict = p->tiles.first;
    }
    p->audit.complete = p->foretold.index == LEDGER_NO_ENTRY;
}

/* A ledger_doubt_entry. */
static enum ledger_status read_again(void *context, struct ledger_span *bytes, uint64_t index,
                                     struct ledger_error *error)
{
    struct publication *p = context;
    (void)error;
    return index < p->memory.size ? ledger_published_memory_read(&p->memory, bytes, index)
                                  : LEDGER_NOT_FOUND;
}

static enum ledger_status list_doubts(struct publication *p)
{
    struct audit *a = &p->audit;
    enum ledger_status status = ledger_doubt_report_by(
        a->report, a->options, read_again, p, ledger_state_authority_view(a->state), a->error);
    return status == LEDGER_OK ? LEDGER_OK : not_read_again(p, status);
}

static enum ledger_status check_all(struct publication *p)
{
    static void (*const steps[])(struct publication *) = {check_checkpoint, check_policy,
                                                          check_since, check_tiles};
    struct audit *a = &p->audit;
    enum ledger_status status = check_entries(p);
    if (status == LEDGER_OK && p->foretold.index == LEDGER_NO_ENTRY) {
        status = find_repeat(p);
    }
    if (p->repeat.index != LEDGER_NO_ENTRY) {
        return status;
    }
    ledger_audit_sum_up(a);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (status == LEDGER_OK && clean(a)) {
            steps[i](p);
        }
    }
    a->report->nodes = p->tiles.hashes;
    if (a->report->index_entries > 0) {
        a->report->matters = ledger_audit_matters_count(&a->matters);
    }
    return status == LEDGER_OK && a->complete && clean(a) ? list_doubts(p) : status;
}

static enum ledger_status open_and_audit(struct publication *p, const char *path)
{
    struct audit *a = &p->audit;
    enum ledger_status status = ledger_audit_begin(a, path);
    if (status == LEDGER_OK && clean(a)) {
        status = ledger_published_open(&p->published, a->verdict, path, a->error);
    }
    if (status != LEDGER_OK || !clean(a)) {
        return status;
    }
    status = ledger_published_memory_start(&p->memory, &p->published, a->hasher, a->options->files,
                                           a->error);
    if (status == LEDGER_OK) {
        status = ledger_audit_matters_start_all(&a->matters, a->hasher, a->error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    if (p->foretold.index != LEDGER_NO_ENTRY) {
        ledger_published_memory_foretell(&p->memory, &p->foretold);
    }
    a->report->size = p->published.checkpoint.size;
    ledger_published_tiles_start(&p->tiles, &p->published);
    ledger_state_watch_nodes(a->state, ledger_published_tiles_node, &p->tiles);
    ledger_state_set_history(a->state, &p->memory.history);
    ledger_state_set_matters(a->state, &a->matters.matters);
    return check_all(p);
}

void ledger_audit_files_make(struct ledger_audit_files *files)
{
    for (size_t i = 0; i < LEDGER_AUDIT_FILES; i++) {
        files->fd[i] = ledger_scratch_make_file();
    }
}

void ledger_audit_files_close(struct ledger_audit_files *files)
{
    for (size_t i = 0; i < LEDGER_AUDIT_FILES; i++) {
        if (files->fd[i] >= 0) {
            close(files->fd[i]);
        }
        files->fd[i] = -EBADF;
    }
}

/* One run over the files. A repeat that it finds is in `repeat`; then it says nothing else. */
static enum ledger_status run(struct ledger_audit_report *report, struct ledger_verdict *verdict,
                              const char *path, const struct ledger_audit_options *options,
                              struct ledger_repeat *repeat, struct ledger_error *error)
{
    struct publication *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot audit '%s'", path);
    }
    p->audit =
        (struct audit){.options = options, .report = report, .verdict = verdict, .error = error};
    p->published.dir.fd = -1;
    p->foretold = *repeat;
    p->repeat = nothing;
    enum ledger_status status = open_and_audit(p, path);
    ledger_audit_end(&p->audit, status);
    *repeat = p->repeat;
    ledger_published_tiles_free(&p->tiles);
    ledger_published_memory_free(&p->memory);
    ledger_published_close(&p->published);
    free(p);
    return status;
}

/* Reads the entries again up to the one that repeats an earlier one, so that verdict and report are
 * those of an audit that saw it at once. Who is told of entries was told of them before. */
static enum ledger_status run_up_to(struct ledger_audit_report *report,
                                    struct ledger_verdict *verdict, const char *path,
                                    const struct ledger_audit_options *options,
                                    struct ledger_repeat repeat, struct ledger_error *error)
{
    struct ledger_audit_options quiet = *options;
    quiet.notice = NULL;
    quiet.entry = NULL;
    enum ledger_status status = run(report, verdict, path, &quiet, &repeat, error);
    if (status == LEDGER_OK && verdict->finding == LEDGER_NOT_CHECKED) {
        ledger_verdict_set(verdict, LEDGER_STORE_DAMAGED, "'%s' changed while it was read", path);
    }
    return status;
}

enum ledger_status ledger_audit_published(struct ledger_audit_report *report,
                                          struct ledger_verdict *verdict, const char *path,
                                          const struct ledger_audit_options *options,
                                          struct ledger_error *error)
{
    struct ledger_error own;
    struct ledger_repeat repeat = nothing;
    error = error != NULL ? error : &own;
    enum ledger_status status = run(report, verdict, path, options, &repeat, error);
    return status == LEDGER_OK && repeat.index != LEDGER_NO_ENTRY
               ? run_up_to(report, verdict, path, options, repeat, error)
               : status;
}
