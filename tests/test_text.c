#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "tests/suites.h"

struct utf8 {
    uint8_t bytes[4];
    size_t size;
};

/* Encodes without asking whether the code point may be encoded. */
static struct utf8 encode(uint32_t code)
{
    struct utf8 out = {{0}, 0};
    if (code < 0x80) {
        out = (struct utf8){{(uint8_t)code}, 1};
    } else if (code < 0x800) {
        out = (struct utf8){{(uint8_t)(0xC0 | code >> 6), (uint8_t)(0x80 | (code & 63))}, 2};
    } else if (code < 0x10000) {
        out = (struct utf8){{(uint8_t)(0xE0 | code >> 12), (uint8_t)(0x80 | (code >> 6 & 63)),
                             (uint8_t)(0x80 | (code & 63))},
                            3};
    } else {
        out = (struct utf8){{(uint8_t)(0xF0 | code >> 18), (uint8_t)(0x80 | (code >> 12 & 63)),
                             (uint8_t)(0x80 | (code >> 6 & 63)), (uint8_t)(0x80 | (code & 63))},
                            4};
    }
    return out;
}

static bool clean_code(uint32_t code)
{
    struct utf8 text = encode(code);
    return ledger_text_clean((struct ledger_span){text.bytes, text.size}, NULL);
}

static bool clean(const char *text)
{
    return ledger_text_clean(ledger_span_of(text), NULL);
}

/* The rule once more, written as it is in the specification and not as a table. */
static bool allowed(uint32_t c)
{
    bool control = (c < 0x20 && c != 0x0A) || (c >= 0x7F && c <= 0x9F);
    bool invisible = c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 ||
                     c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180F) || c == 0x3164 ||
                     c == 0xFEFF || c == 0xFFA0 || (c >= 0xFFF0 && c <= 0xFFFB);
    bool format = (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
                  (c >= 0x2060 && c <= 0x206F) || (c >= 0x1D173 && c <= 0x1D17A);
    bool tag = c >= 0xE0000 && c <= 0xE0FFF && !(c >= 0xE0100 && c <= 0xE01EF);
    bool none = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
    bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    return !control && !invisible && !format && !tag && !none && !surrogate && c <= 0x10FFFF;
}

static void every_code_point_is_judged_by_the_list(void)
{
    uint32_t wrong = 0;
    for (uint32_t code = 0; code < 0x140000; code++) {
        wrong += clean_code(code) != allowed(code) ? 1 : 0;
    }
    CU_ASSERT(wrong == 0);
}

static void edges_of_forbidden_ranges_are_refused(void)
{
    static const uint32_t ranges[][2] = {
        {0x0B, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
        {0x61C, 0x61C},     {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
        {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
        {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
        {0x1D173, 0x1D17A}, {0x1FFFE, 0x1FFFF}, {0xE0000, 0xE00FF}, {0xE01F0, 0xE0FFF},
        {0xEFFFE, 0xEFFFF}, {0xFFFFE, 0xFFFFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        /* U+DFFFF, before the tags, is no character. */
        CU_ASSERT(clean_code(ranges[i][0] - 1) || ranges[i][0] == 0xE0000);
        CU_ASSERT(!clean_code(ranges[i][0]));
        CU_ASSERT(!clean_code(ranges[i][1]));
        CU_ASSERT(clean_code(ranges[i][1] + 1));
    }
    CU_ASSERT(!clean_code(0) && !clean_code('\t') && clean_code('\n') && !clean_code('\r'));
}

static void chinese_text_with_variation_selectors_is_clean(void)
{
    CU_ASSERT(clean("粤南医鉴〔2026〕病鉴字第1234号"));
    CU_ASSERT(clean("葛\xF3\xA0\x84\x80"));
    CU_ASSERT(clean("𠮷野家") && clean("ｆｕｌｌ　ｗｉｄｔｈ") && clean("") && clean("é\n"));
}

static void ill_formed_utf8_is_refused(void)
{
    static const char *const wrong[] = {"\x80",
                                        "\xBF",
                                        "\xC0\x80",
                                        "\xC0\xAF",
                                        "\xC1\xBF",
                                        "\xE0\x80\xAF",
                                        "\xE0\x9F\xBF",
                                        "\xF0\x80\x80\xAF",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF8\x88\x80\x80\x80",
                                        "\xFC\x84\x80\x80\x80\x80",
                                        "\xFE",
                                        "\xFF",
                                        "\xED\xA0\x80",
                                        "\xED\xBF\xBF",
                                        "\xED\xA0\x80\xED\xB0\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xE7\xB2",
                                        "\xE7\xB2Z",
                                        "\xE7",
                                        "\xE7\xB2\xA4\x80",
                                        "\xC3(",
                                        "\xF0\xA0\xAE"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!clean(wrong[i]));
    }
}

static void every_truncation_inside_a_character_is_refused(void)
{
    static const char text[] = "a粤é𠮷";
    static const bool boundary[] = {true, true,  false, false, true, false,
                                    true, false, false, false, true};
    for (size_t size = 0; size < sizeof text; size++) {
        struct ledger_span part = {(const uint8_t *)text, size};
        CU_ASSERT(ledger_text_clean(part, NULL) == boundary[size]);
    }
}

/* The fast way over ASCII meets every byte at every place of its words. */
static void bad_byte_is_found_where_it_stands(void)
{
    uint8_t text[40];
    for (size_t place = 0; place < sizeof text; place++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            size_t at = 99;
            memset(text, '~', sizeof text);
            text[place] = (uint8_t)byte;
            bool good = (byte >= 0x20 && byte < 0x7F) || byte == '\n';
            CU_ASSERT(ledger_text_clean((struct ledger_span){text, sizeof text}, &at) == good);
            CU_ASSERT(at == (good ? 99 : place));
        }
    }
}

static bool is_name(const char *text)
{
    return ledger_text_is_name(ledger_span_of(text));
}

static void names_have_no_space_plus_or_lf(void)
{
    CU_ASSERT(is_name("nanfang-notary.gz.example/张三") && is_name("a"));
    static const char *const wrong[] = {
        "",        "a b",    "a+b",    "a\n",      " a",       "a\xC2\xA0", "a\u1680", "\u2000a",
        "a\u200A", "\u202F", "\u205F", "a\u3000b", "a\u200Bb", "\u202Ea",   "a\t",     "\xFF"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!is_name(wrong[i]));
    }
}

static void lengths_are_limited(void)
{
    uint8_t text[257];
    memset(text, 'a', sizeof text);
    CU_ASSERT(ledger_text_is_name((struct ledger_span){text, 255}));
    CU_ASSERT(!ledger_text_is_name((struct ledger_span){text, 256}));
    CU_ASSERT(ledger_text_is_token((struct ledger_span){text, 64}));
    CU_ASSERT(!ledger_text_is_token((struct ledger_span){text, 65}));
    CU_ASSERT(ledger_text_is_phrase((struct ledger_span){text, 10}, 10));
    CU_ASSERT(!ledger_text_is_phrase((struct ledger_span){text, 11}, 10));
    CU_ASSERT(ledger_text_is_file_name((struct ledger_span){text, 255}));
    CU_ASSERT(!ledger_text_is_file_name((struct ledger_span){text, 256}));
    CU_ASSERT(!ledger_text_is_name((struct ledger_span){NULL, 0}));
    CU_ASSERT(!ledger_text_is_token((struct ledger_span){NULL, 0}));
    CU_ASSERT(!ledger_text_is_phrase((struct ledger_span){NULL, 0}, 10));
}

static void tokens_are_lower_case_words(void)
{
    static const char *const right[] = {"a", "forensic-appraisal", "a1", "a--b", "z9"};
    static const char *const wrong[] = {"1", "-a", "a-", "A", "aB", "a_b", "a b", "é", "a\n", "-"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        CU_ASSERT(ledger_text_is_token(ledger_span_of(right[i])));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!ledger_text_is_token(ledger_span_of(wrong[i])));
    }
}

static void phrases_neither_begin_nor_end_with_a_space(void)
{
    static const char *const right[] = {"a", "a b", "a\u3000b", "号", "a\u00A0b", "𠮷"};
    static const char *const wrong[] = {"",        " ",       " a",   "a ",  "\u3000a",   "a\u3000",
                                        "a\u00A0", "\u2009a", "a\nb", "a\n", "a\xE3\x80", "\u205F"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        CU_ASSERT(ledger_text_is_phrase(ledger_span_of(right[i]), 255));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!ledger_text_is_phrase(ledger_span_of(wrong[i]), 255));
    }
}

static void file_names_name_no_directory(void)
{
    static const char *const right[] = {"a.pdf", "...", ".a", "鉴定意见书 第1号.pdf", "a\\b"};
    static const char *const wrong[] = {".", "..", "/", "a/b", "/a", "a/", "", "a ", "a\n"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        CU_ASSERT(ledger_text_is_file_name(ledger_span_of(right[i])));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!ledger_text_is_file_name(ledger_span_of(wrong[i])));
    }
}

static void verdict_starts_from_no_and_detail_is_clean(void)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT(verdict.finding == LEDGER_NOT_CHECKED && verdict.entry == LEDGER_NO_ENTRY);
    CU_ASSERT(verdict.line == 0 && verdict.detail[0] == '\0');
    verdict.entry = 5;
    verdict.line = 9;
    CU_ASSERT(!ledger_verdict_set(&verdict, LEDGER_BAD_TEXT, "line '%s'",
                                  "号\x1B[2J\xFF\xE2\x80\xAEz\n\xE7\xB2"));
    CU_ASSERT_STRING_EQUAL(verdict.detail, "line '号?[2J??z?"
                                           "?'");
    CU_ASSERT(verdict.finding == LEDGER_BAD_TEXT && verdict.entry == 5 && verdict.line == 0);
    CU_ASSERT(!ledger_verdict_set(&verdict, LEDGER_BAD_NOTE, "again: %s", verdict.detail));
    CU_ASSERT_STRING_EQUAL(verdict.detail, "again: line '号?[2J??z?"
                                           "?'");
}

static void long_detail_is_cut_between_characters(void)
{
    for (size_t lead = 0; lead < 8; lead++) {
        struct ledger_verdict verdict;
        char text[600];
        memset(text, 'x', lead);
        size_t size = lead;
        while (size + 4 < sizeof text) {
            memcpy(text + size, "𠮷", 4);
            size += 4;
        }
        text[size] = '\0';
        ledger_verdict_clear(&verdict);
        (void)ledger_verdict_set(&verdict, LEDGER_BAD_TEXT, "%s", text);
        size = strlen(verdict.detail);
        CU_ASSERT(size >= sizeof verdict.detail - 4 && size < sizeof verdict.detail);
        CU_ASSERT(strncmp(verdict.detail, text, size) == 0);
        CU_ASSERT(clean(verdict.detail));
    }
}

static void error_tells_what_the_system_said(void)
{
    struct ledger_error error;
    CU_ASSERT(ledger_error_set(NULL, LEDGER_IO, EIO, "x") == LEDGER_IO);
    CU_ASSERT(ledger_error_set(&error, LEDGER_NOT_FOUND, ENOENT, "cannot open '%s'", "a\n") ==
              LEDGER_NOT_FOUND);
    CU_ASSERT(error.status == LEDGER_NOT_FOUND && error.os_error == ENOENT);
    CU_ASSERT_STRING_EQUAL(error.what, "cannot open 'a?': No such file or directory");
    CU_ASSERT(ledger_error_set(&error, LEDGER_BUSY, 0, "locked") == LEDGER_BUSY);
    CU_ASSERT(error.os_error == 0);
    CU_ASSERT_STRING_EQUAL(error.what, "locked");
}

static void every_status_and_finding_has_its_words(void)
{
    CU_ASSERT_STRING_EQUAL(ledger_status_token(LEDGER_OK), "ok");
    CU_ASSERT_STRING_EQUAL(ledger_finding_token(LEDGER_BAD_SIGNATURE), "bad-signature");
    CU_ASSERT_STRING_EQUAL(ledger_finding_token((enum ledger_finding)9999), "unlisted");
#define X(name, number, token, sentence)                                                           \
    CU_ASSERT(LEDGER_##name == number);                                                            \
    CU_ASSERT(ledger_text_is_token(ledger_span_of(token)));                                        \
    CU_ASSERT(ledger_text_is_phrase(ledger_span_of(sentence), 100));
    LEDGER_STATUS_LIST(X)
    LEDGER_FINDING_LIST(X)
#undef X
}

void ledger_suite_text(void)
{
    CU_pSuite suite = CU_add_suite("text", NULL, NULL);
    CU_ADD_TEST(suite, every_code_point_is_judged_by_the_list);
    CU_ADD_TEST(suite, edges_of_forbidden_ranges_are_refused);
    CU_ADD_TEST(suite, chinese_text_with_variation_selectors_is_clean);
    CU_ADD_TEST(suite, ill_formed_utf8_is_refused);
    CU_ADD_TEST(suite, every_truncation_inside_a_character_is_refused);
    CU_ADD_TEST(suite, bad_byte_is_found_where_it_stands);
    CU_ADD_TEST(suite, names_have_no_space_plus_or_lf);
    CU_ADD_TEST(suite, lengths_are_limited);
    CU_ADD_TEST(suite, tokens_are_lower_case_words);
    CU_ADD_TEST(suite, phrases_neither_begin_nor_end_with_a_space);
    CU_ADD_TEST(suite, file_names_name_no_directory);
    CU_ADD_TEST(suite, verdict_starts_from_no_and_detail_is_clean);
    CU_ADD_TEST(suite, long_detail_is_cut_between_characters);
    CU_ADD_TEST(suite, error_tells_what_the_system_said);
    CU_ADD_TEST(suite, every_status_and_finding_has_its_words);
}
