/*
 * ledger-publish - publishes a ledger as plain files, for any web server.
 */
#include <inttypes.h>

#include "ledger/ops/publish.h"
#include "tools/json.h"
#include "tools/read_ledger.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "again", .help = "compare all files with the ledger, and put right what\ndiffers"},
    NO_LOCK_OPTION,
    {.name = "json", .help = "print an object of JSON"},
};

static const struct cli_program program = {
    .name = "ledger-publish",
    .usage = "[--again] [--no-lock] [--json] LEDGER DIR",
    .summary =
        "Writes into the directory DIR what is new in the ledger since it was published there\n"
        "last: its last checkpoint, and the tiles and entries under it (c2sp.org/tlog-tiles).\n"
        "A web server that serves DIR is a complete read service; 'ledger-verify DIR'\n"
        "verifies it, 'ledger-import DIR LEDGER' makes a ledger of it.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 2,
    .operands_max = 2,
};

static void print_text(const struct ledger_publish_report *report, const char *directory)
{
    (void)printf("published\t%s\t%" PRIu64 " entries\n", directory, report->size);
    (void)printf("before\t%" PRIu64 " entries\n", report->before);
    (void)printf("files\t%" PRIu64 " written, %" PRIu64 " as they must be, %" PRIu64 " removed\n",
                 report->written, report->kept, report->removed);
}

static void print_json(const struct ledger_publish_report *report, const char *directory)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "directory", directory);
    json_add_string(object, "origin", report->origin);
    json_add_number(object, "before", report->before);
    json_add_number(object, "size", report->size);
    json_add_base64(object, "root", &report->root);
    json_add_number(object, "written", report->written);
    json_add_number(object, "kept", report->kept);
    json_add_number(object, "removed", report->removed);
    json_add_number(object, "bytes", report->bytes);
    json_print(stdout, object);
}

static int run(const struct cli_args *args)
{
    struct cli_bar bar = {.label = "publishing, entries"};
    struct ledger_publish_options publish = {.again = cli_count(args, "again") > 0,
                                             .unlocked = cli_count(args, "no-lock") > 0,
                                             .progress = cli_bar_at,
                                             .progress_context = &bar};
    struct ledger_publish_report report;
    struct ledger_error error = {0};
    const char *directory = args->operands[1];
    enum ledger_status status =
        ledger_publish(&report, args->operands[0], directory, &publish, &error);
    cli_bar_end(&bar);
    if (status != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    (cli_count(args, "json") > 0 ? print_json : print_text)(&report, directory);
    return CLI_DONE;
}

int main(int argc, char **argv)
{
    return cli_run(&program, run, argc, argv);
}
