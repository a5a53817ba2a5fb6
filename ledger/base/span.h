/*
 * span.h - borrowed bytes, and a bounded buffer to build bytes in.
 *
 * A span never owns; it is good as long as the bytes it was taken from. A buffer writes into
 * memory of its caller and remembers when something did not fit: check `overflow` once, at the end.
 */
#ifndef LEDGER_BASE_SPAN_H
#define LEDGER_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/api.h"

struct ledger_span {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
};

/* The span of a NUL-terminated string, without the NUL. */
LEDGER_API struct ledger_span ledger_span_of(const char *text);

LEDGER_API bool ledger_span_equal(struct ledger_span a, struct ledger_span b);
LEDGER_API bool ledger_span_is(struct ledger_span a, const char *text);
LEDGER_API bool ledger_span_starts(struct ledger_span a, const char *prefix);

/* The order of the bytes, unsigned; of two of which one begins the other, the shorter comes first.
 * Below, at or above 0, as memcmp tells. */
LEDGER_API int ledger_span_compare(struct ledger_span a, struct ledger_span b);

/* Takes one line (without its LF) off the front of `rest`. False, and nothing taken, when no LF
 * is left. */
LEDGER_API bool ledger_span_take_line(struct ledger_span *rest, struct ledger_span *line);

/* Takes the bytes up to the next single space (or to the end) off the front of `rest`, and the
 * space with them. False when `rest` is empty or the word would be. `*more`, if not NULL, tells
 * whether a space was taken: a following empty word is then an error of the text. */
LEDGER_API bool ledger_span_take_word(struct ledger_span *rest, struct ledger_span *word,
                                      bool *more);

/* For printf's "%.*s": LEDGER_SPAN_ARGS(span) gives both arguments. */
#define LEDGER_SPAN_ARGS(span) (int)(span).size, (const char *)(span).data

struct ledger_buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    bool overflow; /* sticky: something did not fit and was left out */
};

LEDGER_API struct ledger_buffer ledger_buffer_in(uint8_t *memory, size_t capacity);
LEDGER_API void ledger_buffer_add(struct ledger_buffer *buffer, struct ledger_span bytes);
LEDGER_API void ledger_buffer_text(struct ledger_buffer *buffer, const char *text);
LEDGER_API void ledger_buffer_decimal(struct ledger_buffer *buffer, uint64_t value);
LEDGER_API void ledger_buffer_base64(struct ledger_buffer *buffer, const uint8_t *bytes,
                                     size_t size);
LEDGER_API void ledger_buffer_hex(struct ledger_buffer *buffer, const uint8_t *bytes, size_t size);
LEDGER_API struct ledger_span ledger_buffer_span(const struct ledger_buffer *buffer);

#endif
