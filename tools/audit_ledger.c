#include "tools/audit_ledger.h"

#include "ledger/ops/audit_published.h"
#include "ledger/ops/search_published.h"
#include "tools/progress.h"

struct bar {
    struct cli_progress progress;
    bool started;
};

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    struct bar *bar = context;
    if (!bar->started) {
        bar->started = true;
        cli_progress_start(&bar->progress, "verifying, entries", total);
    }
    cli_progress_at(&bar->progress, done);
}

bool audit_form(bool *published, const struct cli_args *args, const char *path)
{
    enum ledger_form form = ledger_form_of(path);
    *published = form == LEDGER_FORM_PUBLISHED;
    if (form == LEDGER_FORM_UNCLEAR) {
        cli_fail("'%s' has the files of a ledger and of a published one: move those that you "
                 "do not mean out of it",
                 path);
        return false;
    }
    if (*published && cli_count(args, "no-lock") > 0) {
        cli_fail_usage(args->program,
                       "'--no-lock' goes with a ledger; '%s' is a published one, of which no lock "
                       "is taken",
                       path);
        return false;
    }
    return true;
}

enum ledger_status audit_ledger(struct ledger_audit_report *report, struct ledger_verdict *verdict,
                                const char *path, bool published,
                                const struct ledger_audit_options *options,
                                struct ledger_error *error)
{
    struct bar bar = {.started = false};
    struct ledger_audit_options with_bar = *options;
    with_bar.progress = show_progress;
    with_bar.progress_context = &bar;
    enum ledger_status status = (published ? ledger_audit_published
                                           : ledger_audit)(report, verdict, path, &with_bar, error);
    if (bar.started) {
        cli_progress_end(&bar.progress);
    }
    return status;
}
