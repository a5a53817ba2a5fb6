/*
 * encoding.h - numbers and bytes as text, one spelling each (SPEC.md "Spelling").
 *
 * All readers take the whole span or nothing, and write their results only on success.
 */
#ifndef LEDGER_BASE_ENCODING_H
#define LEDGER_BASE_ENCODING_H

#include "ledger/base/span.h"

/* Size of the base64 of `n` bytes, padding included (RFC 4648 section 4). */
#define LEDGER_BASE64_SIZE(n) ((((size_t)(n) + 2) / 3) * 4)

/* ASCII decimal, no sign, no leading zero but for "0", at most `max`. */
LEDGER_API bool ledger_read_decimal(uint64_t *value, struct ledger_span text, uint64_t max);

/* Lower-case hex of exactly `size` bytes. */
LEDGER_API bool ledger_read_hex(uint8_t *bytes, size_t size, struct ledger_span text);

/* Standard base64 with padding, zero trailing bits, of exactly `size` bytes. */
LEDGER_API bool ledger_read_base64(uint8_t *bytes, size_t size, struct ledger_span text);

/* The same for a size not known before: at most `capacity` bytes. */
LEDGER_API bool ledger_read_base64_any(uint8_t *bytes, size_t *size, size_t capacity,
                                       struct ledger_span text);

/* Whether `text` is such base64, and of how many bytes, without decoding it. */
LEDGER_API bool ledger_is_base64(size_t *size, struct ledger_span text);

/* Big-endian integers, for keys and wire formats. */
LEDGER_API void ledger_put_be64(uint8_t bytes[8], uint64_t value);
LEDGER_API uint64_t ledger_get_be64(const uint8_t bytes[8]);
LEDGER_API uint32_t ledger_get_be32(const uint8_t bytes[4]);

#endif
