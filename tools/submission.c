#include "tools/submission.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/refusal.h"

/* --- opening --- */

static int open_ledger(struct submission *submission, const struct cli_args *args,
                       const struct ledger_signing *operator_key)
{
    struct ledger_append_options options = {.guard_path = cli_value(args, "guard"),
                                            .rested = cli_count(args, "rested") > 0};
    struct ledger_verdict verdict;
    struct ledger_error error;
    if (!jobs_given(&options.jobs, args) ||
        !cli_number(&options.map_size, args, "map-size", INT64_MAX) ||
        !cli_number(&options.reserve, args, "reserve", INT64_MAX)) {
        return CLI_TROUBLE;
    }
    if (cli_count(args, "reserve") > 0 && options.reserve == 0) {
        options.reserve = 1; /* 0 would be the library's default */
    }
    ledger_verdict_clear(&verdict);
    if (ledger_appender_open(&submission->appender, &verdict, args->operands[0], operator_key,
                             &options, &error) != LEDGER_OK) {
        if (error.status == LEDGER_DAMAGED && verdict.finding > LEDGER_VALID) {
            (void)cli_refuse_as(&(struct refusal){
                .subject = "what the ledger holds", .verdict = &verdict, .json = submission->json});
        }
        return cli_fail_with(&error);
    }
    uint64_t recovered = ledger_appender_recovered(submission->appender);
    if (recovered > 0) {
        cli_message("recovered: the ledger had %" PRIu64 " entries more than its guard knew, after "
                    "an interruption or because the guard is an older copy; they were verified "
                    "and signed",
                    recovered);
    }
    return CLI_DONE;
}

struct submission *submission_open(int *status, const struct cli_args *args,
                                   const struct ledger_signing *operator_key)
{
    struct submission *submission = calloc(1, sizeof *submission);
    if (submission == NULL) {
        *status = cli_fail("out of memory");
        return NULL;
    }
    submission->json = cli_count(args, "json") > 0;
    *status = open_ledger(submission, args, operator_key);
    if (*status != CLI_DONE) {
        submission_close(&submission);
    }
    return submission;
}

static void drop_batch(struct submission *submission)
{
    for (size_t i = 0; i < submission->count; i++) {
        free(submission->copies[i]);
    }
    submission->count = 0;
}

void submission_close(struct submission **submission)
{
    if (*submission != NULL) {
        cli_progress_end(&(*submission)->progress);
        drop_batch(*submission);
        ledger_appender_close(&(*submission)->appender);
        free(*submission);
        *submission = NULL;
    }
}

/* --- a batch --- */

int submission_add(struct submission *submission, struct ledger_span note)
{
    LEDGER_ASSERT(!submission_full(submission));
    uint8_t *copy = malloc(note.size + 1);
    if (copy == NULL) {
        return cli_fail("out of memory");
    }
    memcpy(copy, note.data, note.size);
    submission->copies[submission->count] = copy;
    submission->notes[submission->count++] = (struct ledger_span){copy, note.size};
    return CLI_DONE;
}

int submission_extend(struct submission *submission, size_t nth, struct ledger_span tail)
{
    struct ledger_span *note = &submission->notes[nth];
    uint8_t *longer = realloc(submission->copies[nth], note->size + tail.size);
    if (longer == NULL) {
        return cli_fail("out of memory");
    }
    memcpy(longer + note->size, tail.data, tail.size);
    submission->copies[nth] = longer;
    *note = (struct ledger_span){longer, note->size + tail.size};
    return CLI_DONE;
}

bool submission_full(const struct submission *submission)
{
    return submission->count == LEDGER_BATCH_MAX;
}

/* Allocates nothing: what is in the ledger is told whatever comes. */
static void print_receipt(const struct ledger_receipt *receipt, bool json)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer hex = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&hex, receipt->leaf.bytes, LEDGER_HASH_SIZE);
    struct ledger_span leaf = ledger_buffer_span(&hex);
    if (json) {
        (void)printf("{\"index\":%" PRIu64 ",\"leaf\":\"%.*s\",\"existing\":%s}\n", receipt->index,
                     LEDGER_SPAN_ARGS(leaf), receipt->existing ? "true" : "false");
    } else {
        (void)printf("%" PRIu64 "\t%.*s\n", receipt->index, LEDGER_SPAN_ARGS(leaf));
    }
}

static int print_receipts(struct submission *submission)
{
    for (size_t i = 0; i < submission->count; i++) {
        if (!submission->quiet) {
            print_receipt(&submission->receipts[i], submission->json);
        }
        submission->existing += submission->receipts[i].existing;
    }
    submission->answered += submission->count;
    /* Whoever reads the receipts may rely on them from now on. */
    int status = cli_finish(CLI_DONE);
    if (status != CLI_DONE) {
        cli_progress_end(&submission->progress);
        cli_message("%" PRIu64 " records are in the ledger", submission->answered);
    }
    return status;
}

int submission_give_up(struct submission *submission, int status)
{
    cli_progress_end(&submission->progress);
    if (submission->answered == 0) {
        cli_message("nothing was appended");
    } else {
        cli_message("nothing of this batch was appended; the %" PRIu64 " records of the batches "
                    "before it, whose indexes were printed, are in the ledger",
                    submission->answered);
    }
    return status;
}

static int refuse(const struct submission *submission, const char *name,
                  const struct ledger_verdict *verdict, struct ledger_span note)
{
    struct ledger_record record;
    struct ledger_verdict ignored;
    char unsigned_yet[SUBMISSION_NAME_MAX + 96];
    struct refusal refusal = {.subject = name, .verdict = verdict, .json = submission->json};
    ledger_verdict_clear(&ignored);
    if (verdict->finding == LEDGER_BAD_NOTE && ledger_record_parse_draft(&record, &ignored, note)) {
        (void)snprintf(unsigned_yet, sizeof unsigned_yet,
                       "nobody has signed it yet: ledger-sign %s --key KEYFILE", name);
        refusal.plainly = unsigned_yet;
    }
    bool change =
        ledger_record_parse(&record, &ignored, note) && ledger_record_is_authority(&record);
    refusal.hint = refusal_hint(verdict->finding, change);
    return cli_refuse_as(&refusal);
}

int submission_refuse(struct submission *submission, size_t nth,
                      const struct ledger_verdict *verdict)
{
    char name[SUBMISSION_NAME_MAX];
    cli_progress_end(&submission->progress);
    submission->source.name(submission->source.context, name, nth);
    return submission_give_up(submission,
                              refuse(submission, name, verdict, submission->notes[nth]));
}

/* Whether the commit may have been done. */
static bool leaves_doubt(enum ledger_status status)
{
    return status == LEDGER_UNKNOWN || status == LEDGER_SELF_CHECK;
}

static int tell_trouble(struct submission *submission, enum ledger_status status,
                        const struct ledger_error *error)
{
    cli_progress_end(&submission->progress);
    (void)cli_fail_with(error);
    if (status == LEDGER_MAP_FULL) {
        cli_message("the store has reached the size it was given: give a larger '--map-size'");
    }
    if (!leaves_doubt(status)) {
        return submission_give_up(submission, CLI_TROUBLE);
    }
    cli_message("whether this batch is in the ledger cannot be said");
    if (submission->answered > 0) {
        cli_message("the %" PRIu64 " records of the batches before it are in the ledger",
                    submission->answered);
    }
    submission->source.ask_again(submission->source.context, submission->count);
    return CLI_TROUBLE;
}

int submission_send(struct submission *submission)
{
    struct ledger_verdict verdict;
    struct ledger_error error;
    size_t refused = 0;
    if (submission->count == 0) {
        return CLI_DONE;
    }
    enum ledger_status status =
        ledger_append(submission->appender, submission->receipts, &refused, &verdict,
                      submission->notes, submission->count, &error);
    if (status != LEDGER_OK) {
        return tell_trouble(submission, status, &error);
    }
    if (verdict.finding != LEDGER_VALID) {
        return submission_refuse(submission, refused, &verdict);
    }
    int done = print_receipts(submission);
    drop_batch(submission);
    cli_progress_at(&submission->progress, submission->answered);
    return done;
}

void submission_tell_existing(const struct submission *submission)
{
    if (submission->existing > 0) {
        cli_message("%" PRIu64 " of %" PRIu64 " records were in the ledger already, with the same "
                    "bytes",
                    submission->existing, submission->answered);
    }
}
