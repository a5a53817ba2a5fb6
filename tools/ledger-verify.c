/*
 * ledger-verify - verifies a ledger, published or not, or a proof, and documents against a proof.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/audit_ledger.h"
#include "tools/document_verdict.h"
#include "tools/jobs.h"
#include "tools/matter_option.h"
#include "tools/read_ledger.h"
#include "tools/remember_apart.h"
#include "tools/trust.h"
#include "tools/verify_ledger.h"
#include "tools/verify_proof.h"
#include "tools/worker.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    TRUST_OPTIONS,
    {.name = "document",
     .argument = "FILE",
     .file = CLI_FILE_READ,
     .help =
         "of a proof: is this file what the record speaks of?\nof a status proof: what does the "
         "matter have of it?",
     .repeatable = true},
    {.name = "matter",
     .argument = "NUMBER",
     .help = "of a status proof: it must be of the matter with this number"},
    {.name = "require", .argument = "LIST", .help = "of a status proof: " DOCUMENT_REQUIRE_HELP},
    {.name = "since",
     .argument = "FILE",
     .file = CLI_FILE_READ,
     .help = "of a ledger: it must extend the checkpoint in FILE"},
    {.name = "remember",
     .argument = "FILE",
     .file = CLI_FILE_READ,
     .help = "the same, and keep the new checkpoint in FILE\nonce all holds"},
    NO_LOCK_OPTION,
    JOBS_OPTION,
    {.name = "json", .help = "report as one JSON object"},
    {.name = "explain", .help = "report every step with its hashes"},
};

static const struct cli_program program = {
    .name = "ledger-verify",
    .usage = "(--policy FILE | --log VKEY) [--since FILE | --remember FILE]\n"
             "              [--no-lock] [--jobs N] [--json | --explain] LEDGER\n"
             "(--policy FILE | --log VKEY) [--document FILE]... [--json | --explain] PROOF\n"
             "(--policy FILE | --log VKEY) [--matter NUMBER] [--document FILE]\n"
             "              [--require LIST] [--json] STATUS-PROOF",
    .summary =
        "Verifies a ledger (a directory), a published one (a directory with a file 'checkpoint')\n"
        "or a proof (a file, or '-'). The first line of the report is the verdict: VALID, or NOT\n"
        "VALID with what was found and where. With a status proof and a file it is RECORDED (exit\n"
        "status 0), DIFFERS (1), CANNOT BE JUDGED (2), NOT IN THIS LEDGER (3), or, if the proof\n"
        "itself does not hold, NOT VALID (1).",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 1,
    .file_operands = 1,
};

static int run_ledger(const struct cli_args *args, const char *path,
                      const struct ledger_policy *policy)
{
    if (cli_count(args, "document") > 0) {
        return cli_fail_usage(&program,
                              "'--document' goes with a proof, and '%s' is a ledger; find the "
                              "entries that speak of the file with 'ledger-log --document', or "
                              "prove them with 'ledger-prove --document'",
                              path);
    }
    static const char *const of_status[] = {"require", "matter"};
    for (size_t i = 0; i < COUNT_OF(of_status); i++) {
        if (cli_count(args, of_status[i]) > 0) {
            return cli_fail_usage(&program, "'--%s' goes with a status proof, and '%s' is a ledger",
                                  of_status[i], path);
        }
    }
    bool published;
    return audit_form(&published, args, path) ? verify_ledger(args, path, published, policy)
                                              : CLI_TROUBLE;
}

static int run_proof(const struct cli_args *args, const char *path,
                     const struct ledger_policy *policy, struct ledger_hasher *hasher)
{
    static const char *const of_ledgers[] = {"since", "remember", "no-lock", "jobs"};
    for (size_t i = 0; i < COUNT_OF(of_ledgers); i++) {
        if (cli_count(args, of_ledgers[i]) > 0) {
            return cli_fail_usage(&program,
                                  "'--%s' goes with a ledger, and '%s' is not a directory",
                                  of_ledgers[i], path);
        }
    }
    return verify_proof(args, path, policy, hasher);
}

static int run_with(const struct cli_args *args, struct ledger_hasher *hasher)
{
    const char *path = args->operands[0];
    struct ledger_policy *policy = NULL;
    struct stat info = {0};
    int status;
    if (strcmp(path, "-") != 0 && stat(path, &info) != 0) {
        return cli_fail("cannot open '%s': %s", path, strerror(errno));
    }
    if (!trust_get(&policy, hasher, args)) {
        return CLI_TROUBLE;
    }
    if (S_ISDIR(info.st_mode)) {
        status = run_ledger(args, path, policy);
    } else {
        status = run_proof(args, path, policy, hasher);
    }
    ledger_policy_free(&policy);
    return status;
}

static int run(const struct cli_args *args)
{
    struct ledger_hasher *hasher = NULL;
    if (cli_count(args, "since") > 0 && cli_count(args, "remember") > 0) {
        return cli_fail_usage(&program, "'--remember' compares by itself: leave '--since' out");
    }
    if (cli_count(args, "remember") > 0 && strcmp(cli_value(args, "remember"), "-") == 0) {
        return cli_fail_usage(&program, "option '--remember' needs a file, which it replaces");
    }
    if (cli_count(args, "json") > 0 && cli_count(args, "explain") > 0) {
        return cli_fail_usage(&program, "'--json' has all there is to explain");
    }
    if (!matter_option_holds(args)) {
        return CLI_TROUBLE;
    }
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    int status = run_with(args, hasher);
    ledger_hasher_free(&hasher);
    return status;
}

int main(int argc, char **argv)
{
    return worker_run(&program, run, &remember_service, argc, argv);
}
