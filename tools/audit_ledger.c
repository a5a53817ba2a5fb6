#include "tools/audit_ledger.h"

#include "ledger/ops/audit_published.h"
#include "ledger/ops/search_published.h"
#include "tools/progress.h"
#include "tools/worker.h"

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
    struct cli_bar bar = {.label = "verifying, entries"};
    struct ledger_audit_options with_bar = *options;
    with_bar.progress = cli_bar_at;
    with_bar.progress_context = &bar;
    with_bar.files = worker_files();
    enum ledger_status status = (published ? ledger_audit_published
                                           : ledger_audit)(report, verdict, path, &with_bar, error);
    cli_bar_end(&bar);
    return status;
}
