#include "ledger/format/record.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/json_line.h"
#include "ledger/base/timestamp.h"
#include "ledger/format/authority_line.h"
#include "ledger/format/line_reader.h"

#define FILE_SIZE_MAX ((UINT64_C(1) << 53) - 1) /* what every JSON reader keeps exact */
#define KIND_LINE 3

static void extend(struct ledger_lines *lines, struct ledger_span line)
{
    size_t with_newline = line.size + 1;
    if (lines->count == 0) {
        lines->region.data = line.data;
    }
    lines->region.size += with_newline;
    lines->count++;
}

static bool parse_document(struct ledger_document *document, struct ledger_span value)
{
    struct ledger_span rest;
    struct ledger_span digest;
    struct ledger_span size;
    if (!ledger_line_after(value, "sha256 ", &rest) ||
        !ledger_span_take_word(&rest, &digest, NULL) ||
        !ledger_span_take_word(&rest, &size, NULL)) {
        return false;
    }
    document->name = rest;
    return ledger_read_hex(document->digest.bytes, LEDGER_HASH_SIZE, digest) &&
           ledger_read_decimal(&document->size, size, FILE_SIZE_MAX) &&
           ledger_text_is_file_name(rest);
}

/* The readers below take the value of a line into the record, or refuse it. */

static bool take_ledger(struct ledger_record *record, struct ledger_span line,
                        struct ledger_span value)
{
    (void)line;
    record->ledger = value;
    return ledger_text_is_name(value);
}

static bool take_kind(struct ledger_record *record, struct ledger_span line,
                      struct ledger_span value)
{
    (void)line;
    record->kind = value;
    return ledger_text_is_token(value);
}

static bool take_event(struct ledger_record *record, struct ledger_span line,
                       struct ledger_span value)
{
    (void)line;
    record->event = value;
    return ledger_text_is_token(value);
}

static bool take_matter(struct ledger_record *record, struct ledger_span line,
                        struct ledger_span value)
{
    (void)line;
    record->matter = value;
    return ledger_text_is_phrase(value, LEDGER_MATTER_MAX) && !ledger_has_double_space(value);
}

static bool take_institution(struct ledger_record *record, struct ledger_span line,
                             struct ledger_span value)
{
    (void)line;
    record->institution = value;
    return ledger_text_is_name(value);
}

static bool take_time(struct ledger_record *record, struct ledger_span line,
                      struct ledger_span value)
{
    (void)line;
    record->time = value;
    return ledger_read_claimed_time(&record->time_ms, value);
}

static bool take_nonce(struct ledger_record *record, struct ledger_span line,
                       struct ledger_span value)
{
    (void)line;
    return ledger_read_base64(record->nonce, LEDGER_NONCE_SIZE, value);
}

static bool take_document(struct ledger_record *record, struct ledger_span line,
                          struct ledger_span value)
{
    struct ledger_document document;
    extend(&record->documents, line);
    return parse_document(&document, value);
}

static bool take_unset(struct ledger_record *record, struct ledger_span line,
                       struct ledger_span value)
{
    extend(&record->unsets, line);
    return ledger_record_is_authority(record) &&
           ledger_text_is_phrase(value, LEDGER_AUTHORITY_LINE_MAX);
}

static bool take_set(struct ledger_record *record, struct ledger_span line,
                     struct ledger_span value)
{
    extend(&record->sets, line);
    return ledger_record_is_authority(record) &&
           ledger_text_is_phrase(value, LEDGER_AUTHORITY_LINE_MAX);
}

static bool take_data(struct ledger_record *record, struct ledger_span line,
                      struct ledger_span value)
{
    (void)line;
    record->data = value;
    return ledger_is_json_line(value);
}

enum times { ONCE, AT_MOST_ONCE, ANY_NUMBER };

/* The lines after the header, in their order. */
static const struct row {
    const char *prefix;
    const char *form;
    enum times times;
    bool (*take)(struct ledger_record *, struct ledger_span line, struct ledger_span value);
} rows[] = {
    {"ledger ", "'ledger <name>'", ONCE, take_ledger},
    {"kind ", "'kind <token>'", ONCE, take_kind},
    {"event ", "'event <token>'", ONCE, take_event},
    {"matter ", "'matter <number>' of at most 255 bytes of clean text", ONCE, take_matter},
    {"institution ", "'institution <name>'", ONCE, take_institution},
    {"time ", "'time <time with offset>'", ONCE, take_time},
    {"nonce ", "'nonce <base64 of 16 bytes>'", ONCE, take_nonce},
    {"document ", "'document sha256 <hex> <bytes> <file name>'", ANY_NUMBER, take_document},
    {"unset ", "'unset <subject>', in kind 'authority' only", ANY_NUMBER, take_unset},
    {"set ", "'set <authority line>', in kind 'authority' only", ANY_NUMBER, take_set},
    {"data ", "'data <JSON without white space>'", AT_MOST_ONCE, take_data},
};

static bool fail(struct ledger_verdict *verdict, uint32_t line, const char *expected)
{
    ledger_verdict_set(verdict, LEDGER_BAD_RECORD, "expected %s", expected);
    return ledger_verdict_at(verdict, line);
}

/* Takes the lines of one row, beginning with the reader's line. */
static bool take_row(struct ledger_record *record, struct ledger_verdict *verdict,
                     struct ledger_line_reader *reader, const struct row *row)
{
    struct ledger_span value;
    bool taken = false;
    while (!(taken && row->times != ANY_NUMBER) &&
           ledger_line_after(reader->line, row->prefix, &value)) {
        if (!row->take(record, reader->line, value)) {
            return fail(verdict, reader->number, row->form);
        }
        taken = true;
        ledger_line_reader_next(reader);
    }
    return taken || row->times != ONCE || fail(verdict, reader->number, row->form);
}

static bool parse_lines(struct ledger_record *record, struct ledger_verdict *verdict)
{
    struct ledger_line_reader reader = ledger_line_reader_on(record->note.text);
    if (!ledger_line_reader_next(&reader) || !ledger_span_is(reader.line, LEDGER_RECORD_HEADER)) {
        return fail(verdict, 1, "'" LEDGER_RECORD_HEADER "'");
    }
    ledger_line_reader_next(&reader);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!take_row(record, verdict, &reader, &rows[i])) {
            return false;
        }
    }
    if (reader.line.data != NULL) {
        return fail(verdict, reader.number,
                    "the end of the text: after 'nonce' there may be 'document', 'unset', 'set' "
                    "and one 'data', in this order");
    }
    if (ledger_record_is_authority(record) && record->unsets.count + record->sets.count == 0) {
        return fail(verdict, KIND_LINE, "an 'unset' or 'set' line, as the kind is 'authority'");
    }
    return true;
}

bool ledger_record_parse(struct ledger_record *record, struct ledger_verdict *verdict,
                         struct ledger_span bytes)
{
    struct ledger_record parsed = {.time_ms = 0};
    if (!ledger_note_parse(&parsed.note, verdict, bytes) || !parse_lines(&parsed, verdict)) {
        return false;
    }
    *record = parsed;
    return true;
}

bool ledger_record_parse_draft(struct ledger_record *record, struct ledger_verdict *verdict,
                               struct ledger_span text)
{
    if (text.size > LEDGER_NOTE_MAX) {
        return ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                  "a record of %zu bytes: at most %d are allowed", text.size,
                                  LEDGER_NOTE_MAX);
    }
    if (!ledger_check_clean(verdict, text)) {
        return false;
    }
    if (text.size == 0 || text.data[text.size - 1] != '\n') {
        return fail(verdict, ledger_line_of(text, text.size), "a newline after the last line");
    }
    struct ledger_record parsed = {.note.text = text};
    if (!parse_lines(&parsed, verdict)) {
        return false;
    }
    *record = parsed;
    return true;
}

bool ledger_record_is_authority(const struct ledger_record *record)
{
    return ledger_span_is(record->kind, LEDGER_KIND_AUTHORITY);
}

bool ledger_lines_next(struct ledger_lines *lines, struct ledger_span *value)
{
    struct ledger_span line;
    if (!ledger_span_take_line(&lines->region, &line)) {
        return false;
    }
    struct ledger_span word;
    bool split = ledger_span_take_word(&line, &word, NULL);
    LEDGER_ASSERT(split && lines->count > 0);
    lines->count--;
    *value = line;
    return true;
}

bool ledger_record_next_document(struct ledger_lines *documents, struct ledger_document *document)
{
    struct ledger_span value;
    if (!ledger_lines_next(documents, &value)) {
        return false;
    }
    bool parsed = parse_document(document, value);
    LEDGER_ASSERT(parsed);
    return true;
}

static void write_line(struct ledger_buffer *buffer, const char *prefix, struct ledger_span value)
{
    ledger_buffer_text(buffer, prefix);
    ledger_buffer_add(buffer, value);
    ledger_buffer_text(buffer, "\n");
}

static void write_document(struct ledger_buffer *buffer, const struct ledger_document *document)
{
    ledger_buffer_text(buffer, "document sha256 ");
    ledger_buffer_hex(buffer, document->digest.bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, " ");
    ledger_buffer_decimal(buffer, document->size);
    write_line(buffer, " ", document->name);
}

void ledger_record_write(struct ledger_buffer *buffer, const struct ledger_record_fields *fields)
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
    for (size_t i = 0; i < fields->document_count; i++) {
        write_document(buffer, &fields->documents[i]);
    }
    for (size_t i = 0; i < fields->unset_count; i++) {
        write_line(buffer, "unset ", fields->unsets[i]);
    }
    for (size_t i = 0; i < fields->set_count; i++) {
        write_line(buffer, "set ", fields->sets[i]);
    }
    if (fields->data.size != 0) {
        write_line(buffer, "data ", fields->data);
    }
}
