#include "ledger/base/encoding.h"

#include "ledger/base/status.h"

bool ledger_read_decimal(uint64_t *value, struct ledger_span text, uint64_t max)
{
    if (text.size == 0 || (text.size > 1 && text.data[0] == '0')) {
        return false;
    }
    uint64_t result = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (result > max / 10 || (result == max / 10 && digit > max % 10)) {
            return false;
        }
        result = result * 10 + digit;
    }
    *value = result;
    return true;
}

static int hex_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool ledger_read_hex(uint8_t *bytes, size_t size, struct ledger_span text)
{
    if (text.size % 2 != 0 || text.size / 2 != size) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (hex_value(text.data[i]) < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(hex_value(text.data[2 * i]) << 4 | hex_value(text.data[2 * i + 1]));
    }
    return true;
}

/* Values of '+' to 'z'. */
static const int8_t base64_values[80] = {
    62, -1, -1, -1, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1,
    -1, -1, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1, -1, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51};

static int base64_value(uint8_t digit)
{
    return digit >= '+' && digit <= 'z' ? base64_values[digit - '+'] : -1;
}

/* Establishes that all of `text` is base64 of the one spelling, and of how many bytes. */
static bool base64_check(size_t *size, struct ledger_span text)
{
    if (text.size % 4 != 0) {
        return false;
    }
    size_t digits = text.size;
    while (digits > 0 && text.size - digits < 2 && text.data[digits - 1] == '=') {
        digits--;
    }
    for (size_t i = 0; i < digits; i++) {
        if (base64_value(text.data[i]) < 0) {
            return false;
        }
    }
    size_t padding = text.size - digits;
    int unused = padding == 2 ? 15 : padding == 1 ? 3 : 0;
    if (unused != 0 && (base64_value(text.data[digits - 1]) & unused) != 0) {
        return false;
    }
    *size = text.size / 4 * 3 - padding;
    return true;
}

/* Only for text that passed base64_check with this `size`. */
static void base64_decode(uint8_t *bytes, size_t size, struct ledger_span text)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t at = 0;
    for (size_t i = 0; at < size; i++) {
        LEDGER_ASSERT(i < text.size);
        bits = bits << 6 | ((uint32_t)base64_value(text.data[i]) & 63);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[at++] = (uint8_t)(bits >> held);
        }
    }
}

bool ledger_read_base64(uint8_t *bytes, size_t size, struct ledger_span text)
{
    size_t found;
    if (!base64_check(&found, text) || found != size) {
        return false;
    }
    base64_decode(bytes, size, text);
    return true;
}

bool ledger_read_base64_any(uint8_t *bytes, size_t *size, size_t capacity, struct ledger_span text)
{
    size_t found;
    if (!base64_check(&found, text) || found > capacity) {
        return false;
    }
    base64_decode(bytes, found, text);
    *size = found;
    return true;
}

void ledger_put_be64(uint8_t bytes[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    }
}

uint64_t ledger_get_be64(const uint8_t bytes[8])
{
    return (uint64_t)ledger_get_be32(bytes) << 32 | ledger_get_be32(bytes + 4);
}

uint32_t ledger_get_be32(const uint8_t bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}
