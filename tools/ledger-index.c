/*
 * ledger-index - appends an index of matters to a ledger, and statistics if they are asked for.
 */
#include <stdlib.h>

#include "tools/append_index.h"
#include "tools/append_statistics.h"
#include "tools/signers.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "operator",
     .argument = "KEYFILE",
     .help = "key that signs the index and the checkpoints"},
    PASSPHRASE_OPTION,
    STATISTICS_OPTION,
    SUBMISSION_OPTIONS,
    {.name = "json", .help = "print an object of JSON"},
};

static const struct cli_program program = {
    .name = "ledger-index",
    .usage = "LEDGER --operator KEYFILE [--statistics FILE]",
    .summary =
        "Appends an index of matters: an entry with the root of a tree in which every\n"
        "matter has the list of all its entries. Until the next one, status proofs\n"
        "(ledger-prove --status) show a matter as of this entry. If nothing but indexes and\n"
        "statistics was appended since the last index, no further index is; the record of\n"
        "--statistics is appended every time.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 1,
};

static int index_matters(const struct cli_args *args, const struct signers *signers,
                         struct record_builder *builder)
{
    int status = CLI_TROUBLE;
    struct appended_index appended;
    struct ledger_signing operator_key = signers_signing(signers->operator_key);
    struct submission *submission = submission_open(&status, args, &operator_key);
    if (submission == NULL) {
        return status;
    }
    submission->quiet = true;
    status = append_index(&appended, submission, builder, signers->operator_key);
    submission_close(&submission);
    if (status == CLI_DONE) {
        append_index_print(&appended, cli_count(args, "json") > 0);
        status = cli_finish(status);
        if (status != CLI_DONE && appended.matters.stale) {
            cli_message("the index of matters is in the ledger");
        }
    }
    return status;
}

static int run(const struct cli_args *args)
{
    int status = CLI_TROUBLE;
    struct signers *signers = calloc(1, sizeof *signers);
    struct record_builder *builder = record_builder_new();
    if (cli_count(args, "operator") == 0) {
        cli_fail_usage(args->program, "option '--operator' is missing");
    } else if (signers == NULL || builder == NULL) {
        cli_fail("out of memory");
    } else if (append_statistics_has_place(args) &&
               signers_open_operator(signers, args, "operator")) {
        status = index_matters(args, signers, builder);
        if (status == CLI_DONE && cli_count(args, "statistics") > 0) {
            status = append_statistics(args, signers);
        }
    }
    if (signers != NULL) {
        signers_close(signers);
    }
    free(signers);
    record_builder_free(&builder);
    return status;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
