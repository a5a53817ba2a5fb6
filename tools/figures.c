#include "tools/figures.h"

#include <stdlib.h>

#include "tools/audit_ledger.h"
#include "tools/cli.h"

static enum ledger_status count_entry(void *context, const struct ledger_entry *entry,
                                      const struct ledger_step *step,
                                      const struct ledger_hash *leaf)
{
    struct figures *figures = context;
    if (figures->size == figures->limit) {
        return LEDGER_OK;
    }
    ledger_frontier_append(figures->hasher, &figures->frontier, leaf, NULL, NULL);
    figures->size++;
    figures->last_time_ms = entry->time_ms;
    return ledger_statistics_add(figures->statistics, entry, step);
}

static enum ledger_status start(struct figures *figures)
{
    enum ledger_status status = ledger_hasher_new(&figures->hasher);
    ledger_frontier_start(&figures->frontier);
    return status == LEDGER_OK ? ledger_statistics_new(&figures->statistics) : status;
}

enum ledger_status figures_count(struct figures *figures, const char *path, bool published,
                                 const struct ledger_policy *policy, bool unlocked,
                                 struct ledger_error *error)
{
    struct ledger_audit_options options = {.policy = policy,
                                           .unlocked = unlocked,
                                           .jobs = figures->jobs,
                                           .entry = count_entry,
                                           .entry_context = figures};
    enum ledger_status status = start(figures);
    if (status == LEDGER_OK) {
        status =
            audit_ledger(&figures->report, &figures->verdict, path, published, &options, error);
    }
    if (status == LEDGER_OK) {
        ledger_frontier_root(figures->hasher, &figures->root, &figures->frontier);
        ledger_statistics_digest(&figures->canonical, figures->hasher, figures->statistics);
    }
    return status == LEDGER_NO_MEMORY
               ? ledger_error_set(error, status, 0, "cannot count the entries of '%s'", path)
               : status;
}

void figures_free(struct figures *figures)
{
    ledger_statistics_free(&figures->statistics);
    ledger_hasher_free(&figures->hasher);
}

uint8_t *figures_csv(const struct figures *figures)
{
    size_t size = (size_t)figures->canonical.size;
    uint8_t *csv = malloc(size);
    if (csv == NULL) {
        cli_fail("cannot write the figures: out of memory");
        return NULL;
    }
    struct ledger_buffer buffer = ledger_buffer_in(csv, size);
    ledger_statistics_write(&buffer, figures->statistics);
    LEDGER_ASSERT(!buffer.overflow && buffer.size == size);
    return csv;
}
