#include "tools/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/json_line.h"
#include "tools/cli.h"
#include "tools/text_stream.h"

/* The text so far, without the bracket that closes it. */
struct json_value {
    struct text_stream text;
    char closing;
    bool filled; /* what is added next follows a comma */
};

static void need(bool done)
{
    if (!done) {
        exit(cli_fail("cannot build the JSON output: out of memory"));
    }
}

static struct json_value *begin(char opening, char closing)
{
    struct json_value *value = calloc(1, sizeof *value);
    need(value != NULL);
    need(text_stream_open(&value->text));
    value->closing = closing;
    (void)fputc(opening, value->text.file);
    return value;
}

/* Writes the whole value to `stream` and frees it. */
static void finish(FILE *stream, struct json_value *value)
{
    (void)fputc(value->closing, value->text.file);
    need(text_stream_whole(&value->text));
    (void)fwrite(value->text.text, 1, value->text.size, stream);
    json_discard(value);
}

static void put_text(FILE *stream, struct ledger_span text)
{
    (void)fputc('"', stream);
    while (text.size > 0) {
        size_t plain = 0;
        while (plain < text.size && memchr("\"\\\n", text.data[plain], 3) == NULL) {
            plain++;
        }
        cli_put_clean(stream, (struct ledger_span){text.data, plain});
        if (plain < text.size) {
            uint8_t special = text.data[plain++];
            (void)fprintf(stream, "\\%c", special == '\n' ? 'n' : special);
        }
        text.data += plain;
        text.size -= plain;
    }
    (void)fputc('"', stream);
}

/* Where the next element of `array` is written. */
static FILE *element(struct json_value *array)
{
    if (array->filled) {
        (void)fputc(',', array->text.file);
    }
    array->filled = true;
    return array->text.file;
}

/* Where the value of the next member of `object` is written. */
static FILE *member(struct json_value *object, const char *name)
{
    FILE *stream = element(object);
    put_text(stream, ledger_span_of(name));
    (void)fputc(':', stream);
    return stream;
}

struct json_value *json_object_new(void)
{
    return begin('{', '}');
}

struct json_value *json_array_new(void)
{
    return begin('[', ']');
}

void json_add_text(struct json_value *object, const char *name, struct ledger_span text)
{
    put_text(member(object, name), text);
}

void json_add_string(struct json_value *object, const char *name, const char *text)
{
    json_add_text(object, name, ledger_span_of(text));
}

void json_add_number(struct json_value *object, const char *name, uint64_t number)
{
    (void)fprintf(member(object, name), "%" PRIu64, number);
}

void json_add_bool(struct json_value *object, const char *name, bool value)
{
    (void)fputs(value ? "true" : "false", member(object, name));
}

void json_add_hex(struct json_value *object, const char *name, const struct ledger_hash *hash)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&buffer, hash->bytes, sizeof hash->bytes);
    json_add_text(object, name, ledger_buffer_span(&buffer));
}

void json_add_base64(struct json_value *object, const char *name, const struct ledger_hash *hash)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE)];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&buffer, hash->bytes, sizeof hash->bytes);
    json_add_text(object, name, ledger_buffer_span(&buffer));
}

void json_add(struct json_value *object, const char *name, struct json_value *child)
{
    finish(member(object, name), child);
}

void json_append(struct json_value *array, struct json_value *child)
{
    finish(element(array), child);
}

void json_append_text(struct json_value *array, struct ledger_span text)
{
    put_text(element(array), text);
}

void json_add_raw(struct json_value *object, const char *name, struct ledger_span text)
{
    LEDGER_ASSERT(ledger_is_json_line(text));
    (void)fwrite(text.data, 1, text.size, member(object, name));
}

void json_print(FILE *stream, struct json_value *value)
{
    finish(stream, value);
    (void)fputc('\n', stream);
}

void json_discard(struct json_value *value)
{
    text_stream_close(&value->text);
    free(value);
}
