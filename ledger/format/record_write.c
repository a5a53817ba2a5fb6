#include "ledger/format/record.h"

static void write_line(struct ledger_buffer *buffer, const char *prefix, struct ledger_span value)
{
    ledger_buffer_text(buffer, prefix);
    ledger_buffer_add(buffer, value);
    ledger_buffer_text(buffer, "\n");
}

static void write_optional(struct ledger_buffer *buffer, const char *prefix,
                           struct ledger_span value)
{
    if (value.size != 0) {
        write_line(buffer, prefix, value);
    }
}

static void write_document(struct ledger_buffer *buffer, const struct ledger_document *document)
{
    ledger_buffer_text(buffer, "document sha256 ");
    ledger_buffer_hex(buffer, document->digest.bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_decimal(buffer, document->size);
    write_line(buffer, " ", document->name);
}

static void write_head(struct ledger_buffer *buffer, const struct ledger_record_fields *fields)
{
    ledger_buffer_text(buffer, LEDGER_RECORD_HEADER "\n");
    write_line(buffer, "ledger ", fields->ledger);
    write_line(buffer, "kind ", fields->kind);
    write_line(buffer, "event ", fields->event);
    write_line(buffer, "matter ", fields->matter);
    write_line(buffer, "institution ", fields->institution);
    write_line(buffer, "time ", fields->time);
    ledger_buffer_text(buffer, "nonce ");
    ledger_buffer_base64(buffer, fields->nonce, LEDGER_NONCE_SIZE);
    ledger_buffer_text(buffer, "\n");
}

static void write_lines(struct ledger_buffer *buffer, const char *prefix,
                        const struct ledger_span *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        write_line(buffer, prefix, values[i]);
    }
}

void ledger_record_write(struct ledger_buffer *buffer, const struct ledger_record_fields *fields)
{
    write_head(buffer, fields);
    write_optional(buffer, "category ", fields->category);
    write_lines(buffer, "party ", fields->parties, fields->party_count);
    write_optional(buffer, "refers ", fields->refers);
    write_lines(buffer, "field ", fields->fields, fields->field_count);
    for (size_t i = 0; i < fields->document_count; i++) {
        write_document(buffer, &fields->documents[i]);
    }
    write_lines(buffer, "unset ", fields->unsets, fields->unset_count);
    write_lines(buffer, "set ", fields->sets, fields->set_count);
    write_optional(buffer, "data ", fields->data);
}
