#include "tools/append_index.h"

#include <inttypes.h>

#include "ledger/base/encoding.h"
#include "tools/operator_records.h"

static void name_the_index(const void *context, char name[SUBMISSION_NAME_MAX], size_t nth)
{
    (void)context;
    (void)nth;
    (void)snprintf(name, SUBMISSION_NAME_MAX, "the index of matters");
}

static void ask_again(const void *context, size_t count)
{
    (void)context;
    (void)count;
    cli_message("'ledger-index' appends an index of matters if there is none yet");
}

static int send_index(struct appended_index *appended, struct submission *submission,
                      struct ledger_span note)
{
    const struct submission_source source = submission->source;
    submission->source = (struct submission_source){name_the_index, ask_again, NULL};
    int status = submission_add(submission, note);
    if (status == CLI_DONE) {
        status = submission_send(submission);
    }
    appended->receipt = submission->receipts[0];
    submission->source = source;
    return status;
}

int append_index(struct appended_index *appended, struct submission *submission,
                 struct record_builder *builder, struct ledger_signer *operator_key)
{
    struct ledger_error error;
    struct ledger_matters_now *matters = &appended->matters;
    LEDGER_ASSERT(submission->count == 0);
    if (ledger_appender_matters(submission->appender, matters, &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    if (!matters->stale) {
        return CLI_DONE;
    }
    int status =
        operator_record_index(builder, operator_key, ledger_appender_origin(submission->appender),
                              matters->size, &matters->root);
    return status == CLI_DONE ? send_index(appended, submission, ledger_buffer_span(&builder->text))
                              : status;
}

/* Allocates nothing: what is in the ledger is told whatever comes. */
static void print_json(const struct appended_index *appended, struct ledger_span root)
{
    const struct ledger_matters_now *matters = &appended->matters;
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer leaf = ledger_buffer_in(memory, sizeof memory);
    if (!matters->stale) {
        (void)printf("{\"index\":%" PRIu64 ",\"existing\":true}\n", matters->last);
        return;
    }
    ledger_buffer_hex(&leaf, appended->receipt.leaf.bytes, LEDGER_HASH_SIZE);
    (void)printf("{\"index\":%" PRIu64 ",\"existing\":false,\"leaf\":\"%.*s\",\"size\":%" PRIu64
                 ",\"root\":\"%.*s\"}\n",
                 appended->receipt.index, LEDGER_SPAN_ARGS(ledger_buffer_span(&leaf)),
                 matters->size, LEDGER_SPAN_ARGS(root));
}

void append_index_print(const struct appended_index *appended, bool json)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE)];
    const struct ledger_matters_now *matters = &appended->matters;
    struct ledger_buffer base64 = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&base64, matters->root.bytes, sizeof matters->root.bytes);
    struct ledger_span root = ledger_buffer_span(&base64);
    if (json) {
        print_json(appended, root);
    } else if (matters->stale) {
        (void)printf("entry %" PRIu64 ": index of the matters of %" PRIu64 " entries, root %.*s\n",
                     appended->receipt.index, matters->size, LEDGER_SPAN_ARGS(root));
    } else {
        (void)printf("nothing changed since index entry %" PRIu64 "\n", matters->last);
    }
}
