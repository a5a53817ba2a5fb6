#include "tools/append_statistics.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/base/text.h"
#include "ledger/ops/files.h"
#include "tools/figures.h"
#include "tools/jobs.h"
#include "tools/operator_records.h"
#include "tools/refusal.h"
#include "tools/submission.h"

struct job {
    const struct cli_args *args;
    const struct signers *signers;
    const char *ledger;
    const char *out;
    struct ledger_policy *policy;
    struct figures figures;
};

static struct ledger_span name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return ledger_span_of(slash == NULL ? path : slash + 1);
}

bool append_statistics_has_place(const struct cli_args *args)
{
    const char *out = cli_value(args, "statistics");
    if (out == NULL) {
        return true;
    }
    if (!ledger_text_is_file_name(name_of(out)) || strcmp(out, "-") == 0) {
        cli_fail("cannot write the figures to '%s': its name is not 1 to %d bytes of clean text",
                 out, LEDGER_FILE_MAX);
        return false;
    }
    if (access(out, F_OK) == 0) {
        cli_fail("cannot write the figures to '%s': it exists already", out);
        return false;
    }
    char *copy = strdup(out);
    bool takes_files = copy != NULL && access(dirname(copy), W_OK | X_OK) == 0;
    if (!takes_files) {
        cli_fail("cannot write the figures to '%s': %s", out, strerror(errno));
    }
    free(copy);
    return takes_files;
}

static int count(struct job *job)
{
    struct ledger_error error;
    const struct ledger_vkey *log = ledger_signer_vkey(job->signers->operator_key);
    if (ledger_policy_new(&job->policy) != LEDGER_OK) {
        return cli_fail("out of memory");
    }
    ledger_policy_of_log(job->policy, log);
    job->figures.limit = UINT64_MAX;
    if (!jobs_given(&job->figures.jobs, job->args)) {
        return CLI_TROUBLE;
    }
    if (figures_count(&job->figures, job->ledger, false, job->policy, false, &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    if (job->figures.verdict.finding != LEDGER_VALID) {
        return cli_refuse("to count a ledger that does not verify", &job->figures.verdict);
    }
    return CLI_DONE;
}

static void name_the_record(const void *context, char name[SUBMISSION_NAME_MAX], size_t nth)
{
    (void)nth;
    (void)snprintf(name, SUBMISSION_NAME_MAX,
                   "the figures of %" PRIu64 " entries (if others came in meanwhile, count again)",
                   ((const struct job *)context)->figures.size);
}

static void repeat(const void *context, size_t number)
{
    (void)context;
    (void)number;
    cli_message("look with 'ledger-log --kind statistics' whether the record is there before you "
                "count again");
}

static int submit(struct job *job, struct submission *submission, struct record_builder *builder)
{
    struct ledger_document document = job->figures.canonical;
    document.name = name_of(job->out);
    submission->source = (struct submission_source){name_the_record, repeat, job};
    int status = operator_record_statistics(builder, job->signers->operator_key,
                                            ledger_appender_origin(submission->appender),
                                            job->figures.size, &document);
    if (status == CLI_DONE) {
        status = submission_add(submission, ledger_buffer_span(&builder->text));
    }
    return status == CLI_DONE ? submission_send(submission) : status;
}

static int append(struct job *job)
{
    int status = CLI_TROUBLE;
    struct ledger_signing operator_key = signers_signing(job->signers->operator_key);
    struct record_builder *builder = record_builder_new();
    struct submission *submission =
        builder != NULL ? submission_open(&status, job->args, &operator_key) : NULL;
    if (submission != NULL) {
        status = submit(job, submission, builder);
        submission_close(&submission);
    }
    record_builder_free(&builder);
    return status;
}

static int write_figures(const struct job *job)
{
    struct ledger_error error = {.what = "out of memory"};
    uint8_t *csv = figures_csv(&job->figures);
    struct ledger_span bytes = {csv, (size_t)job->figures.canonical.size};
    bool written = csv != NULL && ledger_file_create(job->out, bytes, &error) == LEDGER_OK;
    free(csv);
    return written ? CLI_DONE
                   : cli_fail("the record IS in the ledger; only the figures were not written: %s; "
                              "'ledger-stats %s --size %" PRIu64 " --csv' makes them",
                              error.what, job->ledger, job->figures.size);
}

int append_statistics(const struct cli_args *args, const struct signers *signers)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return cli_fail("out of memory");
    }
    job->args = args;
    job->signers = signers;
    job->ledger = args->operands[0];
    job->out = cli_value(args, "statistics");
    int status = append_statistics_has_place(args) ? count(job) : CLI_TROUBLE;
    if (status == CLI_DONE) {
        status = append(job);
    }
    if (status == CLI_DONE) {
        status = write_figures(job);
    }
    figures_free(&job->figures);
    ledger_policy_free(&job->policy);
    free(job);
    return status;
}
