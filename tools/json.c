#include "tools/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/text.h"
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

/* Bytes that are no clean text as '?': the names in a policy may be any bytes. */
static json_t *replaced_text(struct ledger_span text)
{
    size_t bad = 0;
    char *copy = malloc(text.size + 1);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, text.data, text.size);
    struct ledger_span rest = {(const uint8_t *)copy, text.size};
    while (!ledger_text_clean(rest, &bad)) {
        copy[text.size - rest.size + bad] = '?';
        rest.data += bad;
        rest.size -= bad;
    }
    json_t *value = json_stringn(copy, text.size);
    free(copy);
    return value;
}

static json_t *text_value(struct ledger_span text)
{
    json_t *value = json_stringn(text.size == 0 ? "" : (const char *)text.data, text.size);
    return need(value != NULL ? value : replaced_text(text));
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

/* Takes one code point off `rest`, which is well-formed UTF-8 and not empty. */
static uint32_t take_code_point(struct ledger_span *rest)
{
    uint8_t lead = rest->data[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t code = lead & (size == 1 ? 0x7fu : 0xffu >> (size + 1));
    LEDGER_ASSERT(size <= rest->size);
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | (rest->data[i] & 0x3fu);
    }
    rest->data += size;
    rest->size -= size;
    return code;
}

static void print_escape(FILE *stream, uint32_t code)
{
    if (code > 0xffff) {
        code -= 0x10000;
        (void)fprintf(stream, "\\u%04x\\u%04x", (unsigned)(0xd800 + (code >> 10)),
                      (unsigned)(0xdc00 + (code & 0x3ff)));
    } else {
        (void)fprintf(stream, "\\u%04x", (unsigned)code);
    }
}

static void print_clean(FILE *stream, struct ledger_span rest)
{
    size_t clean = 0;
    while (!ledger_text_clean(rest, &clean)) {
        (void)fwrite(rest.data, 1, clean, stream);
        rest.data += clean;
        rest.size -= clean;
        print_escape(stream, take_code_point(&rest));
    }
    (void)fwrite(rest.data, 1, rest.size, stream);
}

void json_print(FILE *stream, struct json_value *value)
{
    char *text = json_dumps(in(value), JSON_COMPACT | JSON_ENCODE_ANY);
    if (text == NULL) {
        exit(cli_fail("cannot print the JSON output: out of memory"));
    }
    print_clean(stream, ledger_span_of(text));
    (void)fputc('\n', stream);
    free(text);
    json_free(value);
}
