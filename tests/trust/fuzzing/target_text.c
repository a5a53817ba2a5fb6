/* Clean text: the quick reading agrees with one written from the table of SPEC.md, code point by
 * code point. */
#include "tests/trust/fuzzing/fuzz.h"

static const struct {
    uint32_t first;
    uint32_t last;
} unclean[] = {
    {0x0000, 0x0009}, {0x000B, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
    {0x061C, 0x061C}, {0x115F, 0x1160},   {0x3164, 0x3164},   {0xFFA0, 0xFFA0},   {0x17B4, 0x17B5},
    {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0xFEFF, 0xFEFF},
    {0xFFF0, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF}, {0xE01F0, 0xE0FFF}, {0xFDD0, 0xFDEF},
};

static bool is_clean(uint32_t code)
{
    for (size_t i = 0; i < sizeof unclean / sizeof unclean[0]; i++) {
        if (code >= unclean[i].first && code <= unclean[i].last) {
            return false;
        }
    }
    return (code & 0xFFFE) != 0xFFFE;
}

/* RFC 3629, table 3-7 of Unicode spelled out; 0 if it is not well formed. */
static size_t decode(uint32_t *code, const uint8_t *at, size_t left)
{
    uint8_t a = at[0];
    if (a < 0x80) {
        *code = a;
        return 1;
    }
    size_t size = a >= 0xC2 && a <= 0xDF   ? 2
                  : a >= 0xE0 && a <= 0xEF ? 3
                  : a >= 0xF0 && a <= 0xF4 ? 4
                                           : 0;
    if (size == 0 || left < size) {
        return 0;
    }
    uint8_t low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
    uint8_t high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
    *code = size == 2 ? a & 0x1FU : size == 3 ? a & 0x0FU : a & 0x07U;
    for (size_t i = 1; i < size; i++) {
        if (at[i] < (i == 1 ? low : 0x80) || at[i] > (i == 1 ? high : 0xBF)) {
            return 0;
        }
        *code = *code << 6 | (at[i] & 0x3FU);
    }
    return size;
}

bool fuzz_target(struct ledger_span input)
{
    size_t at = 0;
    size_t bad_at = SIZE_MAX;
    size_t codes = 0;
    size_t taken = 0;
    uint32_t code = 0;
    while (at < input.size) {
        size_t size = decode(&code, input.data + at, input.size - at);
        if (size == 0 || !is_clean(code)) {
            break;
        }
        at += size;
        codes++;
    }
    bool clean = ledger_text_clean(input, &bad_at);
    fuzz_agree(input, clean, at == input.size);
    if (!clean) {
        FUZZ_CHECK(bad_at == at);
        return false;
    }
    struct ledger_span rest = input;
    while (ledger_text_next(&rest, &code)) {
        taken++;
    }
    FUZZ_CHECK(taken == codes);
    FUZZ_CHECK(!ledger_text_is_token(input) || ledger_text_is_name(input));
    FUZZ_CHECK(!ledger_text_is_file_name(input) || ledger_text_is_phrase(input, LEDGER_FILE_MAX));
    return true;
}
