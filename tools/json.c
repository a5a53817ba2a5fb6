#include "tools/json.h"

#include <jansson.h>
#include <stdlib.h>

#include "ledger/base/encoding.h"
#include "tools/cli.h"

static json_t *need(json_t *value)
{
    if (value == NULL) {
        exit(cli_fail("cannot build the JSON output: out of memory or not UTF-8"));
    }
    return value;
}

static void need_done(int result)
{
    if (result != 0) {
        exit(cli_fail("cannot build the JSON output: out of memory"));
    }
}

static json_t *in(struct json_value *value)
{
    return (json_t *)value;
}

static struct json_value *out(json_t *value)
{
    return (struct json_value *)need(value);
}

static json_t *text_value(struct ledger_span text)
{
    return need(json_stringn(text.size == 0 ? "" : (const char *)text.data, text.size));
}

struct json_value *json_object_new(void)
{
    return out(json_object());
}

struct json_value *json_array_new(void)
{
    return out(json_array());
}

void json_free(struct json_value *value)
{
    json_decref(in(value));
}

void json_add_text(struct json_value *object, const char *name, struct ledger_span text)
{
    need_done(json_object_set_new(in(object), name, text_value(text)));
}

void json_add_string(struct json_value *object, const char *name, const char *text)
{
    json_add_text(object, name, ledger_span_of(text));
}

void json_add_number(struct json_value *object, const char *name, uint64_t number)
{
    LEDGER_ASSERT(number <= INT64_MAX);
    need_done(json_object_set_new(in(object), name, need(json_integer((json_int_t)number))));
}

void json_add_bool(struct json_value *object, const char *name, bool value)
{
    need_done(json_object_set_new(in(object), name, need(json_boolean(value))));
}

void json_add_hex(struct json_value *object, const char *name, const struct ledger_hash *hash)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&buffer, hash->bytes, sizeof hash->bytes);
    json_add_text(object, name, ledger_buffer_span(&buffer));
}

void json_add(struct json_value *object, const char *name, struct json_value *child)
{
    need_done(json_object_set_new(in(object), name, in(child)));
}

void json_append(struct json_value *array, struct json_value *child)
{
    need_done(json_array_append_new(in(array), in(child)));
}

void json_append_text(struct json_value *array, struct ledger_span text)
{
    need_done(json_array_append_new(in(array), text_value(text)));
}

void json_add_raw(struct json_value *object, const char *name, struct ledger_span text)
{
    json_t *value = json_loadb((const char *)text.data, text.size, JSON_DECODE_ANY, NULL);
    if (value == NULL) {
        /* The ledger takes numbers that Jansson does not; then the reader gets the text. */
        json_add_text(object, name, text);
        return;
    }
    need_done(json_object_set_new(in(object), name, value));
}

void json_print(FILE *stream, struct json_value *value)
{
    need_done(json_dumpf(in(value), stream, JSON_COMPACT | JSON_ENCODE_ANY));
    (void)fputc('\n', stream);
    json_free(value);
}
