/*
 * ledger-log - lists and searches a ledger, and gives out its exact bytes.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tools/document_file.h"
#include "tools/entry_json.h"
#include "tools/json.h"
#include "tools/read_ledger.h"
#include "tools/worker.h"

#include "ledger/base/encoding.h"
#include "ledger/base/text.h"
#include "ledger/tree/tree.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "matter", .argument = "M", .help = "only entries of this matter"},
    {.name = "kind", .argument = "K", .help = "only entries of this kind"},
    {.name = "institution", .argument = "I", .help = "only entries that this institution filed"},
    {.name = "signer", .argument = "NAME", .help = "only entries signed by a key of this name"},
    {.name = "document",
     .argument = "FILE",
     .file = CLI_FILE_READ,
     .help = "only entries that speak of this file"},
    {.name = "from", .argument = "N", .help = "begin at entry N"},
    {.name = "limit", .argument = "N", .help = "end after N entries"},
    {.name = "json", .help = "one JSON object a line, with everything the record says"},
    {.name = "checkpoint", .help = "print the newest signed checkpoint, or that of SIZE"},
    {.name = "raw", .argument = "N", .help = "write the exact bytes of entry N"},
    NO_LOCK_OPTION,
};

static const struct cli_program program = {
    .name = "ledger-log",
    .usage = "[--matter M] [--kind K] [--institution I] [--signer NAME]\n"
             "           [--document FILE] [--from N] [--limit N] [--json] LEDGER\n"
             "--checkpoint LEDGER [SIZE]\n"
             "--raw N LEDGER",
    .summary = "Lists a ledger, one line an entry: index, ledger's time, kind/event, matter,\n"
               "institution, signers, then the lines category, party, refers and field, if there\n"
               "are any, with tabs between. It verifies nothing: ledger-verify does.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 2,
    .file_operands = 1,
};

struct listing {
    struct ledger_hasher *hasher;
    uint64_t limit;
    uint64_t count;
    bool json;
};

static void print_signers(const struct ledger_note *note)
{
    struct ledger_span rest = note->signatures;
    struct ledger_signature signature;
    const char *comma = "";
    while (ledger_note_next(&rest, &signature)) {
        (void)fputs(comma, stdout);
        cli_put_clean(stdout, signature.name);
        comma = ",";
    }
}

static void print_column(const char *word, struct ledger_span value)
{
    if (value.size > 0) {
        (void)printf("\t%s ", word);
        cli_put_clean(stdout, value);
    }
}

static void print_columns(const char *word, struct ledger_lines lines)
{
    struct ledger_span value;
    while (ledger_lines_next(&lines, &value)) {
        print_column(word, value);
    }
}

static void print_line(const struct ledger_entry *entry)
{
    char time[LEDGER_TIME_SIZE + 1];
    const struct ledger_record *record = &entry->record;
    ledger_write_ledger_time(time, entry->time_ms);
    (void)printf("%" PRIu64 "\t%s\t", entry->index, time);
    cli_put_clean(stdout, record->kind);
    (void)fputc('/', stdout);
    cli_put_clean(stdout, record->event);
    (void)fputc('\t', stdout);
    cli_put_clean(stdout, record->matter);
    (void)fputc('\t', stdout);
    cli_put_clean(stdout, record->institution);
    (void)fputc('\t', stdout);
    print_signers(&record->note);
    print_column("category", record->category);
    print_columns("party", record->parties);
    print_column("refers", record->refers);
    print_columns("field", record->fields);
    (void)fputc('\n', stdout);
}

static enum ledger_status print_found(void *context, const struct ledger_entry *entry,
                                      struct ledger_span bytes)
{
    struct listing *listing = context;
    struct ledger_hash leaf;
    if (listing->json) {
        ledger_tree_leaf(listing->hasher, &leaf, bytes);
        json_print(stdout, entry_json(entry, &leaf));
    } else {
        print_line(entry);
    }
    listing->count++;
    /* Once nobody reads any more, going on is of no use. */
    bool enough = listing->count == listing->limit || ferror(stdout) != 0;
    return enough ? LEDGER_NOT_FOUND : LEDGER_OK;
}

static struct ledger_span value_span(const struct cli_args *args, const char *name)
{
    const char *text = cli_value(args, name);
    return ledger_span_of(text != NULL ? text : "");
}

static int list(const struct cli_args *args, struct ledger_reader *reader,
                const struct ledger_query *query, struct listing *listing)
{
    struct ledger_error error;
    if (ledger_search(reader, query, print_found, listing, &error) != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    if (listing->count == 0) {
        cli_message("nothing found among %" PRIu64 " entries", ledger_reader_size(reader));
    }
    return CLI_DONE;
}

static int print_listing(const struct cli_args *args, struct ledger_reader *reader)
{
    struct ledger_document document;
    struct listing listing = {.json = cli_count(args, "json") > 0};
    struct ledger_query query = {.matter = value_span(args, "matter"),
                                 .kind = value_span(args, "kind"),
                                 .institution = value_span(args, "institution"),
                                 .signer = value_span(args, "signer")};
    const char *path = cli_value(args, "document");
    int status = CLI_TROUBLE;
    if (!cli_number(&query.from, args, "from", LEDGER_TREE_SIZE_MAX) ||
        !cli_number(&listing.limit, args, "limit", LEDGER_TREE_SIZE_MAX)) {
        return CLI_TROUBLE;
    }
    if (cli_value(args, "limit") != NULL && listing.limit == 0) {
        return cli_fail_usage(&program, "option '--limit': 0 entries are none");
    }
    if (ledger_hasher_new(&listing.hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    if (path == NULL || document_file_read(&document, listing.hasher, path)) {
        query.document = path == NULL ? NULL : &document.digest;
        status = list(args, reader, &query, &listing);
    }
    ledger_hasher_free(&listing.hasher);
    return status;
}

/* A store that was tampered with may hold bytes that command a terminal. */
static bool may_show(struct ledger_span bytes)
{
    return ledger_text_clean(bytes, NULL) || isatty(STDOUT_FILENO) == 0;
}

static int print_bytes(const struct cli_args *args, enum ledger_status status,
                       struct ledger_span bytes, const struct ledger_error *error)
{
    if (status == LEDGER_NOT_FOUND) {
        (void)cli_fail_with(error);
        return CLI_NOT_VALID;
    }
    if (status != LEDGER_OK) {
        return read_ledger_fail(args, error);
    }
    if (!may_show(bytes)) {
        return cli_fail("refused to write to a terminal: the bytes are not clean text, as those "
                        "of a ledger that holds are; write them to a file or a pipe");
    }
    (void)fwrite(bytes.data, 1, bytes.size, stdout);
    return CLI_DONE;
}

static int print_checkpoint(const struct cli_args *args, struct ledger_reader *reader)
{
    struct ledger_error error;
    struct ledger_span note = {NULL, 0};
    uint64_t size = 0;
    if (args->operand_count == 2 &&
        (!ledger_read_decimal(&size, ledger_span_of(args->operands[1]), LEDGER_TREE_SIZE_MAX) ||
         size == 0)) {
        return cli_fail_usage(&program, "'%s' is not the size of a checkpoint", args->operands[1]);
    }
    return print_bytes(args, ledger_reader_checkpoint(reader, &note, size, &error), note, &error);
}

static int print_raw(const struct cli_args *args, struct ledger_reader *reader)
{
    struct ledger_error error;
    struct ledger_span entry = {NULL, 0};
    uint64_t index = 0;
    if (!cli_number(&index, args, "raw", LEDGER_TREE_SIZE_MAX - 1)) {
        return CLI_TROUBLE;
    }
    return print_bytes(args, ledger_reader_entry(reader, &entry, index, &error), entry, &error);
}

/* Entries are found by the names of keys, not by the keys. */
static bool is_signer_name(const char *signer)
{
    if (signer == NULL || ledger_text_is_name(ledger_span_of(signer))) {
        return true;
    }
    if (strchr(signer, '+') != NULL) {
        cli_fail_usage(&program,
                       "option '--signer': '%s' is a key; give only its name, which ends before "
                       "the '+': '%.*s'",
                       signer, (int)strcspn(signer, "+"), signer);
    } else {
        cli_fail_usage(&program, "option '--signer': '%s' is not the name of a key", signer);
    }
    return false;
}

static int check_usage(const struct cli_args *args)
{
    static const char *const filters[] = {"matter", "kind", "institution", "signer"};
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        const char *value = cli_value(args, filters[i]);
        if (value != NULL && value[0] == '\0') {
            return cli_fail_usage(&program, "option '--%s': an empty value finds nothing",
                                  filters[i]);
        }
    }
    if (!is_signer_name(cli_value(args, "signer"))) {
        return CLI_TROUBLE;
    }
    bool checkpoint = cli_count(args, "checkpoint") > 0;
    bool raw = cli_count(args, "raw") > 0;
    size_t others = args->value_count - cli_count(args, "no-lock");
    if ((checkpoint || raw) && others > 1) {
        return cli_fail_usage(&program, "option '--%s' stands alone",
                              checkpoint ? "checkpoint" : "raw");
    }
    if (!checkpoint && args->operand_count == 2) {
        return cli_fail_usage(&program, "one operand too many: '%s'", args->operands[1]);
    }
    return CLI_DONE;
}

static int run(const struct cli_args *args)
{
    struct ledger_reader *reader = NULL;
    int status = check_usage(args);
    if (status != CLI_DONE) {
        return status;
    }
    if (!read_ledger_open(&reader, args, args->operands[0])) {
        return CLI_TROUBLE;
    }
    if (cli_count(args, "checkpoint") > 0) {
        status = print_checkpoint(args, reader);
    } else if (cli_count(args, "raw") > 0) {
        status = print_raw(args, reader);
    } else {
        status = print_listing(args, reader);
    }
    ledger_reader_close(&reader);
    return status;
}

int main(int argc, char **argv)
{
    return worker_run(&program, run, NULL, argc, argv);
}
