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

/* By digit, its value and one more; 0 for what is no digit. Tables, since a large part of reading a
 * ledger is reading digits. */
static const uint8_t hex_digits[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

static uint8_t hex_value(uint8_t digit)
{
    return (uint8_t)(hex_digits[digit] - 1);
}

static bool all_are_hex(struct ledger_span text)
{
    unsigned others = 0;
    for (size_t i = 0; i < text.size; i++) {
        others |= hex_digits[text.data[i]] == 0;
    }
    return others == 0;
}

bool ledger_read_hex(uint8_t *bytes, size_t size, struct ledger_span text)
{
    if (text.size % 2 != 0 || text.size / 2 != size) {
        return false;
    }
    if (!all_are_hex(text)) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(hex_value(text.data[2 * i]) << 4 | hex_value(text.data[2 * i + 1]));
    }
    return true;
}

static const uint8_t base64_digits[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

/* What is too much in the bits of four digits, each of which is one too large in the table. */
#define TOO_MUCH (UINT32_C(1) << 18 | UINT32_C(1) << 12 | UINT32_C(1) << 6 | UINT32_C(1))

#define AT_ONCE 16u /* bytes: so many compilers look at together, where they know the number */

/* Ranges, and no table: what is compared without branches is compared many bytes at a time. */
static unsigned is_other(uint8_t byte)
{
    uint8_t letter = (uint8_t)((byte | 0x20) - 'a');
    uint8_t digit = (uint8_t)(byte - '0');
    return (unsigned)(letter > 25) & (unsigned)(digit > 9) & (unsigned)(byte != '+') &
           (unsigned)(byte != '/');
}

static bool all_are_base64(const uint8_t *at, size_t size)
{
    unsigned others = 0;
    for (; size >= AT_ONCE; at += AT_ONCE, size -= AT_ONCE) {
        uint8_t here = 0;
        for (unsigned i = 0; i < AT_ONCE; i++) {
            here |= (uint8_t)is_other(at[i]);
        }
        others |= here;
    }
    for (size_t i = 0; i < size; i++) {
        others |= is_other(at[i]);
    }
    return others == 0;
}

bool ledger_is_base64(size_t *size, struct ledger_span text)
{
    if (text.size % 4 != 0) {
        return false;
    }
    size_t digits = text.size;
    while (digits > 0 && text.size - digits < 2 && text.data[digits - 1] == '=') {
        digits--;
    }
    if (!all_are_base64(text.data, digits)) {
        return false;
    }
    size_t padding = text.size - digits;
    int unused = padding == 2 ? 15 : padding == 1 ? 3 : 0;
    if (unused != 0 && ((base64_digits[text.data[digits - 1]] - 1) & unused) != 0) {
        return false;
    }
    *size = text.size / 4 * 3 - padding;
    return true;
}

/* The bits of four digits. */
static inline uint32_t base64_bits(const uint8_t digits[4])
{
    return ((uint32_t)base64_digits[digits[0]] << 18) + ((uint32_t)base64_digits[digits[1]] << 12) +
           ((uint32_t)base64_digits[digits[2]] << 6) + base64_digits[digits[3]] - TOO_MUCH;
}

/* Only for text that passed ledger_is_base64 with this `size`. */
static void base64_decode(uint8_t *bytes, size_t size, struct ledger_span text)
{
    const uint8_t *from = text.data;
    size_t whole = size / 3 * 3;
    LEDGER_ASSERT(text.size / 4 == (size + 2) / 3);
    for (size_t at = 0; at < whole; at += 3, from += 4) {
        uint32_t bits = base64_bits(from);
        bytes[at] = (uint8_t)(bits >> 16);
        bytes[at + 1] = (uint8_t)(bits >> 8);
        bytes[at + 2] = (uint8_t)bits;
    }
    if (size - whole > 0) {
        const uint8_t last[4] = {from[0], from[1], size - whole == 2 ? from[2] : 'A', 'A'};
        uint32_t bits = base64_bits(last);
        bytes[whole] = (uint8_t)(bits >> 16);
        if (size - whole == 2) {
            bytes[whole + 1] = (uint8_t)(bits >> 8);
        }
    }
}

bool ledger_read_base64(uint8_t *bytes, size_t size, struct ledger_span text)
{
    size_t found;
    if (!ledger_is_base64(&found, text) || found != size) {
        return false;
    }
    base64_decode(bytes, size, text);
    return true;
}

bool ledger_read_base64_any(uint8_t *bytes, size_t *size, size_t capacity, struct ledger_span text)
{
    size_t found;
    if (!ledger_is_base64(&found, text) || found > capacity) {
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
