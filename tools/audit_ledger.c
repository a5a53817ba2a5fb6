#include "tools/audit_ledger.h"

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

enum ledger_status audit_ledger(struct ledger_audit_report *report, struct ledger_verdict *verdict,
                                const char *path, const struct ledger_audit_options *options,
                                struct ledger_error *error)
{
    struct bar bar = {.started = false};
    struct ledger_audit_options with_bar = *options;
    with_bar.progress = show_progress;
    with_bar.progress_context = &bar;
    enum ledger_status status = ledger_audit(report, verdict, path, &with_bar, error);
    if (bar.started) {
        cli_progress_end(&bar.progress);
    }
    return status;
}
