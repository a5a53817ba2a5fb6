#include "tools/json_record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/text.h"
#include "tools/json_text.h"

/* What the readers of members work on. */
struct reading {
    struct record_builder *builder;
    struct ledger_verdict *verdict;
    struct ledger_span line; /* without white space outside strings */
};

LEDGER_PRINTF(2, 3)
static int refuse(struct reading *reading, const char *format, ...)
{
    char detail[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    ledger_verdict_set(reading->verdict, LEDGER_BAD_RECORD, "%s", detail);
    return CLI_NOT_VALID;
}

static struct ledger_span text_of(const json_t *value)
{
    return (struct ledger_span){(const uint8_t *)json_string_value(value),
                                json_string_length(value)};
}

static int take_text(struct reading *reading, struct ledger_span *field, const char *name,
                     const json_t *value)
{
    if (!json_is_string(value) || json_string_length(value) == 0) {
        return refuse(reading, "member '%s' must be text", name);
    }
    *field = text_of(value);
    return CLI_DONE;
}

static int take_kind(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.kind, name, value);
}

static int take_event(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.event, name, value);
}

static int take_matter(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.matter, name, value);
}

static int take_institution(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.institution, name, value);
}

static int take_time(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.time, name, value);
}

static int take_nonce(struct reading *reading, const char *name, json_t *value)
{
    struct ledger_span text;
    int status = take_text(reading, &text, name, value);
    if (status == CLI_DONE &&
        !ledger_read_base64(reading->builder->fields.nonce, LEDGER_NONCE_SIZE, text)) {
        status =
            refuse(reading, "member 'nonce' must be the base64 of %d bytes", LEDGER_NONCE_SIZE);
    }
    return status;
}

static int take_category(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.category, name, value);
}

static int take_refers(struct reading *reading, const char *name, json_t *value)
{
    return take_text(reading, &reading->builder->fields.refers, name, value);
}

static int take_parties(struct reading *reading, const char *name, json_t *value)
{
    int status = json_is_array(value) ? CLI_DONE : refuse(reading, "'%s' must be a list", name);
    for (size_t i = 0; status == CLI_DONE && i < json_array_size(value); i++) {
        const json_t *party = json_array_get(value, i);
        status = json_is_string(party) ? record_builder_add_party(reading->builder, text_of(party))
                                       : refuse(reading, "a party must be the text of a key");
    }
    return status;
}

static int take_field(struct reading *reading, const char *name, json_t *value)
{
    struct ledger_span field = ledger_span_of(name);
    if (!json_is_string(value)) {
        return refuse(reading, "field '%s' must be text", name);
    }
    if (!ledger_text_is_token(field)) {
        return refuse(reading, "'%s' is not the name of a field", name);
    }
    return record_builder_add_field(reading->builder, field, text_of(value));
}

/* In the order in which they stand in the line. */
static int take_fields(struct reading *reading, const char *name, json_t *value)
{
    const char *field = NULL;
    json_t *content = NULL;
    if (!json_is_object(value)) {
        return refuse(reading, "'%s' must be an object of texts", name);
    }
    json_object_foreach(value, field, content)
    {
        int status = take_field(reading, field, content);
        if (status != CLI_DONE) {
            return status;
        }
    }
    return CLI_DONE;
}

static int take_digest(struct reading *reading, json_t *value)
{
    struct ledger_document document;
    const json_t *digest = json_object_get(value, "sha256");
    const json_t *size = json_object_get(value, "size");
    const json_t *name = json_object_get(value, "name");
    if (json_object_size(value) != 3 || !json_is_string(digest) || !json_is_integer(size) ||
        json_integer_value(size) < 0 || !json_is_string(name) ||
        !ledger_read_hex(document.digest.bytes, LEDGER_HASH_SIZE, text_of(digest))) {
        return refuse(reading, "a document must be a path or have exactly 'sha256' (64 digits of "
                               "lower-case hex), 'size' (a whole number) and 'name'");
    }
    document.size = (uint64_t)json_integer_value(size);
    document.name = text_of(name);
    return record_builder_add_document(reading->builder, &document);
}

static int take_documents(struct reading *reading, const char *name, json_t *value)
{
    int status = json_is_array(value) ? CLI_DONE : refuse(reading, "'%s' must be a list", name);
    for (size_t i = 0; status == CLI_DONE && i < json_array_size(value); i++) {
        json_t *document = json_array_get(value, i);
        status = json_is_string(document)
                     ? record_builder_add_file(reading->builder, json_string_value(document))
                     : take_digest(reading, document);
    }
    return status;
}

/* As it stands in the line: Jansson would write numbers in its own way. */
static int take_data(struct reading *reading, const char *name, json_t *value)
{
    (void)value;
    return json_text_member(&reading->builder->fields.data, reading->line, name)
               ? CLI_DONE
               : refuse(reading, "the name of member '%s' must be written without escapes", name);
}

static const struct member {
    const char *name;
    bool needed;
    int (*take)(struct reading *reading, const char *name, json_t *value);
} members[] = {
    {"kind", true, take_kind},
    {"event", true, take_event},
    {"matter", true, take_matter},
    {"institution", true, take_institution},
    {"time", false, take_time},
    {"nonce", false, take_nonce},
    {"category", false, take_category},
    {"parties", false, take_parties},
    {"refers", false, take_refers},
    {"fields", false, take_fields},
    {"documents", false, take_documents},
    {"data", false, take_data},
};

#define MEMBER_COUNT (sizeof members / sizeof members[0])

static bool is_known(const char *name)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int take_members(struct reading *reading, json_t *object)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(object)) {
        return refuse(reading, "not a JSON object");
    }
    json_object_foreach(object, name, value)
    {
        if (!is_known(name)) {
            return refuse(reading, "unknown member '%s'", name);
        }
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        value = json_object_get(object, members[i].name);
        if (value == NULL && members[i].needed) {
            return refuse(reading, "member '%s' is missing", members[i].name);
        }
        int status = value == NULL ? CLI_DONE : members[i].take(reading, members[i].name, value);
        if (status != CLI_DONE) {
            return status;
        }
    }
    return CLI_DONE;
}

/* Jansson says of a text that it had no memory for that the text is wrong; this knows better. */
static bool memory_ran_out;

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    memory_ran_out = memory_ran_out || memory == NULL;
    return memory;
}

int json_record_build(struct record_builder *builder, struct ledger_verdict *verdict,
                      struct ledger_span ledger, uint8_t *line, size_t size)
{
    json_error_t error;
    struct reading reading = {builder, verdict, {line, json_text_squeeze(line, size)}};
    ledger_verdict_clear(verdict);
    int status = record_builder_start(builder, ledger);
    if (status != CLI_DONE) {
        return status;
    }
    memory_ran_out = false;
    json_set_alloc_funcs(allocate, free);
    json_t *object = json_loadb((const char *)line, reading.line.size,
                                JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (memory_ran_out) {
        json_decref(object);
        return cli_fail("cannot read a line of JSON: out of memory");
    }
    if (object == NULL) {
        return refuse(&reading, "not JSON: %s", error.text);
    }
    status = take_members(&reading, object);
    if (status == CLI_DONE && !record_builder_write(builder, verdict)) {
        status = CLI_NOT_VALID;
    }
    json_decref(object);
    return status;
}
