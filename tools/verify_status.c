#include "tools/verify_status.h"

#include <stdlib.h>
#include <string.h>

size_t verify_proof_max(const char *path)
{
    char start[sizeof LEDGER_STATUS_HEADER] = "";
    if (strcmp(path, "-") == 0) {
        return LEDGER_STATUS_FILE_MAX;
    }
    FILE *file = fopen(path, "re");
    size_t size = file == NULL ? 0 : fread(start, 1, sizeof start, file);
    if (file != NULL) {
        (void)fclose(file);
    }
    struct ledger_span bytes = {(const uint8_t *)start, size};
    return ledger_is_status_proof(bytes) ? LEDGER_STATUS_FILE_MAX : LEDGER_PROOF_FILE_MAX;
}

static void visit(void *context, const struct ledger_proof_report *entry)
{
    struct verify_status *v = context;
    if (v->has_file) {
        enum ledger_standing makes =
            entry->entitled.ruled ? entry->entitled.rule.makes : LEDGER_STANDING_AS_BEFORE;
        document_verdict_entry(&v->file, &entry->entry, makes);
        document_status_take(&v->file_status, &entry->entry, makes);
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
    document_status_start(&v->file_status);
    if (v->has_file) {
        document_verdict_start(&v->file, from->documents[0].path, &from->documents[0].file,
                               v->matter);
    }
}

/* What the proof, which holds, says of the file. */
static void judge_file(struct verify_status *v)
{
    document_verdict_status(&v->file, v->proof.matter, &v->file_status);
    v->file.as_of = v->report.as_of;
    v->file.as_of_ms = v->report.as_of_ms;
    document_verdict_decide(&v->file);
}

static void check(struct verify_status *v, struct ledger_span bytes)
{
    ledger_verdict_clear(&v->verdict);
    v->parsed = ledger_status_proof_parse(&v->proof, &v->verdict, bytes);
    if (!v->parsed) {
        return;
    }
    (void)snprintf(v->matter, sizeof v->matter, "%.*s", LEDGER_SPAN_ARGS(v->proof.matter));
    if (!ledger_status_check(v->hasher, &v->verdict, &v->report, &v->proof, v->policy, &v->entry,
                             v->memory, visit, v)) {
        return;
    }
    v->status = (struct document_status){.standing = v->report.standing,
                                         .entry = v->report.standing_entry,
                                         .time_ms = v->report.standing_ms};
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
                            struct ledger_span bytes)
{
    bool json = cli_count(args, "json") > 0;
    v->history = json ? json_array_new() : NULL;
    v->rows = json ? NULL : open_memstream(&v->rows_text, &v->rows_size);
    if (!json && v->rows == NULL) {
        return cli_fail("cannot check the proof: out of memory");
    }
    check(v, bytes);
    if (!json && (ferror(v->rows) != 0 || fflush(v->rows) != 0)) {
        return cli_fail("cannot report on the proof: out of memory");
    }
    if (v->verdict.finding == LEDGER_NOT_CHECKED) {
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

int verify_status(const struct cli_args *args, struct ledger_span bytes,
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
    v->required = required;
    start_file(v, from);
    int status = check_and_report(v, args, bytes);
    if (v->rows != NULL) {
        (void)fclose(v->rows);
    }
    free(v->rows_text);
    document_verdict_free(&v->file);
    free(v);
    return status;
}
