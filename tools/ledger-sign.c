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
#include "tools/signers.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "key", .argument = "KEYFILE", .repeatable = true, .help = "key to sign with"},
    PASSPHRASE_OPTION,
    {.name = "output",
     .letter = 'o',
     .argument = "OUT",
     .help = "write to OUT ('-': standard output), not to RECORD"},
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
             "--new RECORD --ledger NAME RECORD-OPTIONS [--key KEYFILE...]",
    .summary = "Adds signatures to the record in the file RECORD, after showing on stderr what is\n"
               "signed. With --new it makes RECORD, which must not be there yet, from options\n"
               "(kind, event, matter and institution are needed), with or without signatures.\n"
               "Several people can so sign one record, each on a machine of their own.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 1,
};

enum way { ADDING = 1, MAKING = 2 };

static const struct option_rule rules[] = {
    {"key", ADDING | MAKING, ADDING},
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

/* --- what is signed --- */

static void show(const char *name, struct ledger_span value)
{
    (void)fprintf(stderr, "  %-12s ", name);
    cli_put_clean(stderr, value);
    (void)fputc('\n', stderr);
}

static void show_optional(const char *name, struct ledger_span value)
{
    if (value.size > 0) {
        show(name, value);
    }
}

static void show_lines(const char *name, struct ledger_lines lines)
{
    struct ledger_span value;
    while (ledger_lines_next(&lines, &value)) {
        show(name, value);
    }
}

static void show_record(const struct ledger_record *record)
{
    (void)fprintf(stderr, "record to be signed:\n");
    show("ledger", record->ledger);
    show("kind", record->kind);
    show("event", record->event);
    show("matter", record->matter);
    show("institution", record->institution);
    show("time", record->time);
    show_optional("category", record->category);
    show_lines("party", record->parties);
    show_optional("refers", record->refers);
    show_lines("field", record->fields);
    show_lines("document", record->documents);
    show_lines("unset", record->unsets);
    show_lines("set", record->sets);
    show_optional("data", record->data);
}

/* --- a record that is there --- */

static bool has_signature_of(const struct ledger_note *note, const struct ledger_vkey *vkey)
{
    struct ledger_span rest = note->signatures;
    struct ledger_signature signature;
    while (note->count > 0 && ledger_note_next(&rest, &signature)) {
        if (signature.key_id == vkey->id &&
            ledger_span_equal(signature.name, ledger_vkey_name(vkey))) {
            return true;
        }
    }
    return false;
}

static int refuse_second(const struct signers *signers, const struct ledger_note *note,
                         const char *subject)
{
    struct ledger_verdict verdict;
    for (size_t i = 0; i < signers->count; i++) {
        const struct ledger_vkey *vkey = ledger_signer_vkey(signers->keys[i]);
        if (has_signature_of(note, vkey)) {
            ledger_verdict_clear(&verdict);
            ledger_verdict_set(&verdict, LEDGER_REPEATED_SIGNER, "'%s' signed it before",
                               vkey->name);
            return cli_refuse(subject, &verdict);
        }
    }
    return CLI_DONE;
}

/* A note if there is an empty line, else a draft. */
static bool parse_either(struct ledger_record *record, struct ledger_verdict *verdict,
                         struct ledger_span bytes)
{
    bool is_note = bytes.size > 0 && memmem(bytes.data, bytes.size, "\n\n", 2) != NULL;
    ledger_verdict_clear(verdict);
    return (is_note ? ledger_record_parse : ledger_record_parse_draft)(record, verdict, bytes);
}

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
    show_record(record);
    if (!signers_open_keys(signers, args, "key")) {
        return CLI_TROUBLE;
    }
    int status = refuse_second(signers, &record->note, subject);
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
    int status = parse_either(&record, &verdict, (struct ledger_span){data, size})
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
        bool parsed = parse_either(&record, &verdict, ledger_buffer_span(&builder->text));
        LEDGER_ASSERT(parsed);
        show_record(&record);
        if (!signers_open_keys(signers, args, "key")) {
            return CLI_TROUBLE;
        }
        signers_make_note(signers, &builder->text);
    }
    if (!parse_either(&record, &verdict, ledger_buffer_span(&builder->text))) {
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

static int run(const struct cli_args *args)
{
    struct signers signers = {0};
    bool making = cli_count(args, "new") > 0;
    if (!option_rules_hold(args, rules, COUNT_OF(rules), making ? MAKING : ADDING,
                           making ? "'--new'"
                                  : "a record that is there; give '--new' to make one")) {
        return CLI_TROUBLE;
    }
    int status = making ? make_file(args, &signers) : sign_file(args, &signers);
    signers_close(&signers);
    return status;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
