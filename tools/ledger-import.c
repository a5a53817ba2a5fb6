/*
 * ledger-import - makes a ledger of a published directory.
 */
#include <inttypes.h>

#include "ledger/ops/files.h"
#include "ledger/ops/import.h"
#include "tools/jobs.h"
#include "tools/json.h"
#include "tools/refusal.h"
#include "tools/trust.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    TRUST_OPTIONS,
    {.name = "guard",
     .argument = "FILE",
     .help = "where the guard is, or goes; LEDGER.guard by default"},
    {.name = "map-size",
     .argument = "BYTES",
     .help = "largest size of the store; 1 TiB by default"},
    JOBS_OPTION,
    {.name = "json", .help = "print an object of JSON"},
};

static const struct cli_program program = {
    .name = "ledger-import",
    .usage = "(--policy FILE | --log VKEY) [--guard FILE] [--map-size BYTES]\n"
             "              [--jobs N] [--json] DIR LEDGER",
    .summary = "Makes the new ledger LEDGER of the entries that are published in DIR, after "
               "verifying all\n"
               "of them. If the guard of a ledger that was lost is still there, the import must "
               "extend it.\n"
               "No key is needed, and nothing is signed.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 2,
    .operands_max = 2,
};

static void print_text(const struct ledger_import_report *report, const char *ledger,
                       const char *guard)
{
    (void)printf("imported\t%s\t%s\t%" PRIu64 " entries\n", ledger, report->origin, report->size);
    (void)printf("guard\t%s\t%s\n", guard, report->guard_was_there ? "was there" : "new");
}

static void print_json(const struct ledger_import_report *report, const char *ledger,
                       const char *guard)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "ledger", ledger);
    json_add_string(object, "origin", report->origin);
    json_add_number(object, "size", report->size);
    json_add_base64(object, "root", &report->root);
    json_add_string(object, "guard", guard);
    json_add_bool(object, "guard_was_there", report->guard_was_there);
    json_print(stdout, object);
}

static int refuse(const char *directory, const struct ledger_verdict *verdict)
{
    char subject[LEDGER_PATH_MAX + 64];
    if (verdict->entry == LEDGER_NO_ENTRY) {
        (void)snprintf(subject, sizeof subject, "'%s'", directory);
    } else {
        (void)snprintf(subject, sizeof subject, "'%s' at entry %" PRIu64, directory,
                       verdict->entry);
    }
    return cli_refuse(subject, verdict);
}

static int import(const struct cli_args *args, struct ledger_import_options *wanted,
                  const char *guard)
{
    struct cli_bar bar = {.label = "importing, entries"};
    struct ledger_import_report report;
    struct ledger_verdict verdict;
    struct ledger_error error = {0};
    const char *directory = args->operands[0];
    const char *ledger = args->operands[1];
    wanted->guard_path = guard;
    wanted->progress = cli_bar_at;
    wanted->progress_context = &bar;
    enum ledger_status status = ledger_import(&report, &verdict, directory, ledger, wanted, &error);
    cli_bar_end(&bar);
    if (status != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    if (verdict.finding != LEDGER_VALID) {
        return refuse(directory, &verdict);
    }
    (cli_count(args, "json") > 0 ? print_json : print_text)(&report, ledger, guard);
    int done = cli_finish(CLI_DONE);
    if (done != CLI_DONE) {
        cli_message("the ledger '%s' IS made and in its place; only the report on it failed: "
                    "'ledger-verify' and 'ledger-log' give one",
                    ledger);
    }
    return done;
}

static int run_with(const struct cli_args *args, struct ledger_hasher *hasher)
{
    char guard[LEDGER_PATH_MAX];
    struct ledger_error error;
    struct ledger_policy *policy = NULL;
    struct ledger_import_options wanted = {.map_size = 0};
    if (!cli_number(&wanted.map_size, args, "map-size", INT64_MAX) ||
        !jobs_given(&wanted.jobs, args) || !trust_get(&policy, hasher, args)) {
        return CLI_TROUBLE;
    }
    wanted.policy = policy;
    int status = ledger_path_of_guard(guard, args->operands[1], cli_value(args, "guard"), &error) ==
                         LEDGER_OK
                     ? import(args, &wanted, guard)
                     : cli_fail_with(&error);
    ledger_policy_free(&policy);
    return status;
}

static int run(const struct cli_args *args)
{
    struct ledger_hasher *hasher = NULL;
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    int status = run_with(args, hasher);
    ledger_hasher_free(&hasher);
    return status;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
