/*
 * ledger-stats - the figures of a ledger, counted from entries that were verified.
 */
#include <stdlib.h>

#include "tools/audit_ledger.h"
#include "tools/jobs.h"
#include "tools/read_ledger.h"
#include "tools/stats_report.h"
#include "tools/trust.h"
#include "tools/worker.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    TRUST_OPTIONS,
    STATS_OPTIONS,
    {.name = "size",
     .argument = "N",
     .help = "count the first N entries only: the figures that a statistics\n"
             "record of that size has"},
    NO_LOCK_OPTION,
    JOBS_OPTION,
    {.name = "csv", .help = "print CSV: without the options above the canonical one"},
    {.name = "json", .help = "report as one JSON object"},
};

static const struct cli_program program = {
    .name = "ledger-stats",
    .usage = "(--policy FILE | --log VKEY) [--by COLUMNS] [--from MONTH] [--to MONTH]\n"
             "             [--kind TOKEN] [--institution NAME] [--size N] [--no-lock]\n"
             "             [--jobs N] [--csv | --json] LEDGER|DIRECTORY",
    .summary =
        "Verifies the whole ledger, or a published one (a directory with a file 'checkpoint'),\n"
        "and, only if it holds, counts its entries by period (the month of the ledger's time,\n"
        "in UTC), kind, event and institution, with rates of success and of terms missed. Every\n"
        "copy of the ledger gives the same figures.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 1,
    .file_operands = 1,
};

static int report(const struct cli_args *args, const struct stats_report *report)
{
    if (cli_count(args, "csv") > 0) {
        return stats_report_csv(report);
    }
    if (cli_count(args, "json") > 0) {
        stats_report_json(report);
    } else {
        stats_report_text(report);
    }
    return CLI_DONE;
}

/* A table is for a reader, who would get lost in all columns. */
static int report_valid(const struct cli_args *args, const struct figures *figures,
                        struct stats_query *query)
{
    static const enum stats_column all[] = {STATS_PERIOD, STATS_KIND, STATS_EVENT,
                                            STATS_INSTITUTION};
    static const enum stats_column few[] = {STATS_KIND};
    bool table = cli_count(args, "csv") == 0 && cli_count(args, "json") == 0;
    struct stats_groups groups;
    stats_query_default(query, table ? COUNT_OF(few) : COUNT_OF(all), table ? few : all);
    if (!stats_groups_make(&groups, figures->statistics, query)) {
        return CLI_TROUBLE;
    }
    struct stats_report what = {.figures = figures, .query = query, .groups = &groups};
    int status = report(args, &what);
    stats_groups_free(&groups);
    return status;
}

/* Nothing that could be taken for figures goes to standard output with '--csv'. */
static int report_not_valid(const struct cli_args *args, const struct figures *figures)
{
    const struct ledger_verdict *verdict = &figures->verdict;
    if (cli_count(args, "csv") > 0) {
        cli_message("NOT VALID: %s: %s (%s)", ledger_finding_token(verdict->finding),
                    ledger_finding_sentence(verdict->finding), verdict->detail);
    } else if (cli_count(args, "json") > 0) {
        stats_not_valid_json(figures);
    } else {
        stats_not_valid_text(figures);
    }
    return CLI_NOT_VALID;
}

static int count_with(const struct cli_args *args, struct figures *figures,
                      struct stats_query *query, const struct ledger_policy *policy)
{
    struct ledger_error error;
    const char *path = args->operands[0];
    bool unlocked = cli_count(args, "no-lock") > 0;
    bool published;
    if (!audit_form(&published, args, path)) {
        return CLI_TROUBLE;
    }
    if (figures_count(figures, path, published, policy, unlocked, &error) != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    if (figures->verdict.finding != LEDGER_VALID) {
        return report_not_valid(args, figures);
    }
    if (cli_count(args, "size") > 0 && figures->size < figures->limit) {
        return cli_fail("the ledger has %llu entries, not %llu", (unsigned long long)figures->size,
                        (unsigned long long)figures->limit);
    }
    return report_valid(args, figures, query);
}

static int count(const struct cli_args *args, struct stats_query *query,
                 const struct ledger_policy *policy)
{
    struct figures *figures = calloc(1, sizeof *figures);
    int status = CLI_TROUBLE;
    if (figures == NULL) {
        return cli_fail("out of memory");
    }
    figures->limit = UINT64_MAX;
    if (!jobs_given(&figures->jobs, args) ||
        !cli_number(&figures->limit, args, "size", UINT64_MAX - 1)) {
        status = CLI_TROUBLE;
    } else if (figures->limit == 0) {
        status = cli_fail_usage(&program, "option '--size': there is nothing to count");
    } else {
        status = count_with(args, figures, query, policy);
    }
    figures_free(figures);
    free(figures);
    return status;
}

static int run(const struct cli_args *args)
{
    struct ledger_hasher *hasher = NULL;
    struct ledger_policy *policy = NULL;
    struct stats_query query;
    int status = CLI_TROUBLE;
    if (cli_count(args, "csv") > 0 && cli_count(args, "json") > 0) {
        return cli_fail_usage(&program, "'--csv' or '--json', not both");
    }
    if (!stats_query_take(&query, args)) {
        return CLI_TROUBLE;
    }
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    if (trust_get(&policy, hasher, args)) {
        status = count(args, &query, policy);
    }
    ledger_policy_free(&policy);
    ledger_hasher_free(&hasher);
    return status;
}

int main(int argc, char **argv)
{
    return worker_run(&program, run, NULL, argc, argv);
}
