#include "ledger/base/text.h"

#include <endian.h>
#include <string.h>

#include "ledger/base/status.h"

struct range {
    uint32_t first;
    uint32_t last;
};

/* Code points that signed text may not hold, sorted. LF is excepted where the table is used. */
static const struct range forbidden[] = {
    {0x0000, 0x001F},   /* controls */
    {0x007F, 0x009F},   /* delete and the controls of ISO 8859 */
    {0x00AD, 0x00AD},   /* soft hyphen */
    {0x034F, 0x034F},   /* combining grapheme joiner */
    {0x061C, 0x061C},   /* Arabic letter mark */
    {0x115F, 0x1160},   /* Hangul fillers */
    {0x17B4, 0x17B5},   /* Khmer inherent vowels */
    {0x180B, 0x180F},   /* Mongolian variation selectors and vowel separator */
    {0x200B, 0x200F},   /* zero-width characters and marks of direction */
    {0x2028, 0x202E},   /* line and paragraph separators, embeddings and overrides */
    {0x2060, 0x206F},   /* invisible operators, isolates, deprecated controls */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xFDD0, 0xFDEF},   /* not characters */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xFFA0, 0xFFA0},   /* half-width Hangul filler */
    {0xFFF0, 0xFFFB},   /* reserved for controls; interlinear annotation */
    {0xFFFE, 0xFFFF},   /* not characters, here and at the end of each plane */
    {0x1D173, 0x1D17A}, /* musical controls */
    {0x1FFFE, 0x1FFFF}, {0x2FFFE, 0x2FFFF}, {0x3FFFE, 0x3FFFF},   {0x4FFFE, 0x4FFFF},
    {0x5FFFE, 0x5FFFF}, {0x6FFFE, 0x6FFFF}, {0x7FFFE, 0x7FFFF},   {0x8FFFE, 0x8FFFF},
    {0x9FFFE, 0x9FFFF}, {0xAFFFE, 0xAFFFF}, {0xBFFFE, 0xBFFFF},   {0xCFFFE, 0xCFFFF},
    {0xDFFFE, 0xDFFFF}, {0xE0000, 0xE00FF}, /* tags */
    {0xE01F0, 0xE0FFF}, /* U+E0100 to U+E01EF choose the form of a Chinese character: allowed */
    {0xEFFFE, 0xEFFFF}, {0xFFFFE, 0xFFFFF}, {0x10FFFE, 0x10FFFF},
};

static bool is_forbidden(uint32_t code)
{
    size_t low = 0;
    size_t high = sizeof forbidden / sizeof forbidden[0];
    /* No search between the Hangul filler and the first non-character: nearly all Chinese text. */
    if (code > 0x3164 && code < 0xFDD0) {
        return false;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > forbidden[middle].last) {
            low = middle + 1;
        } else if (code < forbidden[middle].first) {
            high = middle;
        } else {
            return true;
        }
    }
    return false;
}

static bool is_space(uint32_t code)
{
    return code == 0x20 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x202F || code == 0x205F || code == 0x3000;
}

/* Decodes one code point of at most `left` > 0 bytes (RFC 3629); returns its size, or 0. */
static size_t decode(uint32_t *code, const uint8_t *at, size_t left)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (at[0] < 0x80) {
        *code = at[0];
        return 1;
    }
    size_t size = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || size > left) {
        return 0;
    }
    uint32_t value = at[0] & (0x7FU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (at[i] & 0x3FU);
    }
    if (value < least[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *code = value;
    return size;
}

/* How many bytes at the front are printable ASCII, looked at eight at a time. */
static size_t skip_ascii(const uint8_t *at, size_t left)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t high = ones * 0x80;
    size_t done = 0;
    while (left - done >= 8) {
        uint64_t word;
        memcpy(&word, at + done, 8);
        word = le64toh(word);
        /* The high bit shows a byte of 0x80 and above, one below 0x20, and 0x7F. What these carry
         * goes to bytes after them: the first that is shown is one. */
        uint64_t others = (word | (word - ones * 0x20) | (word + ones)) & high;
        if (others != 0) {
            return done + (size_t)__builtin_ctzll(others) / 8;
        }
        done += 8;
    }
    while (done < left && at[done] >= 0x20 && at[done] < 0x7F) {
        done++;
    }
    return done;
}

/* How many bytes at the front are code points from U+4000 to U+CFFF: nearly all of Chinese text. All
 * of them are three bytes, and none is forbidden. */
static size_t skip_han(const uint8_t *at, size_t left)
{
    size_t done = 0;
    while (left - done >= 3 && at[done] >= 0xE4 && at[done] <= 0xEC &&
           (at[done + 1] & 0xC0) == 0x80 && (at[done + 2] & 0xC0) == 0x80) {
        done += 3;
    }
    return done;
}

bool ledger_text_next(struct ledger_span *rest, uint32_t *code)
{
    if (rest->size == 0) {
        return false;
    }
    size_t size = decode(code, rest->data, rest->size);
    LEDGER_ASSERT(size != 0);
    *rest = (struct ledger_span){rest->data + size, rest->size - size};
    return true;
}

bool ledger_text_clean(struct ledger_span text, size_t *bad_at)
{
    size_t at = 0;
    while (at < text.size) {
        at += skip_ascii(text.data + at, text.size - at);
        at += skip_han(text.data + at, text.size - at);
        if (at == text.size) {
            break;
        }
        if (text.data[at] == '\n') {
            at++;
            continue;
        }
        uint32_t code = 0;
        size_t size = decode(&code, text.data + at, text.size - at);
        if (size == 0 || is_forbidden(code)) {
            if (bad_at != NULL) {
                *bad_at = at;
            }
            return false;
        }
        at += size;
    }
    return true;
}

bool ledger_text_is_name(struct ledger_span text)
{
    if (text.size == 0 || text.size > LEDGER_NAME_MAX || !ledger_text_clean(text, NULL)) {
        return false;
    }
    size_t size;
    for (size_t at = 0; at < text.size; at += size) {
        size = 1;
        if (text.data[at] > ' ' && text.data[at] < 0x80 && text.data[at] != '+') {
            continue;
        }
        uint32_t code = 0;
        size = decode(&code, text.data + at, text.size - at);
        if (size == 0 || code == '\n' || code == '+' || is_space(code)) {
            return false;
        }
    }
    return true;
}

static bool is_lower(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z';
}

bool ledger_text_is_token(struct ledger_span text)
{
    if (text.size == 0 || text.size > LEDGER_TOKEN_MAX || !is_lower(text.data[0])) {
        return false;
    }
    for (size_t i = 1; i < text.size; i++) {
        uint8_t byte = text.data[i];
        if (!is_lower(byte) && !(byte >= '0' && byte <= '9') && byte != '-') {
            return false;
        }
    }
    return text.data[text.size - 1] != '-';
}

bool ledger_text_is_phrase(struct ledger_span text, size_t max)
{
    if (text.size == 0 || text.size > max || !ledger_text_clean(text, NULL) ||
        memchr(text.data, '\n', text.size) != NULL) {
        return false;
    }
    size_t last = text.size - 1;
    while (last > 0 && (text.data[last] & 0xC0) == 0x80) {
        last--;
    }
    uint32_t head = 0;
    uint32_t tail = 0;
    return decode(&head, text.data, text.size) != 0 &&
           decode(&tail, text.data + last, text.size - last) != 0 && !is_space(head) &&
           !is_space(tail);
}

bool ledger_text_is_file_name(struct ledger_span text)
{
    return ledger_text_is_phrase(text, LEDGER_FILE_MAX) &&
           memchr(text.data, '/', text.size) == NULL && !ledger_span_is(text, ".") &&
           !ledger_span_is(text, "..");
}
