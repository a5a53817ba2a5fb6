/*
 * ledger-authority - shows who may sign what, and by which rules; how that came about; and drafts
 * changes of it.
 */
#include "ledger/ops/authority_at.h"
#include "ledger/tree/tree.h"
#include "tools/authority_draft.h"
#include "tools/authority_history.h"
#include "tools/authority_lines.h"
#include "tools/authority_text.h"
#include "tools/option_rules.h"
#include "tools/read_ledger.h"
#include "tools/worker.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "at", .argument = "N", .help = "what was in force before entry N"},
    {.name = "history", .help = "every change, in order"},
    {.name = "subject",
     .argument = "SUBJECT",
     .help = "only changes of SUBJECT, such as 'rule KIND EVENT'"},
    {.name = "json", .help = "print JSON"},
    {.name = "draft",
     .argument = "LINESFILE",
     .file = CLI_FILE_READ,
     .help = "write the record of a change, unsigned: lines to set, and\n"
             "'unset SUBJECT' lines; empty lines and lines that begin\n"
             "with '#' are left out"},
    {.name = "institution",
     .argument = "ID",
     .help = "the change is a registrar's of this institution"},
    {.name = "time", .argument = "TIME", .help = "claimed time of the change; now by default"},
    {.name = "output",
     .letter = 'o',
     .argument = "DRAFT",
     .file = CLI_FILE_MADE,
     .help = "write the draft to DRAFT, which must not be there yet"},
    NO_LOCK_OPTION,
};

static const struct cli_program program = {
    .name = "ledger-authority",
    .usage = "LEDGER [--at N] [--json] [--no-lock]\n"
             "LEDGER --history [--subject SUBJECT] [--json] [--no-lock]\n"
             "LEDGER --draft LINESFILE [--institution ID] [--time T] [-o DRAFT]",
    .summary = "Shows who may sign what, and by which rules: the lines of the authority in force\n"
               "for the next entry, or the changes that led to them. With --draft it writes a\n"
               "change for governors, or a registrar, to sign with ledger-sign, once it has found\n"
               "that the change can be made. It verifies nothing: ledger-verify does.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = 1,
    .file_operands = 1,
};

enum way { SHOWING = 1, TELLING = 2, DRAFTING = 4 };

static const struct option_rule rules[] = {
    {"at", SHOWING, 0},           {"subject", TELLING, 0}, {"json", SHOWING | TELLING, 0},
    {"institution", DRAFTING, 0}, {"time", DRAFTING, 0},   {"output", DRAFTING, 0},
};

static int show_lines(const struct cli_args *args, struct ledger_reader *reader,
                      struct ledger_authority *authority, uint64_t before)
{
    struct authority_lines lines;
    struct ledger_hasher *hasher = NULL;
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    int status = authority_lines_of(&lines, authority, hasher);
    lines.before = before;
    if (status == CLI_DONE) {
        status = read_ledger_name(&lines.ledger, args, reader);
    }
    if (status == CLI_DONE && cli_count(args, "json") > 0) {
        authority_lines_json(&lines);
    } else if (status == CLI_DONE) {
        authority_lines_text(&lines, before == ledger_reader_size(reader));
    }
    authority_lines_free(&lines);
    ledger_hasher_free(&hasher);
    return status;
}

static int show(const struct cli_args *args, struct ledger_reader *reader)
{
    struct ledger_authority *authority = NULL;
    struct ledger_error error;
    uint64_t before = ledger_reader_size(reader);
    if (!cli_number(&before, args, "at", LEDGER_TREE_SIZE_MAX)) {
        return CLI_TROUBLE;
    }
    enum ledger_status status = ledger_reader_authority(reader, &authority, before, &error);
    if (status == LEDGER_NOT_FOUND) {
        (void)cli_fail_with(&error);
        return CLI_NOT_VALID;
    }
    if (status != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    int result = show_lines(args, reader, authority, before);
    ledger_authority_free(&authority);
    return result;
}

static int work(const struct cli_args *args, struct ledger_reader *reader, enum way way)
{
    switch (way) {
    case TELLING:
        return authority_history(args, reader, cli_value(args, "subject"),
                                 cli_count(args, "json") > 0);
    case DRAFTING:
        return authority_draft(args, reader, args->operands[0]);
    case SHOWING:
        break;
    }
    return show(args, reader);
}

static int check_subject(const char *subject)
{
    struct ledger_hasher *hasher = NULL;
    if (subject == NULL) {
        return CLI_DONE;
    }
    if (ledger_hasher_new(&hasher) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    bool is_one = authority_text_is_subject(hasher, ledger_span_of(subject));
    ledger_hasher_free(&hasher);
    return is_one ? CLI_DONE
                  : cli_fail_usage(&program,
                                   "option '--subject': '%s' is not a subject: " AUTHORITY_SUBJECTS,
                                   subject);
}

static int run(const struct cli_args *args)
{
    static const char *const names[] = {[SHOWING] = "showing what is in force",
                                        [TELLING] = "'--history'",
                                        [DRAFTING] = "'--draft'"};
    struct ledger_reader *reader = NULL;
    bool history = cli_count(args, "history") > 0;
    enum way way = cli_count(args, "draft") > 0 ? DRAFTING : history ? TELLING : SHOWING;
    if (history && way == DRAFTING) {
        return cli_fail_usage(&program, "option '--history' does not go with '--draft'");
    }
    if (!option_rules_hold(args, rules, COUNT_OF(rules), way, names[way])) {
        return CLI_TROUBLE;
    }
    int status = check_subject(cli_value(args, "subject"));
    if (status != CLI_DONE) {
        return status;
    }
    if (!read_ledger_open(&reader, args, args->operands[0])) {
        return CLI_TROUBLE;
    }
    status = work(args, reader, way);
    ledger_reader_close(&reader);
    return status;
}

int main(int argc, char **argv)
{
    return worker_run(&program, run, NULL, argc, argv);
}
