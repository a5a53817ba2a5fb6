#include "tools/append_lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/format/batch.h"
#include "tools/json_record.h"
#include "tools/refusal.h"

#define JSON_LINE_MAX (1 << 20) /* bytes */

_Static_assert(LEDGER_BATCH_MAX <= LEDGER_BATCH_RECORDS_MAX, "what is appended is signed at once");

struct reading {
    const struct append_lines *from;
    uint64_t line;                    /* the last one read */
    uint64_t lines[LEDGER_BATCH_MAX]; /* of the batch's records */
};

static int too_long(struct ledger_verdict *verdict)
{
    ledger_verdict_clear(verdict);
    ledger_verdict_set(verdict, LEDGER_TOO_LONG, "with its signatures it is over %d bytes",
                       LEDGER_NOTE_MAX);
    return CLI_NOT_VALID;
}

int append_built(struct submission *submission, struct record_builder *builder,
                 const struct signers *signers, struct ledger_verdict *verdict)
{
    if (signers != NULL) {
        signers_make_note(signers, &builder->text);
    }
    return builder->text.overflow ? too_long(verdict)
                                  : submission_add(submission, ledger_buffer_span(&builder->text));
}

static void name_the_line(const void *context, char name[SUBMISSION_NAME_MAX], size_t nth)
{
    const struct reading *r = context;
    (void)snprintf(name, SUBMISSION_NAME_MAX, "line %" PRIu64 " of '%s'", r->lines[nth],
                   r->from->name);
}

static void repeat_lines(const void *context, size_t count)
{
    const struct reading *r = context;
    cli_message("lines %" PRIu64 " to %" PRIu64 " of '%s' are in doubt; lines that have a 'nonce' "
                "and a 'time' of their own can be appended again safely%s, others might then be "
                "recorded twice",
                r->lines[0], r->lines[count - 1], r->from->name,
                r->from->batch == NULL ? ""
                                       : " (with '--batch', all of these lines and no others)");
}

static int sign_nth(struct reading *r, unsigned nth)
{
    uint8_t memory[LEDGER_NOTE_MAX];
    struct ledger_verdict verdict;
    struct ledger_buffer tail = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_text(&tail, "\n");
    batch_signing_write_lines(r->from->batch, &tail, nth);
    if (tail.overflow || r->from->submission->notes[nth].size + tail.size > LEDGER_NOTE_MAX) {
        (void)too_long(&verdict);
        return submission_refuse(r->from->submission, nth, &verdict);
    }
    int status = submission_extend(r->from->submission, nth, ledger_buffer_span(&tail));
    return status == CLI_DONE ? status : submission_give_up(r->from->submission, status);
}

/* So far the notes of the batch at hand are texts. */
static int sign_batch(struct reading *r)
{
    const struct submission *submission = r->from->submission;
    batch_signing_start(r->from->batch);
    for (size_t i = 0; i < submission->count; i++) {
        batch_signing_add(r->from->batch, submission->notes[i]);
    }
    int status = batch_signing_sign(r->from->batch);
    if (status != CLI_DONE) {
        return submission_give_up(r->from->submission, status);
    }
    for (unsigned i = 0; status == CLI_DONE && i < submission->count; i++) {
        status = sign_nth(r, i);
    }
    return status;
}

static int send_lines(struct reading *r)
{
    int status = CLI_DONE;
    if (r->from->batch != NULL && r->from->submission->count > 0) {
        status = sign_batch(r);
    }
    return status == CLI_DONE ? submission_send(r->from->submission) : status;
}

/* Reads a line without its LF. Over JSON_LINE_MAX bytes, *size is more than that. */
static bool read_line(FILE *stream, uint8_t *line, size_t *size)
{
    int byte = getc_unlocked(stream);
    bool found = byte != EOF;
    *size = 0;
    while (byte != EOF && byte != '\n' && *size <= JSON_LINE_MAX) {
        line[(*size)++] = (uint8_t)byte;
        byte = getc_unlocked(stream);
    }
    return found;
}

static int build_line(struct reading *r, struct ledger_verdict *verdict, uint8_t *line, size_t size)
{
    if (size > JSON_LINE_MAX) {
        ledger_verdict_clear(verdict);
        ledger_verdict_set(verdict, LEDGER_TOO_LONG, "a line is at most %d bytes", JSON_LINE_MAX);
        return CLI_NOT_VALID;
    }
    int status =
        json_record_build(r->from->builder, verdict,
                          ledger_appender_origin(r->from->submission->appender), line, size);
    return status == CLI_DONE
               ? append_built(r->from->submission, r->from->builder,
                              r->from->batch == NULL ? r->from->signers : NULL, verdict)
               : status;
}

static int add_line(struct reading *r, uint8_t *line, size_t size)
{
    char name[SUBMISSION_NAME_MAX];
    struct ledger_verdict verdict;
    struct submission *submission = r->from->submission;
    size_t nth = submission->count;
    r->lines[nth] = r->line;
    int status = build_line(r, &verdict, line, size);
    if (status == CLI_DONE) {
        return submission_full(submission) ? send_lines(r) : CLI_DONE;
    }
    cli_progress_end(&submission->progress);
    name_the_line(r, name, nth);
    if (status == CLI_NOT_VALID) {
        (void)cli_refuse_as(
            &(struct refusal){.subject = name, .verdict = &verdict, .json = submission->json});
    } else {
        cli_message("stopped at %s", name);
    }
    return submission_give_up(submission, status);
}

static int append_stream(struct reading *r, FILE *stream)
{
    size_t size = 0;
    int status = CLI_DONE;
    uint8_t *line = malloc(JSON_LINE_MAX + 1);
    if (line == NULL) {
        return cli_fail("out of memory");
    }
    while (status == CLI_DONE && read_line(stream, line, &size)) {
        r->line++;
        status = size > 0 ? add_line(r, line, size) : CLI_DONE;
    }
    free(line);
    if (status == CLI_DONE && ferror(stream)) {
        status = cli_fail("cannot read '%s': %s", r->from->name, strerror(errno));
        return submission_give_up(r->from->submission, status);
    }
    return status == CLI_DONE ? send_lines(r) : status;
}

int append_lines(const struct append_lines *from)
{
    struct reading r = {.from = from};
    bool standard = strcmp(from->name, "-") == 0;
    FILE *stream = standard ? stdin : fopen(from->name, "re");
    if (stream == NULL) {
        return cli_fail("cannot open '%s': %s", from->name, strerror(errno));
    }
    from->submission->source = (struct submission_source){name_the_line, repeat_lines, &r};
    if (isatty(STDOUT_FILENO) == 0) {
        cli_progress_start(&from->submission->progress, "records appended", 0);
    }
    int status = append_stream(&r, stream);
    cli_progress_end(&from->submission->progress);
    if (!standard) {
        (void)fclose(stream);
    }
    return status;
}
