#include "tools/verify_status.h"

#include <stdlib.h>

#define MATTER_LINE 2 /* of the file */

static void visit(void *context, const struct ledger_proof_report *entry)
{
    struct verify_status *v = context;
    enum ledger_standing makes =
        entry->entitled.ruled ? entry->entitled.rule.makes : LEDGER_STANDING_AS_BEFORE;
    document_status_take(&v->status, &entry->entry, makes);
    if (v->has_file) {
        document_verdict_entry(&v->file, &entry->entry, makes);
    }
    if (v->history != NULL) {
        verify_status_json_row(v, entry);
    } else {
        verify_status_row(v, entry);
    }
}

static void start_file(struct verify_status *v, const struct verify_proof *from)
{
    v->has_file = from->document_count > 0;
    document_status_start(&v->status);
    if (v->has_file) {
        document_verdict_start(&v->file, from->documents[0].path, &from->documents[0].file,
                               v->matter);
    }
}

/* What the proof, which holds, says of the file. */
static void judge_file(struct verify_status *v)
{
    document_verdict_status(&v->file, v->proof.matter, &v->status);
    v->file.as_of = v->report.as_of;
    v->file.as_of_ms = v->report.as_of_ms;
    document_verdict_decide(&v->file);
}

/* Is the proof of the matter that it was asked to be of? */
static bool is_pinned(struct verify_status *v)
{
    if (v->pinned == NULL || ledger_span_is(v->proof.matter, v->pinned)) {
        return true;
    }
    ledger_verdict_set(&v->verdict, LEDGER_OTHER_ENTRY,
                       "the proof is of matter '%.*s', not of the one asked for",
                       LEDGER_SPAN_ARGS(v->proof.matter));
    v->verdict.line = MATTER_LINE;
    return false;
}

static bool parse(struct verify_status *v, const struct proof_file *file)
{
    ledger_verdict_clear(&v->verdict);
    if (file->too_long) {
        return ledger_verdict_set(&v->verdict, LEDGER_TOO_LONG,
                                  "a status proof has at most %zu bytes", file->max);
    }
    v->parsed = ledger_status_proof_parse(&v->proof, &v->verdict,
                                          (struct ledger_span){file->data, file->size});
    return v->parsed && is_pinned(v);
}

static void check(struct verify_status *v, const struct proof_file *file)
{
    if (!parse(v, file)) {
        return;
    }
    (void)snprintf(v->matter, sizeof v->matter, "%.*s", LEDGER_SPAN_ARGS(v->proof.matter));
    if (!ledger_status_check(v->hasher, &v->verdict, &v->report, &v->proof, v->policy, &v->entry,
                             v->memory, visit, v)) {
        return;
    }
    if (v->has_file) {
        judge_file(v);
    }
}

static int exit_of(const struct verify_status *v)
{
    if (v->verdict.finding != LEDGER_VALID) {
        return CLI_NOT_VALID;
    }
    if (v->has_file) {
        return document_verdict_exit(&v->file, v->required);
    }
    return document_require_met(v->required, v->status.standing) ? CLI_DONE : CLI_NOT_VALID;
}

static int check_and_report(struct verify_status *v, const struct cli_args *args,
                            const struct proof_file *file)
{
    bool json = cli_count(args, "json") > 0;
    v->history = json ? json_array_new() : NULL;
    if (!json && !text_stream_open(&v->rows)) {
        return cli_fail("cannot check the proof: out of memory");
    }
    check(v, file);
    if (!json && !text_stream_whole(&v->rows)) {
        return cli_fail("cannot report on the proof: out of memory");
    }
    if (v->verdict.finding == LEDGER_NOT_CHECKED) {
        if (json) {
            json_discard(v->history);
        }
        return cli_fail("cannot check the proof: %s", v->verdict.detail);
    }
    if (json) {
        verify_status_json(v);
    } else {
        verify_status_text(v);
    }
    return exit_of(v);
}

static bool options_agree(const struct cli_args *args)
{
    if (cli_count(args, "document") > 1) {
        cli_fail_usage(args->program, "with a status proof one '--document' at a time: the exit "
                                      "status is the answer");
        return false;
    }
    if (cli_count(args, "explain") > 0) {
        cli_fail_usage(args->program,
                       "'--explain' goes with the proof of one entry: a status proof "
                       "can be taken apart into such");
        return false;
    }
    return true;
}

int verify_status(const struct cli_args *args, const struct proof_file *file,
                  const struct verify_proof *from)
{
    const char *asked = cli_value(args, "require");
    unsigned required = 0;
    if (!options_agree(args)) {
        return CLI_TROUBLE;
    }
    if (asked != NULL && !document_require_parse(&required, asked)) {
        return cli_fail_usage(args->program,
                              "option '--require': '%s' is not a list of effective, corrected, "
                              "pending, void, closed, none",
                              asked);
    }
    struct verify_status *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return cli_fail("out of memory");
    }
    v->policy = from->policy;
    v->hasher = from->hasher;
    v->asked = asked;
    v->pinned = cli_value(args, "matter");
    v->required = required;
    start_file(v, from);
    int status = check_and_report(v, args, file);
    text_stream_close(&v->rows);
    document_verdict_free(&v->file);
    free(v);
    return status;
}
