#include "ledger/format/matter.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "tests/suites.h"

static bool plain(const char *text)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    bool is = ledger_matter_is_plain(&verdict, ledger_span_of(text));
    CU_ASSERT_EQUAL(verdict.finding, is ? LEDGER_NOT_CHECKED : LEDGER_BAD_MATTER);
    return is;
}

static bool spells(const char *text, const char *expected)
{
    uint8_t memory[2 * LEDGER_MATTER_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_matter_spell(&out, ledger_span_of(text));
    bool as_expected = ledger_span_is(ledger_buffer_span(&out), expected);
    if (!as_expected) {
        printf("'%s' is spelled '%.*s'\n", text, LEDGER_SPAN_ARGS(ledger_buffer_span(&out)));
    }
    return as_expected;
}

static void numbers_of_practice_are_plain(void)
{
    CU_ASSERT(plain("粤南医鉴〔2026〕病鉴字第1234号"));
    CU_ASSERT(plain("（2026）粤01民初1号"));
    CU_ASSERT(plain("穗样仲案字〔2026〕第0001-2号"));
    CU_ASSERT(plain("case 12/A_3:4"));
    CU_ASSERT(plain("二〇二六年第一号"));
    CU_ASSERT(plain("𠮷野〔2026〕1号"));
}

static void other_spellings_of_a_number_are_not_plain(void)
{
    CU_ASSERT(!plain("(2026)粤01民初1号"));
    CU_ASSERT(!plain("[2026]粤01民初1号"));
    CU_ASSERT(!plain("【2026】粤01民初1号"));
    CU_ASSERT(!plain("〔２０２６〕粤01民初1号"));
    CU_ASSERT(!plain("〔2026〕粤01民初1号\xEF\xB8\x80"));     /* U+FE00, a variation selector */
    CU_ASSERT(!plain("〔2026〕粤01民初1号\xF3\xA0\x84\x80")); /* U+E0100, another */
    CU_ASSERT(!plain("〔2026〕\xEF\xA4\x80"
                     "1号")); /* U+F900, of the compatibility forms */
    CU_ASSERT(!plain("〔2026〕\xE2\xBC\x80"
                     "1号")); /* U+2F00, a radical */
    CU_ASSERT(!plain("〔2026〕第①号"));
    CU_ASSERT(!plain("cafe\xCC\x81 1")); /* e, combining acute */
    CU_ASSERT(!plain("caf\xC3\xA9 1"));  /* the same, composed */
    CU_ASSERT(!plain("\xD0\x90-1"));     /* Cyrillic A */
    CU_ASSERT(!plain("\xCE\x91-1"));     /* Greek Alpha */
    CU_ASSERT(!plain("2026\xE2\x80\x93"
                     "1")); /* en dash */
    CU_ASSERT(!plain("2026\xE3\x80\x80"
                     "1")); /* ideographic space */
    CU_ASSERT(!plain("a|b"));
    CU_ASSERT(!plain("a\"b"));
}

static void the_one_spelling_is_offered(void)
{
    CU_ASSERT(spells("(2026)粤01民初1号", "（2026）粤01民初1号"));
    CU_ASSERT(spells("【２０２６】粤０１民初１号", "〔2026〕粤01民初1号"));
    CU_ASSERT(spells("　粤Ａ－１　 号 ", "粤A-1 号"));
    CU_ASSERT(spells("二○二六", "二〇二六"));
    CU_ASSERT(spells("（2026）粤01民初1号", "（2026）粤01民初1号"));
    CU_ASSERT(spells("第①号", "第①号"));
    CU_ASSERT(spells("𠮷—1", "𠮷-1"));
    CU_ASSERT(spells("", ""));
}

static void a_finding_names_the_character_and_what_to_write(void)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_matter_is_plain(&verdict, ledger_span_of("[2026]粤1号")));
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "U+005B"));
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "'〔2026〕粤1号'"));
    CU_ASSERT_FALSE(ledger_matter_is_plain(&verdict, ledger_span_of("第①号")));
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "U+2460"));
    CU_ASSERT_PTR_NULL(strstr(verdict.detail, "write '"));
}

/* What is spelled is spelled so for good, for every code point there is. */
static void spelling_twice_changes_nothing(void)
{
    for (uint32_t code = 0x20; code < 0x110000; code++) {
        uint8_t text[4] = {0};
        size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        uint32_t rest = code;
        for (size_t i = size; i-- > 1; rest >>= 6) {
            text[i] = (uint8_t)(0x80 | (rest & 63));
        }
        text[0] = (uint8_t)(size == 1 ? rest : (0xF00U >> size & 0xFFU) | rest);
        struct ledger_span one = {text, size};
        if (!ledger_text_clean(one, NULL)) {
            continue;
        }
        uint8_t memory[2][16];
        struct ledger_buffer once = ledger_buffer_in(memory[0], 16);
        struct ledger_buffer twice = ledger_buffer_in(memory[1], 16);
        struct ledger_verdict verdict;
        ledger_verdict_clear(&verdict);
        ledger_matter_spell(&once, one);
        ledger_matter_spell(&twice, ledger_buffer_span(&once));
        CU_ASSERT(ledger_span_equal(ledger_buffer_span(&once), ledger_buffer_span(&twice)));
        if (ledger_matter_is_plain(&verdict, one) && code != 0x20) {
            CU_ASSERT(ledger_span_equal(one, ledger_buffer_span(&once)));
        }
    }
}

static void the_matter_of_a_record_is_a_title(void)
{
    static const char *const others[] = {"",    " ",    "m ",    " m",  "m  1",
                                         "m\n", "m\n1", "m\xff", "m\t1"};
    char longest[LEDGER_MATTER_MAX + 2] = "";
    CU_ASSERT(ledger_matter_is_title(ledger_span_of("m 1 [x]")));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CU_ASSERT_FALSE(ledger_matter_is_title(ledger_span_of(others[i])));
    }
    memset(longest, 'm', LEDGER_MATTER_MAX);
    CU_ASSERT(ledger_matter_is_title(ledger_span_of(longest)));
    longest[LEDGER_MATTER_MAX] = 'm';
    CU_ASSERT_FALSE(ledger_matter_is_title(
        (struct ledger_span){(const uint8_t *)longest, LEDGER_MATTER_MAX + 1}));
}

void ledger_suite_matter(void)
{
    CU_pSuite suite = CU_add_suite("matter", NULL, NULL);
    CU_ADD_TEST(suite, the_matter_of_a_record_is_a_title);
    CU_ADD_TEST(suite, numbers_of_practice_are_plain);
    CU_ADD_TEST(suite, other_spellings_of_a_number_are_not_plain);
    CU_ADD_TEST(suite, the_one_spelling_is_offered);
    CU_ADD_TEST(suite, a_finding_names_the_character_and_what_to_write);
    CU_ADD_TEST(suite, spelling_twice_changes_nothing);
}
