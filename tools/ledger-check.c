/*
 * ledger-check - what a whole ledger says of a file: recorded, differing from what is recorded, not
 * in it, or not to be judged.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/format/matter.h"
#include "tools/audit_ledger.h"
#include "tools/check_report.h"
#include "tools/jobs.h"
#include "tools/matter_option.h"
#include "tools/read_ledger.h"
#include "tools/trust.h"
#include "tools/worker.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    TRUST_OPTIONS,
    {.name = "matter",
     .argument = "NUMBER",
     .help = "number of the matter that the file is said to belong to: exposes\n"
             "a file that differs from those recorded for it"},
    {.name = "require", .argument = "STATUS", .help = DOCUMENT_REQUIRE_HELP},
    NO_LOCK_OPTION,
    JOBS_OPTION,
    {.name = "json", .help = "report as one JSON object"},
};

static const struct cli_program program = {
    .name = "ledger-check",
    .usage = "(--policy FILE | --log VKEY) [--matter NUMBER] [--require STATUS]\n"
             "             [--no-lock] [--jobs N] [--json] LEDGER|DIRECTORY FILE",
    .summary =
        "Verifies the whole ledger, or a published one (a directory with a file 'checkpoint'),\n"
        "and says what it has of FILE. The first line of the report is the answer, and so is\n"
        "the exit status: 0 RECORDED, 1 DIFFERS from what is recorded for the matter, 2 CANNOT\n"
        "BE JUDGED, 3 NOT IN THIS LEDGER.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 2,
    .operands_max = 2,
    .file_operands = 2,
};

/* Where a number is spelt as rules would not have it, nothing may stand under it. */
static void hint_at_spelling(const struct document_verdict *document)
{
    struct ledger_verdict verdict;
    struct ledger_span matter = ledger_span_of(document->matter != NULL ? document->matter : "");
    ledger_verdict_clear(&verdict);
    if (document->answer != DOCUMENT_NOT_IN_LEDGER || matter.size == 0 ||
        ledger_matter_is_plain(&verdict, matter)) {
        return;
    }
    uint8_t *memory = malloc(3 * matter.size);
    struct ledger_buffer spelt = ledger_buffer_in(memory, 3 * matter.size);
    if (memory != NULL) {
        ledger_matter_spell(&spelt, matter);
        cli_message("the number may be spelt otherwise in the ledger: %s; try '%.*s'",
                    verdict.detail, LEDGER_SPAN_ARGS(ledger_buffer_span(&spelt)));
    }
    free(memory);
}

static int check_with(const struct cli_args *args, struct check_document *check,
                      struct ledger_hasher *hasher, unsigned required)
{
    check_document(check, hasher, args);
    if (check->doubtful.lost) {
        return verify_notices_finish(&check->doubtful);
    }
    const char *asked = cli_value(args, "require");
    int status = document_verdict_exit(&check->document, required);
    if (cli_count(args, "json") > 0) {
        check_report_json(check, asked, status);
    } else {
        check_report_text(check, asked, required);
    }
    hint_at_spelling(&check->document);
    return status;
}

static int check_under(const struct cli_args *args, const struct ledger_policy *policy,
                       struct ledger_hasher *hasher, unsigned required)
{
    struct check_document *check = calloc(1, sizeof *check);
    if (check == NULL) {
        return cli_fail("out of memory");
    }
    check->ledger = args->operands[0];
    check->path = args->operands[1];
    check->matter = cli_value(args, "matter");
    check->policy = policy;
    check->unlocked = cli_count(args, "no-lock") > 0;
    int status =
        jobs_given(&check->jobs, args) && audit_form(&check->published, args, check->ledger)
            ? check_with(args, check, hasher, required)
            : CLI_TROUBLE;
    check_document_free(check);
    free(check);
    return status;
}

static bool is_ledger(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        cli_fail("cannot open '%s': %s", path, strerror(errno));
        return false;
    }
    if (!S_ISDIR(info.st_mode)) {
        cli_fail("'%s' is not a ledger, which is a directory; a proof is checked with "
                 "'ledger-verify PROOF --document FILE'",
                 path);
        return false;
    }
    return true;
}

static bool usage_holds(const struct cli_args *args, unsigned *required)
{
    const char *list = cli_value(args, "require");
    if (list != NULL && !document_require_parse(required, list)) {
        cli_fail_usage(&program, "option '--require': '%s' is no list of statuses", list);
        return false;
    }
    return matter_option_holds(args);
}

static int run(const struct cli_args *args)
{
    struct ledger_hasher *hasher = NULL;
    struct ledger_policy *policy = NULL;
    unsigned required = 0;
    int status = CLI_TROUBLE;
    if (!usage_holds(args, &required) || !is_ledger(args->operands[0])) {
        return CLI_TROUBLE;
    }
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    if (trust_get(&policy, hasher, args)) {
        status = check_under(args, policy, hasher, required);
    }
    ledger_policy_free(&policy);
    ledger_hasher_free(&hasher);
    return status;
}

int main(int argc, char **argv)
{
    return worker_run(&program, run, NULL, argc, argv);
}
