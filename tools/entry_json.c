#include "tools/entry_json.h"

#include "ledger/base/encoding.h"

void json_add_time(struct json_value *object, const char *name, int64_t ms)
{
    char text[LEDGER_TIME_SIZE + 1];
    ledger_write_ledger_time(text, ms);
    json_add_string(object, name, text);
}

static struct json_value *documents_json(struct ledger_lines documents)
{
    struct json_value *array = json_array_new();
    struct ledger_document document;
    while (ledger_record_next_document(&documents, &document)) {
        struct json_value *one = json_object_new();
        json_add_hex(one, "sha256", &document.digest);
        json_add_number(one, "size", document.size);
        json_add_text(one, "name", document.name);
        json_append(array, one);
    }
    return array;
}

static struct json_value *lines_json(struct ledger_lines lines)
{
    struct json_value *array = json_array_new();
    struct ledger_span value;
    while (ledger_lines_next(&lines, &value)) {
        json_append_text(array, value);
    }
    return array;
}

struct json_value *note_signers_json(const struct ledger_note *note)
{
    struct json_value *array = json_array_new();
    struct ledger_span rest = note->signatures;
    struct ledger_signature signature;
    while (ledger_note_next(&rest, &signature)) {
        struct json_value *one = json_object_new();
        char id[9];
        (void)snprintf(id, sizeof id, "%08x", (unsigned)signature.key_id);
        json_add_text(one, "name", signature.name);
        json_add_string(one, "key_id", id);
        json_append(array, one);
    }
    return array;
}

static struct json_value *fields_json(struct ledger_lines fields)
{
    struct json_value *object = json_object_new();
    struct ledger_span field;
    struct ledger_span value;
    while (ledger_record_next_field(&fields, &field, &value)) {
        char name[LEDGER_TOKEN_MAX + 1];
        (void)snprintf(name, sizeof name, "%.*s", LEDGER_SPAN_ARGS(field));
        json_add_text(object, name, value);
    }
    return object;
}

/* The lines that rules speak of. */
static void add_ruled(struct json_value *object, const struct ledger_record *record)
{
    if (record->category.size > 0) {
        json_add_text(object, "category", record->category);
    }
    if (record->parties.count > 0) {
        json_add(object, "parties", lines_json(record->parties));
    }
    if (record->refers.size > 0) {
        json_add_text(object, "refers", record->refers);
    }
    if (record->fields.count > 0) {
        json_add(object, "fields", fields_json(record->fields));
    }
}

static void add_nonce(struct json_value *object, const struct ledger_record *record)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_NONCE_SIZE)];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&buffer, record->nonce, sizeof record->nonce);
    json_add_text(object, "nonce", ledger_buffer_span(&buffer));
}

struct json_value *entry_json(const struct ledger_entry *entry, const struct ledger_hash *leaf)
{
    const struct ledger_record *record = &entry->record;
    struct json_value *object = json_object_new();
    json_add_number(object, "index", entry->index);
    json_add_time(object, "time", entry->time_ms);
    json_add_text(object, "kind", record->kind);
    json_add_text(object, "event", record->event);
    json_add_text(object, "matter", record->matter);
    json_add_text(object, "institution", record->institution);
    json_add_text(object, "claimed_time", record->time);
    add_nonce(object, record);
    add_ruled(object, record);
    json_add(object, "documents", documents_json(record->documents));
    if (ledger_record_is_authority(record)) {
        json_add(object, "unset", lines_json(record->unsets));
        json_add(object, "set", lines_json(record->sets));
    }
    if (record->data.size > 0) {
        json_add_raw(object, "data", record->data);
    }
    json_add(object, "signers", note_signers_json(&record->note));
    json_add_hex(object, "leaf", leaf);
    return object;
}
