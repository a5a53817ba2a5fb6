/*
 * ledger-init - founds a ledger: makes its genesis from lines of the authority, signed by
 * governors.
 */
#include <limits.h>
#include <stdlib.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/create.h"
#include "ledger/ops/files.h"
#include "ledger/ops/search.h"
#include "ledger/tree/tree.h"
#include "tools/json.h"
#include "tools/lines_file.h"
#include "tools/record_builder.h"
#include "tools/refusal.h"
#include "tools/signers.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "origin", .argument = "NAME", .help = "name of the ledger, a URL without scheme"},
    {.name = "operator", .argument = "KEYFILE", .help = "key that signs the checkpoints"},
    {.name = "authority",
     .argument = "LINESFILE",
     .help = "lines of the first authority; empty lines and lines that\n"
             "begin with '#' are left out, and an operator line is added"},
    {.name = "sign", .argument = "KEYFILE", .repeatable = true, .help = "key of a governor"},
    PASSPHRASE_OPTION,
    {.name = "guard", .argument = "FILE", .help = "where the guard goes; LEDGER.guard by default"},
    {.name = "map-size",
     .argument = "BYTES",
     .help = "largest size of the store; 1 TiB by default"},
    {.name = "json", .help = "print an object of JSON"},
};

static const struct cli_program program = {
    .name = "ledger-init",
    .usage = "LEDGER --origin NAME --operator KEYFILE --authority LINESFILE --sign KEYFILE...",
    .summary =
        "Makes a new ledger, with an entry that sets its first authority, signed by governors.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 1,
};

struct job {
    const struct cli_args *args;
    struct ledger_span origin;
    struct signers signers;
    struct record_builder *builder;
    struct lines_file lines;
    char operator_line[9 + LEDGER_VKEY_MAX + 1];
    struct ledger_span *sets; /* borrow the file and the line of the operator */
};

/* --- the lines --- */

static struct ledger_span operator_line(struct job *job)
{
    struct ledger_buffer buffer =
        ledger_buffer_in((uint8_t *)job->operator_line, sizeof job->operator_line);
    ledger_buffer_text(&buffer, "operator ");
    ledger_vkey_write(&buffer, ledger_signer_vkey(job->signers.operator_key));
    return ledger_buffer_span(&buffer);
}

/* An operator line, if the file has none, comes first. */
static int take_lines(struct job *job)
{
    struct ledger_hasher *hasher = job->builder->hasher;
    struct ledger_record_fields *fields = &job->builder->fields;
    job->sets = calloc(job->lines.set_count + 1, sizeof job->sets[0]);
    if (job->sets == NULL) {
        return cli_fail("out of memory");
    }
    size_t added = lines_file_has(&job->lines, hasher, LEDGER_LINE_OPERATOR) ? 0 : 1;
    job->sets[0] = operator_line(job);
    for (size_t i = 0; i < job->lines.set_count; i++) {
        job->sets[added + i] = job->lines.sets[i];
    }
    fields->sets = job->sets;
    fields->set_count = added + job->lines.set_count;
    return CLI_DONE;
}

/* --- the genesis --- */

static int refuse(const struct job *job, const struct ledger_verdict *verdict)
{
    const char *hint = verdict->finding == LEDGER_NOT_ENROLLED
                           ? "only governors that the file of '--authority' names sign the genesis"
                           : NULL;
    return cli_refuse_as(&(struct refusal){.subject = "the genesis",
                                           .verdict = verdict,
                                           .hint = hint,
                                           .json = cli_count(job->args, "json") > 0});
}

static int build_genesis(struct job *job)
{
    struct ledger_verdict verdict;
    int status = record_builder_start(job->builder, job->origin);
    struct ledger_record_fields *fields = &job->builder->fields;
    fields->kind = ledger_span_of(LEDGER_KIND_AUTHORITY);
    fields->event = ledger_span_of("genesis");
    fields->matter = ledger_span_of(LEDGER_KIND_AUTHORITY);
    fields->institution = job->origin;
    if (status == CLI_DONE) {
        status = take_lines(job);
    }
    if (status != CLI_DONE) {
        return status;
    }
    if (!record_builder_write(job->builder, &verdict)) {
        return refuse(job, &verdict);
    }
    signers_make_note(&job->signers, &job->builder->text);
    return CLI_DONE;
}

static int create(struct job *job, const char *guard)
{
    struct ledger_create_options create_options = {.guard_path = guard};
    struct ledger_signing operator_key = signers_signing(job->signers.operator_key);
    struct ledger_verdict verdict;
    struct ledger_error error;
    if (!cli_number(&create_options.map_size, job->args, "map-size", INT64_MAX)) {
        return CLI_TROUBLE;
    }
    ledger_verdict_clear(&verdict);
    enum ledger_status status =
        ledger_create(&verdict, job->args->operands[0], ledger_buffer_span(&job->builder->text),
                      &operator_key, &create_options, &error);
    if (status == LEDGER_INVALID && verdict.finding > LEDGER_VALID) {
        return refuse(job, &verdict);
    }
    return status == LEDGER_OK ? CLI_DONE : cli_fail_with(&error);
}

/* --- what was made --- */

struct founded {
    struct ledger_hash leaf;
    char root_text[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE) + 1]; /* as in checkpoints */
    uint8_t vkey[LEDGER_VKEY_MAX];
    struct ledger_span vkey_text;
};

static enum ledger_status read_founded(struct founded *founded, struct ledger_reader *reader,
                                       struct ledger_hasher *hasher, struct ledger_error *error)
{
    struct ledger_span entry;
    struct ledger_span note;
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    enum ledger_status status = ledger_reader_entry(reader, &entry, 0, error);
    if (status == LEDGER_OK) {
        status = ledger_reader_checkpoint(reader, &note, 1, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_verdict_clear(&verdict);
    if (!ledger_checkpoint_parse(&checkpoint, &verdict, note)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "the first checkpoint is damaged");
    }
    ledger_tree_leaf(hasher, &founded->leaf, entry);
    if (!ledger_hash_equal(&founded->leaf, &checkpoint.root)) { /* of one entry they are the same */
        return ledger_error_set(error, LEDGER_SELF_CHECK, 0,
                                "the genesis read back is not under the first checkpoint");
    }
    struct ledger_buffer root =
        ledger_buffer_in((uint8_t *)founded->root_text, sizeof founded->root_text);
    ledger_buffer_base64(&root, checkpoint.root.bytes, LEDGER_HASH_SIZE);
    founded->root_text[root.size] = '\0';
    return LEDGER_OK;
}

static void print_hex(const char *name, const struct ledger_hash *hash)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer hex = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&hex, hash->bytes, LEDGER_HASH_SIZE);
    (void)printf("%s %.*s\n", name, LEDGER_SPAN_ARGS(ledger_buffer_span(&hex)));
}

static void print_text(const struct job *job, const struct founded *founded, const char *guard)
{
    (void)printf("origin %.*s\nindex 0\n", LEDGER_SPAN_ARGS(job->origin));
    print_hex("leaf", &founded->leaf);
    (void)printf("root %s\n", founded->root_text);
    (void)printf("log %.*s\nguard ", LEDGER_SPAN_ARGS(founded->vkey_text));
    cli_put_clean(stdout, ledger_span_of(guard));
    (void)putchar('\n');
}

static void print_json(const struct job *job, const struct founded *founded, const char *guard)
{
    struct json_value *object = json_object_new();
    json_add_text(object, "origin", job->origin);
    json_add_number(object, "index", 0);
    json_add_hex(object, "leaf", &founded->leaf);
    json_add_string(object, "root", founded->root_text);
    json_add_text(object, "log", founded->vkey_text);
    json_add_string(object, "guard", guard);
    json_print(stdout, object);
}

static int print_founded(const struct job *job, const char *guard)
{
    struct founded founded;
    struct ledger_error error;
    struct ledger_reader *reader = NULL;
    enum ledger_status status = ledger_reader_open(&reader, job->args->operands[0], false, &error);
    if (status == LEDGER_OK) {
        status = read_founded(&founded, reader, job->builder->hasher, &error);
    }
    ledger_reader_close(&reader);
    if (status != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    struct ledger_buffer vkey = ledger_buffer_in(founded.vkey, sizeof founded.vkey);
    ledger_vkey_write(&vkey, ledger_signer_vkey(job->signers.operator_key));
    founded.vkey_text = ledger_buffer_span(&vkey);
    (cli_count(job->args, "json") > 0 ? print_json : print_text)(job, &founded, guard);
    return cli_finish(CLI_DONE);
}

static int report(const struct job *job, const char *guard)
{
    int status = print_founded(job, guard);
    if (status != CLI_DONE) {
        cli_message("the ledger '%s' IS made and in its place; only the report on it failed: "
                    "'ledger-verify' and 'ledger-log' give one",
                    job->args->operands[0]);
    }
    return status;
}

static int found(struct job *job)
{
    char guard[LEDGER_PATH_MAX];
    struct ledger_error error;
    if (ledger_path_of_guard(guard, job->args->operands[0], cli_value(job->args, "guard"),
                             &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    int status = build_genesis(job);
    if (status == CLI_DONE) {
        status = create(job, guard);
    }
    return status == CLI_DONE ? report(job, guard) : status;
}

static int run(const struct cli_args *args)
{
    static const char *const needed[] = {"origin", "operator", "authority", "sign"};
    struct job job = {.args = args};
    for (size_t i = 0; i < COUNT_OF(needed); i++) {
        if (cli_count(args, needed[i]) == 0) {
            return cli_fail_usage(args->program, "option '--%s' is missing", needed[i]);
        }
    }
    job.origin = ledger_span_of(cli_value(args, "origin"));
    if (!ledger_text_is_name(job.origin)) {
        return cli_fail("'%s' is not a name: 1 to %d bytes of clean text without spaces and '+'",
                        cli_value(args, "origin"), LEDGER_NAME_MAX);
    }
    int status = CLI_TROUBLE;
    job.builder = record_builder_new();
    if (job.builder != NULL) {
        status = lines_file_read(&job.lines, job.builder->hasher, cli_value(args, "authority"),
                                 false, cli_count(args, "json") > 0);
    }
    if (status == CLI_DONE) {
        status = signers_open_operator(&job.signers, args, "operator") &&
                         signers_open_keys(&job.signers, args, "sign")
                     ? found(&job)
                     : CLI_TROUBLE;
    }
    signers_close(&job.signers);
    record_builder_free(&job.builder);
    lines_file_free(&job.lines);
    free(job.sets);
    return status;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
