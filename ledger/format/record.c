#include "ledger/format/record.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/json_line.h"
#include "ledger/base/timestamp.h"
#include "ledger/format/authority_line.h"
#include "ledger/format/line_reader.h"
#include "ledger/format/list.h"
#include "ledger/format/matter.h"
#include "ledger/format/word_set.h"

#define FILE_SIZE_MAX ((UINT64_C(1) << 53) - 1) /* what every JSON reader keeps exact */
#define KIND_LINE 3
#define KEY_ID_PART 10 /* bytes of "+<key id>+" in a vkey */

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
    return ledger_matter_is_title(value);
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

static bool take_category(struct ledger_record *record, struct ledger_span line,
                          struct ledger_span value)
{
    (void)line;
    record->category = value;
    return ledger_text_is_token(value) && !ledger_record_is_authority(record);
}

static bool take_party(struct ledger_record *record, struct ledger_span line,
                       struct ledger_span value)
{
    struct ledger_vkey vkey;
    struct ledger_verdict ignored;
    if (ledger_record_is_authority(record) || !ledger_vkey_parse(NULL, &vkey, &ignored, value) ||
        vkey.type != LEDGER_KEY_ED25519) {
        return false;
    }
    extend(&record->parties, line);
    return true;
}

static bool take_refers(struct ledger_record *record, struct ledger_span line,
                        struct ledger_span value)
{
    (void)line;
    record->refers = value;
    return ledger_matter_is_title(value) && !ledger_record_is_authority(record);
}

static bool take_field(struct ledger_record *record, struct ledger_span line,
                       struct ledger_span value)
{
    struct ledger_span name;
    struct ledger_span phrase;
    if (ledger_record_is_authority(record) || !ledger_list_split(value, ' ', &name, &phrase) ||
        !ledger_record_is_field_name(name) || !ledger_text_is_phrase(phrase, LEDGER_FIELD_MAX)) {
        return false;
    }
    extend(&record->fields, line);
    return true;
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
    {"category ", "'category <token>', in no record of kind 'authority'", AT_MOST_ONCE,
     take_category},
    {"party ", "'party <Ed25519 vkey>', in no record of kind 'authority'", ANY_NUMBER, take_party},
    {"refers ", "'refers <number of a matter>', in no record of kind 'authority'", AT_MOST_ONCE,
     take_refers},
    {"field ",
     "'field <name> <text>' of at most 1024 bytes, the name not that of another line, "
     "in no record of kind 'authority'",
     ANY_NUMBER, take_field},
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

static bool are_parties_distinct(const struct ledger_record *record, struct ledger_verdict *verdict)
{
    struct ledger_span text = record->note.text;
    struct ledger_lines rest = record->parties;
    struct ledger_span value;
    struct ledger_word_set names;
    struct ledger_word_set keys;
    ledger_word_set_start(&names, text, '+');
    ledger_word_set_start(&keys, text, '\n');
    while (ledger_lines_next(&rest, &value)) {
        size_t name = (size_t)(value.data - text.data);
        size_t key = name + ledger_list_head(value, '+').size + KEY_ID_PART;
        if (!ledger_word_set_add(&names, name) || !ledger_word_set_add(&keys, key)) {
            return fail(verdict, ledger_line_of(text, name),
                        "no second party of the same name or public key");
        }
    }
    return true;
}

static bool are_fields_distinct(const struct ledger_record *record, struct ledger_verdict *verdict)
{
    struct ledger_span text = record->note.text;
    struct ledger_lines rest = record->fields;
    struct ledger_span value;
    struct ledger_word_set names;
    ledger_word_set_start(&names, text, ' ');
    while (ledger_lines_next(&rest, &value)) {
        size_t name = (size_t)(value.data - text.data);
        if (!ledger_word_set_add(&names, name)) {
            return fail(verdict, ledger_line_of(text, name), "no second field of the same name");
        }
    }
    return true;
}

static bool take_lines(struct ledger_record *record, struct ledger_verdict *verdict)
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
                    "the end of the text: after 'nonce' there may be 'category', 'party', "
                    "'refers', 'field', 'document', 'unset', 'set' and 'data', in this order");
    }
    if (ledger_record_is_authority(record) && record->unsets.count + record->sets.count == 0) {
        return fail(verdict, KIND_LINE, "an 'unset' or 'set' line, as the kind is 'authority'");
    }
    return true;
}

/* The lines that were taken stand before the one that was not: what is found in them is found
 * first. */
static bool parse_lines(struct ledger_record *record, struct ledger_verdict *verdict)
{
    bool taken = take_lines(record, verdict);
    return (record->parties.count < 2 || are_parties_distinct(record, verdict)) &&
           (record->fields.count < 2 || are_fields_distinct(record, verdict)) && taken;
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

bool ledger_record_is_field_name(struct ledger_span name)
{
    static const char *const words[] = {"category", "party", "refers", "document", "data"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ledger_span_is(name, words[i])) {
            return false;
        }
    }
    return ledger_text_is_token(name);
}

bool ledger_record_next_field(struct ledger_lines *fields, struct ledger_span *name,
                              struct ledger_span *value)
{
    struct ledger_span both;
    if (!ledger_lines_next(fields, &both)) {
        return false;
    }
    bool split = ledger_list_split(both, ' ', name, value);
    LEDGER_ASSERT(split);
    return true;
}

bool ledger_record_field(const struct ledger_record *record, struct ledger_span *value,
                         struct ledger_span name)
{
    struct ledger_lines fields = record->fields;
    struct ledger_span next;
    struct ledger_span found;
    while (ledger_record_next_field(&fields, &next, &found)) {
        if (ledger_span_equal(next, name)) {
            *value = found;
            return true;
        }
    }
    return false;
}

bool ledger_record_next_party(struct ledger_lines *parties, struct ledger_hasher *hasher,
                              struct ledger_vkey *vkey)
{
    struct ledger_span value;
    struct ledger_verdict ignored;
    if (!ledger_lines_next(parties, &value)) {
        return false;
    }
    bool parsed = ledger_vkey_parse(hasher, vkey, &ignored, value);
    LEDGER_ASSERT(parsed);
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
