/*
 * record_writer.h - the text of a record, written from nothing but what its parser and iterators
 * give.
 */
#ifndef LEDGER_TRUST_RECORD_WRITER_H
#define LEDGER_TRUST_RECORD_WRITER_H

#include <string.h>

#include "ledger/format/record.h"
#include "tests/trust/fuzzing/fuzz.h"

#define RECORD_LINES_MAX 10000 /* more than LEDGER_NOTE_MAX bytes have room for */

struct record_parts {
    struct ledger_span parties[RECORD_LINES_MAX];
    struct ledger_span fields[RECORD_LINES_MAX];
    struct ledger_document documents[RECORD_LINES_MAX];
    struct ledger_span unsets[RECORD_LINES_MAX];
    struct ledger_span sets[RECORD_LINES_MAX];
};

static inline size_t take_lines(struct ledger_span *values, struct ledger_lines lines)
{
    size_t count = 0;
    unsigned said = lines.count;
    while (ledger_lines_next(&lines, &values[count])) {
        count++;
        FUZZ_CHECK(count < RECORD_LINES_MAX);
    }
    FUZZ_CHECK(count == said);
    return count;
}

/* What finds a field must find what the list of fields shows. */
static inline void check_fields(const struct ledger_record *record)
{
    struct ledger_lines rest = record->fields;
    struct ledger_span name;
    struct ledger_span value;
    struct ledger_span found;
    while (ledger_record_next_field(&rest, &name, &value)) {
        FUZZ_CHECK(ledger_record_is_field_name(name) && value.size <= LEDGER_FIELD_MAX);
        FUZZ_CHECK(ledger_record_field(record, &found, name));
        FUZZ_CHECK(ledger_span_equal(found, value));
    }
}

static inline void write_record(struct ledger_buffer *out, const struct ledger_record *record)
{
    static struct record_parts parts;
    struct ledger_lines rest = record->documents;
    struct ledger_record_fields fields = {.ledger = record->ledger,
                                          .kind = record->kind,
                                          .event = record->event,
                                          .matter = record->matter,
                                          .institution = record->institution,
                                          .time = record->time,
                                          .category = record->category,
                                          .parties = parts.parties,
                                          .refers = record->refers,
                                          .fields = parts.fields,
                                          .documents = parts.documents,
                                          .unsets = parts.unsets,
                                          .sets = parts.sets,
                                          .data = record->data};
    memcpy(fields.nonce, record->nonce, sizeof fields.nonce);
    fields.party_count = take_lines(parts.parties, record->parties);
    fields.field_count = take_lines(parts.fields, record->fields);
    fields.unset_count = take_lines(parts.unsets, record->unsets);
    fields.set_count = take_lines(parts.sets, record->sets);
    while (ledger_record_next_document(&rest, &parts.documents[fields.document_count])) {
        fields.document_count++;
    }
    FUZZ_CHECK(fields.document_count == record->documents.count);
    check_fields(record);
    ledger_record_write(out, &fields);
}

#endif
