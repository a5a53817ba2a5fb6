/*
 * ledger-sign - signs a record in a file, away from the ledger; makes the file if asked to.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/ops/files.h"
#include "tools/authority_text.h"
#include "tools/option_rules.h"
#include "tools/record_builder.h"
#include "tools/refusal.h"
#include "tools/replace_file.h"
#include "tools/sign_batch.h"
#include "tools/sign_record.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "key", .argument = "KEYFILE", .repeatable = true, .help = "key to sign with"},
    PASSPHRASE_OPTION,
    {.name = "output",
     .letter = 'o',
     .argument = "OUT",
     .help = "write to OUT ('-': standard output), not to RECORD"},
    {.name = "batch", .help = "sign all RECORDs together: each key signs once"},
    {.name = "new", .help = "make the record from the options below"},
    {.name = "ledger", .argument = "NAME", .help = "name of the ledger the record is for"},
    RECORD_OPTIONS,
    {.name = "unset",
     .argument = "SUBJECT",
     .repeatable = true,
     .help = "take a line out of the authority"},
    {.name = "set",
     .argument = "LINE",
     .repeatable = true,
     .help = "put a line into the authority"},
};

static const struct cli_program program = {
    .name = "ledger-sign",
    .usage = "RECORD --key KEYFILE... [--passphrase-file FILE]... [-o OUT]\n"
             "--batch RECORD RECORD... --key KEYFILE... [--passphrase-file FILE]...\n"
             "--new RECORD --ledger NAME RECORD-OPTIONS [--key KEYFILE...]",
    .summary = "Adds signatures to the record in the file RECORD, after showing on stderr what is\n"
               "signed. With --new it makes RECORD, which must not be there yet, from options\n"
               "(kind, event, matter and institution are needed), with or without signatures.\n"
               "Several people can so sign one record, each on a machine of their own.\n"
               "With --batch each key signs up to 1024 records at once; every one of them gets a\n"
               "signature line that can be checked without the others.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = SIZE_MAX,
};

enum way { ADDING = 1, MAKING = 2, BATCH = 4 };

static const struct option_rule rules[] = {
    {"key", ADDING | MAKING | BATCH, ADDING | BATCH},
    {"batch", BATCH, BATCH},
    {"new", MAKING, MAKING},
    {"output", ADDING, 0},
    {"ledger", MAKING, MAKING},
    {"kind", MAKING, MAKING},
    {"event", MAKING, MAKING},
    {"matter", MAKING, MAKING},
    {"institution", MAKING, MAKING},
    {"time", MAKING, 0},
    {"nonce", MAKING, 0},
    {"category", MAKING, 0},
    {"party", MAKING, 0},
    {"refers", MAKING, 0},
    {"field", MAKING, 0},
    {"data", MAKING, 0},
    {"document", MAKING, 0},
    {"unset", MAKING, 0},
    {"set", MAKING, 0},
};

/* --- a record that is there --- */

/* What goes out must read as a record again: signatures may have made it too long. */
static int write_signed(const struct cli_args *args, const struct signers *signers,
                        const struct ledger_buffer *buffer, const char *subject)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    const char *out = cli_value(args, "output");
    ledger_verdict_clear(&verdict);
    if (buffer->overflow) {
        ledger_verdict_set(&verdict, LEDGER_TOO_LONG, "with its signatures it is over %d bytes",
                           LEDGER_NOTE_MAX);
        return cli_refuse(subject, &verdict);
    }
    if (!ledger_record_parse(&record, &verdict, ledger_buffer_span(buffer))) {
        return cli_refuse(subject, &verdict);
    }
    if (!signers_check(signers, ledger_buffer_span(buffer))) {
        return CLI_TROUBLE;
    }
    return cli_replace_file(out != NULL ? out : args->operands[0], ledger_buffer_span(buffer));
}

static int sign_parsed(const struct cli_args *args, struct signers *signers,
                       const struct ledger_record *record, const char *subject)
{
    uint8_t memory[LEDGER_NOTE_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    sign_show_record(record);
    if (!signers_open_keys(signers, args, "key")) {
        return CLI_TROUBLE;
    }
    int status = sign_refuse_second(signers, &record->note, subject);
    if (status != CLI_DONE) {
        return status;
    }
    ledger_buffer_add(&buffer, record->note.text);
    ledger_buffer_text(&buffer, "\n");
    ledger_buffer_add(&buffer, record->note.signatures);
    signers_sign(signers, &buffer, record->note.text);
    return write_signed(args, signers, &buffer, subject);
}

static int sign_file(const struct cli_args *args, struct signers *signers)
{
    char subject[4200];
    struct ledger_record record;
    struct ledger_verdict verdict;
    const char *path = args->operands[0];
    uint8_t *data = NULL;
    size_t size = 0;
    (void)snprintf(subject, sizeof subject, "'%s'", path);
    if (strcmp(path, "-") == 0 && cli_count(args, "output") == 0) {
        return cli_fail_usage(args->program, "a record from standard input needs '-o'");
    }
    if (!cli_read_file(&data, &size, path, LEDGER_NOTE_MAX)) {
        return CLI_TROUBLE;
    }
    int status = sign_parse_either(&record, &verdict, (struct ledger_span){data, size})
                     ? sign_parsed(args, signers, &record, subject)
                     : cli_refuse(subject, &verdict);
    free(data);
    return status;
}

/* --- a new record --- */

static struct ledger_span *spans_of(const struct cli_args *args, const char *name, size_t *count)
{
    *count = cli_count(args, name);
    struct ledger_span *spans = calloc(*count + 1, sizeof spans[0]);
    for (size_t i = 0; spans != NULL && i < *count; i++) {
        spans[i] = ledger_span_of(cli_nth(args, name, i));
    }
    return spans;
}

static int write_new(const struct cli_args *args, struct signers *signers,
                     struct record_builder *builder)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_error error;
    if (!record_builder_write(builder, &verdict)) {
        return record_builder_refuse(false, "the record", &verdict);
    }
    if (cli_count(args, "key") > 0) {
        bool parsed = sign_parse_either(&record, &verdict, ledger_buffer_span(&builder->text));
        LEDGER_ASSERT(parsed);
        sign_show_record(&record);
        if (!signers_open_keys(signers, args, "key")) {
            return CLI_TROUBLE;
        }
        signers_make_note(signers, &builder->text);
    }
    if (!sign_parse_either(&record, &verdict, ledger_buffer_span(&builder->text))) {
        return cli_refuse("the record", &verdict);
    }
    if (!signers_check(signers, ledger_buffer_span(&builder->text))) {
        return CLI_TROUBLE;
    }
    return ledger_file_create(args->operands[0], ledger_buffer_span(&builder->text), &error) ==
                   LEDGER_OK
               ? CLI_DONE
               : cli_fail_with(&error);
}

/* Whether they are lines and subjects of the authority; what the ledger makes of them it tells. */
static int check_changes(const struct cli_args *args, struct ledger_hasher *hasher,
                         const struct ledger_record_fields *fields)
{
    struct ledger_authority_line line;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    for (size_t i = 0; i < fields->unset_count; i++) {
        if (!authority_text_is_subject(hasher, fields->unsets[i])) {
            return cli_fail_usage(args->program,
                                  "option '--unset': '%.*s' is not a subject: " AUTHORITY_SUBJECTS,
                                  LEDGER_SPAN_ARGS(fields->unsets[i]));
        }
    }
    for (size_t i = 0; i < fields->set_count; i++) {
        if (!authority_text_parse(hasher, &line, &verdict, fields->sets[i])) {
            return cli_fail_usage(args->program, "option '--set': '%.*s': %s: %s",
                                  LEDGER_SPAN_ARGS(fields->sets[i]),
                                  ledger_finding_token(verdict.finding), verdict.detail);
        }
    }
    return CLI_DONE;
}

static int make_with(const struct cli_args *args, struct signers *signers,
                     struct record_builder *builder)
{
    struct ledger_record_fields *fields = &builder->fields;
    int status = record_builder_start(builder, ledger_span_of(cli_value(args, "ledger")));
    struct ledger_span *unsets = spans_of(args, "unset", &fields->unset_count);
    struct ledger_span *sets = spans_of(args, "set", &fields->set_count);
    fields->unsets = unsets;
    fields->sets = sets;
    if (status == CLI_DONE) {
        status = unsets != NULL && sets != NULL ? record_builder_take_options(builder, args)
                                                : cli_fail("out of memory");
    }
    if (status == CLI_DONE) {
        status = check_changes(args, builder->hasher, fields);
    }
    if (status == CLI_DONE) {
        status = write_new(args, signers, builder);
    }
    free(unsets);
    free(sets);
    return status;
}

static int make_file(const struct cli_args *args, struct signers *signers)
{
    if (access(args->operands[0], F_OK) == 0) {
        return cli_fail("cannot create '%s': it exists already", args->operands[0]);
    }
    struct record_builder *builder = record_builder_new();
    int status = builder != NULL ? make_with(args, signers, builder) : CLI_TROUBLE;
    record_builder_free(&builder);
    return status;
}

struct way_of_work {
    enum way way;
    const char *name;
    int (*sign)(const struct cli_args *args, struct signers *signers);
};

static const struct way_of_work ways[] = {
    {ADDING, "a record that is there; give '--new' to make one", sign_file},
    {MAKING, "'--new'", make_file},
    {BATCH, "'--batch'", sign_batch},
};

static const struct way_of_work *way_of(const struct cli_args *args)
{
    return &ways[cli_count(args, "new") > 0 ? 1 : cli_count(args, "batch") > 0 ? 2 : 0];
}

static int run(const struct cli_args *args)
{
    struct signers signers = {0};
    const struct way_of_work *work = way_of(args);
    if (!option_rules_hold(args, rules, COUNT_OF(rules), work->way, work->name)) {
        return CLI_TROUBLE;
    }
    if (work->way != BATCH && args->operand_count > 1) {
        return cli_fail_usage(args->program, "several records are signed with '--batch'");
    }
    int status = work->sign(args, &signers);
    signers_close(&signers);
    return status;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
