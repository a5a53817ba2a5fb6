#include "tools/verify_ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/audit_ledger.h"
#include "tools/jobs.h"
#include "tools/read_ledger.h"
#include "tools/remember_apart.h"
#include "tools/verify_json.h"
#include "tools/verify_ledger_text.h"

/* Reads --since or --remember. A remembered file that is missing is no error: *bytes stays NULL. */
static bool read_since(struct verify_ledger *v, uint8_t **bytes, struct ledger_span *note)
{
    struct ledger_checkpoint seen;
    struct ledger_verdict ignored;
    size_t size = 0;
    if (v->since_path == NULL) {
        return true;
    }
    if (v->remember && access(v->since_path, F_OK) != 0 && errno == ENOENT) {
        return true;
    }
    if (!cli_read_file(bytes, &size, v->since_path, LEDGER_NOTE_MAX)) {
        return false;
    }
    *note = (struct ledger_span){*bytes, size};
    if (size == 0) {
        cli_fail("cannot compare with '%s': it is empty%s", v->since_path,
                 v->remember ? "; only a file that is missing is taken for a first use" : "");
        return false;
    }
    v->since_read = true;
    /* The audit finds the same; it is told apart here from a verdict on the ledger. */
    v->since_unusable = !ledger_checkpoint_seen(&seen, &ignored, *note, v->policy);
    return true;
}

/* So that nobody takes what was found of the checkpoint seen before for a verdict on the ledger. */
static void name_seen(struct verify_ledger *v)
{
    struct ledger_verdict found = v->verdict;
    if (v->since_unusable) {
        ledger_verdict_set(&v->verdict, found.finding, "the checkpoint seen before, in '%s'%s%s",
                           v->since_path, found.detail[0] != '\0' ? ": " : "", found.detail);
        v->verdict.line = found.line;
    }
}

static enum ledger_status audit(const struct cli_args *args, struct verify_ledger *v,
                                struct ledger_span since, struct ledger_error *error)
{
    struct ledger_audit_options options = {.policy = v->policy,
                                           .since = since,
                                           .unlocked = cli_count(args, "no-lock") > 0,
                                           .jobs = v->jobs,
                                           .notice = verify_notices_take,
                                           .notice_context = &v->notices,
                                           .entry = verify_withdrawn_take,
                                           .entry_context = &v->withdrawn};
    enum ledger_status status =
        audit_ledger(&v->report, &v->verdict, v->path, v->published, &options, error);
    return status == LEDGER_NO_MEMORY
               ? ledger_error_set(error, status, 0, "cannot report on '%s'", v->path)
               : status;
}

static enum ledger_status read_published_entry(struct verify_ledger *v)
{
    struct ledger_verdict ignored;
    struct ledger_span bytes;
    ledger_verdict_clear(&ignored);
    enum ledger_status status =
        ledger_published_entry(v->entry_bytes, &bytes, v->path, v->verdict.entry, NULL);
    v->has_entry = status == LEDGER_OK && ledger_entry_parse(&v->entry, &ignored, bytes);
    return status;
}

static enum ledger_status read_stored_entry(struct verify_ledger *v, bool unlocked)
{
    struct ledger_reader *reader = NULL;
    struct ledger_error error;
    struct ledger_verdict ignored;
    struct ledger_span bytes;
    enum ledger_status status = ledger_reader_open(&reader, v->path, unlocked, &error);
    ledger_verdict_clear(&ignored);
    if (status == LEDGER_OK) {
        status = ledger_reader_entry(reader, &bytes, v->verdict.entry, &error);
    }
    if (status == LEDGER_OK && bytes.size <= sizeof v->entry_bytes) {
        memcpy(v->entry_bytes, bytes.data, bytes.size);
        bytes.data = v->entry_bytes;
        v->has_entry = ledger_entry_parse(&v->entry, &ignored, bytes);
    }
    ledger_reader_close(&reader);
    return status;
}

/* The entry that the verdict names, if it can be read at all: it is shown, not trusted. False if there
 * was no memory for it. */
static bool read_entry(const struct cli_args *args, struct verify_ledger *v)
{
    if (v->verdict.finding == LEDGER_VALID || v->verdict.finding == LEDGER_STORE_DAMAGED ||
        v->verdict.entry >= v->report.size) {
        return true;
    }
    enum ledger_status status = v->published ? read_published_entry(v)
                                             : read_stored_entry(v, cli_count(args, "no-lock") > 0);
    return status != LEDGER_NO_MEMORY;
}

/* Moves on what is remembered; `seen` is what was compared with. */
static int remember(struct verify_ledger *v, struct ledger_span seen)
{
    struct ledger_span note = {v->report.checkpoint, v->report.checkpoint_size};
    if (!v->remember || v->verdict.finding != LEDGER_VALID) {
        return CLI_DONE;
    }
    return remember_apart(&v->remembered, seen, note);
}

static int report(const struct cli_args *args, struct verify_ledger *v, struct ledger_span seen)
{
    int kept = remember(v, seen);
    if (cli_count(args, "json") > 0) {
        verify_json_ledger(v);
    } else {
        verify_ledger_text(v, cli_count(args, "explain") > 0);
    }
    if (kept != CLI_DONE) {
        return kept;
    }
    return v->verdict.finding == LEDGER_VALID ? CLI_DONE : CLI_NOT_VALID;
}

/* What cannot be told whole is not remembered either. */
static int finish(const struct cli_args *args, struct verify_ledger *v, struct ledger_span seen)
{
    int status = verify_notices_finish(&v->notices);
    if (status == CLI_DONE && v->verdict.finding == LEDGER_VALID) {
        status = verify_withdrawn_finish(&v->withdrawn);
    }
    return status == CLI_DONE ? report(args, v, seen) : status;
}

static int verify(const struct cli_args *args, struct verify_ledger *v)
{
    struct ledger_error error = {0};
    uint8_t *bytes = NULL;
    struct ledger_span since = {NULL, 0};
    int status = CLI_TROUBLE;
    if (read_since(v, &bytes, &since)) {
        if (audit(args, v, since, &error) == LEDGER_OK) {
            name_seen(v);
            status = read_entry(args, v)
                         ? finish(args, v, since)
                         : cli_fail("cannot report on '%s': out of memory", v->path);
        } else {
            status = read_ledger_fail(args, &error);
        }
    }
    free(bytes);
    return status;
}

int verify_ledger(const struct cli_args *args, const char *path, bool published,
                  const struct ledger_policy *policy)
{
    struct verify_ledger *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return cli_fail("out of memory");
    }
    v->path = path;
    v->published = published;
    v->policy = policy;
    v->remember = cli_count(args, "remember") > 0;
    v->since_path = v->remember ? cli_value(args, "remember") : cli_value(args, "since");
    v->notices.all = cli_count(args, "json") > 0;
    int status = jobs_given(&v->jobs, args) ? verify(args, v) : CLI_TROUBLE;
    verify_notices_free(&v->notices);
    verify_withdrawn_free(&v->withdrawn);
    free(v);
    return status;
}
