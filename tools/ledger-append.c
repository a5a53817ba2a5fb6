/*
 * ledger-append - appends records to a ledger: one made from options, finished ones from files, or
 * many from lines of JSON.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "tools/append_index.h"
#include "tools/append_lines.h"
#include "tools/batch_signing.h"
#include "tools/option_rules.h"
#include "tools/refusal.h"
#include "tools/save_proof.h"
#include "tools/submission.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define RECORD_FILE_MAX (2 * LEDGER_NOTE_MAX) /* so that the ledger says what is too long */

static const struct cli_option options[] = {
    {.name = "operator", .argument = "KEYFILE", .help = "key that signs the checkpoints"},
    {.name = "key", .argument = "KEYFILE", .repeatable = true, .help = "key that signs the record"},
    PASSPHRASE_OPTION,
    RECORD_OPTIONS,
    {.name = "jsonl",
     .argument = "FILE",
     .help = "append a record for each line of FILE ('-': standard input),\n"
             "a JSON object with members named like the options, but\n"
             "'parties', 'fields' and 'documents'"},
    {.name = "batch", .help = "sign the records of '--jsonl' together, up to 1024 at a time"},
    {.name = "index",
     .help = "at the end append an index of matters, if anything changed since the\n"
             "last one; the operator's key signs it"},
    {.name = "proof", .argument = "OUT", .help = "write the proof of the record to OUT"},
    SUBMISSION_OPTIONS,
    {.name = "json", .help = "print an object of JSON for each record"},
};

static const struct cli_program program = {
    .name = "ledger-append",
    .usage = "LEDGER --operator KEYFILE --key KEYFILE... RECORD-OPTIONS\n"
             "LEDGER --operator KEYFILE RECORD...\n"
             "LEDGER --operator KEYFILE --key KEYFILE... --jsonl FILE [--batch]",
    .summary = "Appends records to a ledger: one made from options (kind, event, matter and\n"
               "institution are needed) and signed, finished ones, or many from lines of JSON.\n"
               "Prints index and leaf hash of each. Records are appended\n"
               "in batches of at most 1024, each whole or not at all; what is printed is durable.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = SIZE_MAX,
};

enum way { FROM_OPTIONS = 1, FROM_FILES = 2, FROM_LINES = 4 };

static const struct option_rule rules[] = {
    {"operator", FROM_OPTIONS | FROM_FILES | FROM_LINES, FROM_OPTIONS | FROM_FILES | FROM_LINES},
    {"key", FROM_OPTIONS | FROM_LINES, FROM_OPTIONS | FROM_LINES},
    {"kind", FROM_OPTIONS, FROM_OPTIONS},
    {"event", FROM_OPTIONS, FROM_OPTIONS},
    {"matter", FROM_OPTIONS, FROM_OPTIONS},
    {"institution", FROM_OPTIONS, FROM_OPTIONS},
    {"time", FROM_OPTIONS, 0},
    {"nonce", FROM_OPTIONS, 0},
    {"category", FROM_OPTIONS, 0},
    {"party", FROM_OPTIONS, 0},
    {"refers", FROM_OPTIONS, 0},
    {"field", FROM_OPTIONS, 0},
    {"data", FROM_OPTIONS, 0},
    {"document", FROM_OPTIONS, 0},
    {"proof", FROM_OPTIONS | FROM_FILES, 0},
    {"batch", FROM_LINES, 0},
};

struct job {
    const struct cli_args *args;
    struct signers signers;
    struct submission *submission;
    struct record_builder *builder; /* not for files */
    struct batch_signing *batch;    /* or NULL: every record is signed by itself */
    size_t file;                    /* place among the operands of the batch's first record */
};

/* --- from options --- */

static void name_the_record(const void *context, char name[SUBMISSION_NAME_MAX], size_t nth)
{
    (void)context;
    (void)nth;
    (void)snprintf(name, SUBMISSION_NAME_MAX, "the record");
}

static void repeat_options(const void *context, size_t count)
{
    const struct job *job = context;
    const struct ledger_record_fields *fields = &job->builder->fields;
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_NONCE_SIZE)];
    struct ledger_buffer nonce = ledger_buffer_in(memory, sizeof memory);
    (void)count;
    ledger_buffer_base64(&nonce, fields->nonce, LEDGER_NONCE_SIZE);
    cli_message("to ask again with the same bytes, give the same options with --time %.*s "
                "--nonce %.*s",
                LEDGER_SPAN_ARGS(fields->time), LEDGER_SPAN_ARGS(ledger_buffer_span(&nonce)));
}

static int append_options(struct job *job)
{
    struct ledger_verdict verdict;
    job->submission->source = (struct submission_source){name_the_record, repeat_options, job};
    int status =
        record_builder_start(job->builder, ledger_appender_origin(job->submission->appender));
    if (status == CLI_DONE) {
        status = record_builder_take_options(job->builder, job->args);
    }
    if (status == CLI_DONE && !record_builder_write(job->builder, &verdict)) {
        return record_builder_refuse(job->submission->json, "the record", &verdict);
    }
    if (status == CLI_DONE) {
        status = append_built(job->submission, job->builder, &job->signers, &verdict);
    }
    if (status == CLI_NOT_VALID) {
        return record_builder_refuse(job->submission->json, "the record", &verdict);
    }
    return status == CLI_DONE ? submission_send(job->submission) : status;
}

/* --- from files --- */

static void name_the_file(const void *context, char name[SUBMISSION_NAME_MAX], size_t nth)
{
    const struct job *job = context;
    (void)snprintf(name, SUBMISSION_NAME_MAX, "'%s'", job->args->operands[job->file + nth]);
}

static void repeat_files(const void *context, size_t count)
{
    (void)context;
    (void)count;
    cli_message("append the same files again");
}

static int add_file(struct job *job, const char *path)
{
    uint8_t *data = NULL;
    size_t size = 0;
    if (!cli_read_file(&data, &size, path, RECORD_FILE_MAX)) {
        return submission_give_up(job->submission, CLI_TROUBLE);
    }
    int status = submission_add(job->submission, (struct ledger_span){data, size});
    free(data);
    return status;
}

static int append_files(struct job *job)
{
    int status = CLI_DONE;
    job->submission->source = (struct submission_source){name_the_file, repeat_files, job};
    job->file = 1;
    for (size_t i = 1; status == CLI_DONE && i < job->args->operand_count; i++) {
        status = add_file(job, job->args->operands[i]);
        if (status == CLI_DONE && submission_full(job->submission)) {
            status = submission_send(job->submission);
            job->file = i + 1;
        }
    }
    return status == CLI_DONE ? submission_send(job->submission) : status;
}

/* --- from lines --- */

static int append_lines_of(struct job *job)
{
    const struct append_lines from = {.submission = job->submission,
                                      .builder = job->builder,
                                      .signers = &job->signers,
                                      .batch = job->batch,
                                      .name = cli_value(job->args, "jsonl")};
    return append_lines(&from);
}

/* --- all three --- */

struct way_of_work {
    enum way way;
    const char *name;
    int (*append)(struct job *job);
};

static const struct way_of_work ways[] = {
    {FROM_OPTIONS, "a record made from options", append_options},
    {FROM_FILES, "finished records", append_files},
    {FROM_LINES, "'--jsonl'", append_lines_of},
};

static const struct way_of_work *way_of(const struct cli_args *args)
{
    return &ways[cli_count(args, "jsonl") > 0 ? 2 : args->operand_count > 1 ? 1 : 0];
}

/* Whether an option speaks of the record that is to be made. */
static bool has_record_options(const struct cli_args *args)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        if (rules[i].allowed == FROM_OPTIONS && cli_count(args, rules[i].name) > 0) {
            return true;
        }
    }
    return false;
}

static bool usage_holds(const struct cli_args *args, const struct way_of_work *work)
{
    if (work->way == FROM_OPTIONS && !has_record_options(args)) {
        cli_fail_usage(args->program,
                       "there is nothing to append: give RECORD files, or '--jsonl', or what the "
                       "record says ('--kind', '--event', '--matter', '--institution')");
        return false;
    }
    if (work->way == FROM_LINES && args->operand_count > 1) {
        cli_fail_usage(args->program, "record files do not go with '--jsonl'");
        return false;
    }
    if (cli_count(args, "proof") > 0 && args->operand_count > 2) {
        cli_fail_usage(args->program, "option '--proof' goes with one record only");
        return false;
    }
    return option_rules_hold(args, rules, COUNT_OF(rules), work->way, work->name);
}

/* The records are in the ledger, whatever becomes of the index. */
static int append_the_index(struct job *job)
{
    struct appended_index appended;
    if (cli_count(job->args, "index") == 0) {
        return CLI_DONE;
    }
    int status = append_index(&appended, job->submission, job->builder, job->signers.operator_key);
    if (status != CLI_DONE) {
        cli_message("the records ARE in the ledger; only the index of matters was not appended: "
                    "'ledger-index' does it");
    } else if (!appended.matters.stale) {
        cli_message("no index of matters was needed: nothing changed since that in entry %" PRIu64,
                    appended.matters.last);
    }
    return status;
}

/* After the ledger was closed: one process must not open a store twice. */
static int prove(struct job *job, uint64_t index)
{
    const char *out = cli_value(job->args, "proof");
    if (out == NULL) {
        return CLI_DONE;
    }
    const char *ledger = job->args->operands[0];
    if (save_proof(ledger, index, ledger_signer_vkey(job->signers.operator_key), out) == CLI_DONE) {
        return CLI_DONE;
    }
    return cli_fail("the record IS in the ledger, as entry %" PRIu64 "; only its proof was not "
                    "written: 'ledger-prove %s %" PRIu64 " --output FILE' makes it",
                    index, ledger, index);
}

static int append(struct job *job, const struct way_of_work *work)
{
    int status = CLI_TROUBLE;
    struct ledger_signing operator_key = signers_signing(job->signers.operator_key);
    job->submission = submission_open(&status, job->args, &operator_key);
    if (job->submission == NULL) {
        return status;
    }
    status = work->append(job);
    if (status == CLI_DONE) {
        submission_tell_existing(job->submission);
    }
    uint64_t index = job->submission->receipts[0].index;
    if (status == CLI_DONE) {
        status = append_the_index(job);
    }
    submission_close(&job->submission);
    return status == CLI_DONE ? prove(job, index) : status;
}

static bool place_for_proof(const struct cli_args *args)
{
    const char *out = cli_value(args, "proof");
    return out == NULL || save_proof_has_place(out);
}

static int run(const struct cli_args *args)
{
    const struct way_of_work *work = way_of(args);
    if (!usage_holds(args, work) || !place_for_proof(args)) {
        return CLI_TROUBLE;
    }
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return cli_fail("out of memory");
    }
    job->args = args;
    job->builder = record_builder_new();
    int status = CLI_TROUBLE;
    bool batch = cli_count(args, "batch") > 0;
    job->batch = batch ? batch_signing_new(&job->signers) : NULL;
    if (job->builder != NULL && (!batch || job->batch != NULL) &&
        signers_open_operator(&job->signers, args, "operator") &&
        signers_open_keys(&job->signers, args, "key")) {
        status = append(job, work);
    }
    signers_close(&job->signers);
    batch_signing_free(&job->batch);
    record_builder_free(&job->builder);
    free(job);
    return status;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
