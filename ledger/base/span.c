#include "ledger/base/span.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/status.h"

static const char base64_digits[65] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex_digits[17] = "0123456789abcdef";

struct ledger_span ledger_span_of(const char *text)
{
    LEDGER_ASSERT(text != NULL);
    return (struct ledger_span){(const uint8_t *)text, strlen(text)};
}

bool ledger_span_equal(struct ledger_span a, struct ledger_span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool ledger_span_is(struct ledger_span a, const char *text)
{
    return ledger_span_equal(a, ledger_span_of(text));
}

bool ledger_span_starts(struct ledger_span a, const char *prefix)
{
    struct ledger_span wanted = ledger_span_of(prefix);
    if (a.size < wanted.size) {
        return false;
    }
    a.size = wanted.size;
    return ledger_span_equal(a, wanted);
}

int ledger_span_compare(struct ledger_span a, struct ledger_span b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static void take(struct ledger_span *rest, size_t size)
{
    LEDGER_ASSERT(size <= rest->size);
    rest->data += size;
    rest->size -= size;
}

bool ledger_span_take_line(struct ledger_span *rest, struct ledger_span *line)
{
    const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->data, '\n', rest->size);
    if (end == NULL) {
        return false;
    }
    *line = (struct ledger_span){rest->data, (size_t)(end - rest->data)};
    take(rest, line->size + 1);
    return true;
}

bool ledger_span_take_word(struct ledger_span *rest, struct ledger_span *word, bool *more)
{
    const uint8_t *space = rest->size == 0 ? NULL : memchr(rest->data, ' ', rest->size);
    size_t size = space == NULL ? rest->size : (size_t)(space - rest->data);
    if (size == 0) {
        return false;
    }
    *word = (struct ledger_span){rest->data, size};
    take(rest, space == NULL ? size : size + 1);
    if (more != NULL) {
        *more = space != NULL;
    }
    return true;
}

struct ledger_buffer ledger_buffer_in(uint8_t *memory, size_t capacity)
{
    LEDGER_ASSERT(memory != NULL || capacity == 0);
    return (struct ledger_buffer){memory, 0, capacity, false};
}

/* The place for the next `size` bytes, or NULL if they do not fit. */
static uint8_t *claim(struct ledger_buffer *buffer, size_t size)
{
    LEDGER_ASSERT(buffer->size <= buffer->capacity);
    if (buffer->overflow || size > buffer->capacity - buffer->size) {
        buffer->overflow = true;
        return NULL;
    }
    uint8_t *place = buffer->data + buffer->size;
    buffer->size += size;
    return place;
}

void ledger_buffer_add(struct ledger_buffer *buffer, struct ledger_span bytes)
{
    if (bytes.size == 0) {
        return;
    }
    uint8_t *place = claim(buffer, bytes.size);
    if (place != NULL) {
        memcpy(place, bytes.data, bytes.size);
    }
}

void ledger_buffer_text(struct ledger_buffer *buffer, const char *text)
{
    ledger_buffer_add(buffer, ledger_span_of(text));
}

void ledger_buffer_decimal(struct ledger_buffer *buffer, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    ledger_buffer_add(buffer, (struct ledger_span){digits + at, sizeof digits - at});
}

static void base64_group(uint8_t text[4], const uint8_t *bytes, size_t size)
{
    uint32_t bits = (uint32_t)bytes[0] << 16;
    bits |= size > 1 ? (uint32_t)bytes[1] << 8 : 0;
    bits |= size > 2 ? (uint32_t)bytes[2] : 0;
    text[0] = (uint8_t)base64_digits[bits >> 18];
    text[1] = (uint8_t)base64_digits[bits >> 12 & 63];
    text[2] = size > 1 ? (uint8_t)base64_digits[bits >> 6 & 63] : (uint8_t)'=';
    text[3] = size > 2 ? (uint8_t)base64_digits[bits & 63] : (uint8_t)'=';
}

void ledger_buffer_base64(struct ledger_buffer *buffer, const uint8_t *bytes, size_t size)
{
    LEDGER_ASSERT(size <= SIZE_MAX / 2);
    uint8_t *place = size == 0 ? NULL : claim(buffer, LEDGER_BASE64_SIZE(size));
    if (place == NULL) {
        return;
    }
    for (size_t at = 0; at < size; at += 3) {
        base64_group(place + at / 3 * 4, bytes + at, size - at);
    }
}

void ledger_buffer_hex(struct ledger_buffer *buffer, const uint8_t *bytes, size_t size)
{
    LEDGER_ASSERT(size <= SIZE_MAX / 2);
    uint8_t *place = size == 0 ? NULL : claim(buffer, size * 2);
    if (place == NULL) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        place[2 * i] = (uint8_t)hex_digits[bytes[i] >> 4];
        place[2 * i + 1] = (uint8_t)hex_digits[bytes[i] & 15];
    }
}

struct ledger_span ledger_buffer_span(const struct ledger_buffer *buffer)
{
    return (struct ledger_span){buffer->data, buffer->size};
}
