#include "ledger/format/entry.h"

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"
#include "ledger/tree/tree.h"

static bool fail(struct ledger_verdict *verdict, uint32_t line, const char *expected)
{
    ledger_verdict_set(verdict, LEDGER_BAD_ENTRY, "expected %s", expected);
    return ledger_verdict_at(verdict, line);
}

static bool parse_head(struct ledger_entry *entry, struct ledger_verdict *verdict,
                       struct ledger_line_reader *reader)
{
    struct ledger_span value;
    if (!ledger_line_reader_next(reader) || !ledger_span_is(reader->line, LEDGER_ENTRY_HEADER)) {
        return fail(verdict, reader->number, "'" LEDGER_ENTRY_HEADER "'");
    }
    if (!ledger_line_reader_value(reader, "index ", &value) ||
        !ledger_read_decimal(&entry->index, value, LEDGER_TREE_SIZE_MAX - 1)) {
        return fail(verdict, reader->number, "'index <decimal>'");
    }
    if (!ledger_line_reader_value(reader, "time ", &value) ||
        !ledger_read_ledger_time(&entry->time_ms, value)) {
        return fail(verdict, reader->number, "'time <UTC time with milliseconds>'");
    }
    if (!ledger_line_reader_value(reader, "previous ", &value) ||
        !ledger_read_base64(entry->previous.bytes, LEDGER_HASH_SIZE, value)) {
        return fail(verdict, reader->number, "'previous <base64 of 32 bytes>'");
    }
    if (!ledger_line_reader_value(reader, "authority ", &value) ||
        !ledger_read_base64(entry->authority.bytes, LEDGER_HASH_SIZE, value)) {
        return fail(verdict, reader->number, "'authority <base64 of 32 bytes>'");
    }
    if (!ledger_line_reader_next(reader) || reader->line.size != 0) {
        return fail(verdict, reader->number, "an empty line before the record");
    }
    return true;
}

bool ledger_entry_parse(struct ledger_entry *entry, struct ledger_verdict *verdict,
                        struct ledger_span bytes)
{
    if (bytes.size > LEDGER_ENTRY_MAX) {
        return ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                  "an entry of %zu bytes: at most %d are allowed", bytes.size,
                                  LEDGER_ENTRY_MAX);
    }
    struct ledger_entry parsed;
    struct ledger_line_reader reader = ledger_line_reader_on(bytes);
    if (!parse_head(&parsed, verdict, &reader)) {
        return false;
    }
    parsed.note = reader.rest;
    if (!ledger_record_parse(&parsed.record, verdict, parsed.note)) {
        return ledger_verdict_at(verdict, verdict->line == 0 ? 0 : verdict->line + reader.number);
    }
    *entry = parsed;
    return true;
}

#define HEAD_LINES 6          /* with the empty line before the record */
#define LINES_BEFORE_MATTER 4 /* of a record */
#define LINES_BEFORE_PREVIOUS 3

/* The value of the line after the first `lines`, if it has this name. */
static bool peek(struct ledger_span *value, struct ledger_span bytes, unsigned lines,
                 const char *name)
{
    struct ledger_line_reader reader = ledger_line_reader_on(bytes);
    bool more = true;
    for (unsigned i = 0; more && i < lines; i++) {
        more = ledger_line_reader_next(&reader);
    }
    return more && ledger_line_reader_value(&reader, name, value);
}

bool ledger_entry_peek_matter(struct ledger_span *matter, struct ledger_span bytes)
{
    return peek(matter, bytes, HEAD_LINES + LINES_BEFORE_MATTER, "matter ");
}

bool ledger_entry_peek_previous(struct ledger_hash *previous, struct ledger_span bytes)
{
    struct ledger_span value;
    return peek(&value, bytes, LINES_BEFORE_PREVIOUS, "previous ") &&
           ledger_read_base64(previous->bytes, LEDGER_HASH_SIZE, value);
}

void ledger_entry_write(struct ledger_buffer *buffer, const struct ledger_entry *entry)
{
    char time[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(time, entry->time_ms);
    ledger_buffer_text(buffer, LEDGER_ENTRY_HEADER "\nindex ");
    ledger_buffer_decimal(buffer, entry->index);
    ledger_buffer_text(buffer, "\ntime ");
    ledger_buffer_text(buffer, time);
    ledger_buffer_text(buffer, "\nprevious ");
    ledger_buffer_base64(buffer, entry->previous.bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, "\nauthority ");
    ledger_buffer_base64(buffer, entry->authority.bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, "\n\n");
    ledger_buffer_add(buffer, entry->note);
}
