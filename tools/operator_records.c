#include "tools/operator_records.h"

#include <inttypes.h>

#include "ledger/base/encoding.h"
#include "ledger/law/operator_record.h"
#include "tools/refusal.h"
#include "tools/signers.h"

/* A record of `kind`, which is the name of its matter as well, about the `size` entries so far. */
static int start(struct record_builder *builder, struct ledger_span ledger, const char *kind,
                 const char *event, uint64_t size)
{
    char decimal[24];
    int status = record_builder_start(builder, ledger);
    builder->fields.kind = ledger_span_of(kind);
    builder->fields.event = ledger_span_of(event);
    builder->fields.matter = ledger_span_of(kind);
    builder->fields.institution = ledger;
    (void)snprintf(decimal, sizeof decimal, "%" PRIu64, size);
    return status == CLI_DONE ? record_builder_add_field(builder, ledger_span_of(LEDGER_FIELD_SIZE),
                                                         ledger_span_of(decimal))
                              : status;
}

static int sign(struct record_builder *builder, struct ledger_signer *operator_key)
{
    struct signers alone = {.keys = {operator_key}, .count = 1};
    struct ledger_verdict verdict;
    if (!record_builder_write(builder, &verdict)) {
        return cli_refuse("the operator's record", &verdict);
    }
    signers_make_note(&alone, &builder->text);
    return signers_check(&alone, ledger_buffer_span(&builder->text)) ? CLI_DONE : CLI_TROUBLE;
}

int operator_record_index(struct record_builder *builder, struct ledger_signer *operator_key,
                          struct ledger_span ledger, uint64_t size, const struct ledger_hash *root)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE)];
    struct ledger_buffer base64 = ledger_buffer_in(memory, sizeof memory);
    int status = start(builder, ledger, LEDGER_KIND_INDEX, LEDGER_EVENT_ROOT, size);
    ledger_buffer_base64(&base64, root->bytes, sizeof root->bytes);
    if (status == CLI_DONE) {
        status = record_builder_add_field(builder, ledger_span_of(LEDGER_FIELD_ROOT),
                                          ledger_buffer_span(&base64));
    }
    return status == CLI_DONE ? sign(builder, operator_key) : status;
}

int operator_record_statistics(struct record_builder *builder, struct ledger_signer *operator_key,
                               struct ledger_span ledger, uint64_t size,
                               const struct ledger_document *figures)
{
    int status = start(builder, ledger, LEDGER_KIND_STATISTICS, LEDGER_EVENT_REPORT, size);
    if (status == CLI_DONE) {
        status = record_builder_add_document(builder, figures);
    }
    return status == CLI_DONE ? sign(builder, operator_key) : status;
}
