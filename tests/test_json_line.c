#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/json_line.h"
#include "tests/suites.h"

static bool json(const char *text)
{
    return ledger_is_json_line(ledger_span_of(text));
}

static void expect_all(const char *const *texts, size_t count, bool expected)
{
    for (size_t i = 0; i < count; i++) {
        if (json(texts[i]) != expected) {
            printf("\n  wrong about: %s\n", texts[i]);
            CU_FAIL("wrong answer");
        }
    }
    CU_PASS("all tried");
}

static void values_are_accepted(void)
{
    static const char *const right[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "-0",
                                        "1",
                                        "-10",
                                        "1.5",
                                        "0.0",
                                        "1e5",
                                        "1E+05",
                                        "1.25e-7",
                                        "\"\"",
                                        "\"a b\"",
                                        "\"号\"",
                                        "[]",
                                        "{}",
                                        "[[]]",
                                        "[{}]",
                                        "{\"\":{}}",
                                        "[1,2,[3]]",
                                        "{\"a\":1,\"b\":[true,null],\"c\":{\"d\":\"e\"}}",
                                        "[[],[],{}]",
                                        "\"\x7F\"",
                                        "{\"one line\":\"of JSON, meaning what the kind says\"}",
                                        "[{\"a\":[]},{\"b\":{}}]"};
    expect_all(right, sizeof right / sizeof right[0], true);
}

static const char *const not_json[] = {"",
                                       "nul",
                                       "nullx",
                                       "True",
                                       "NaN",
                                       "Infinity",
                                       "undefined",
                                       "'a'",
                                       "a",
                                       "//",
                                       "\xEF\xBB\xBF{}",
                                       "1 ",
                                       " 1",
                                       "1,",
                                       ",",
                                       "1 2",
                                       "12x",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       "[1",
                                       "[1,",
                                       "[1,]",
                                       "[,1]",
                                       "[1}",
                                       "{]",
                                       "[}",
                                       "[1 ,2]",
                                       "[ ]",
                                       "{\"a\" :1}",
                                       "{\"a\": 1}",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":1,}",
                                       "{,}",
                                       "{1:2}",
                                       "{a:1}",
                                       "{\"a\":1\"b\":2}",
                                       "{\"a\":1]",
                                       "[\"a\":1]",
                                       "{}{}",
                                       "[][]",
                                       "[1]]",
                                       "{}}",
                                       "\"a\"\"b\"",
                                       "\n1",
                                       "1\n",
                                       "[1,\n2]",
                                       "{\"a\",1}",
                                       ":",
                                       "{\"a\":1,2}",
                                       "[1 2]",
                                       "{:1}",
                                       "{\"a\":1:2}",
                                       "--1",
                                       "[1]x",
                                       "truefalse",
                                       "null,"};

static void anything_else_is_refused(void)
{
    expect_all(not_json, sizeof not_json / sizeof not_json[0], false);
    CU_ASSERT(!ledger_is_json_line((struct ledger_span){NULL, 0}));
    CU_ASSERT(!ledger_is_json_line((struct ledger_span){(const uint8_t *)"1\0", 2}));
}

static void numbers_follow_the_grammar(void)
{
    static const char *const wrong[] = {"-",     "+1",  "01",    "-01",  "00",    ".5",    "1.",
                                        "1.e5",  "1e",  "1e+",   "1e-",  "e5",    "0x10",  "1e5.5",
                                        "1_000", "-.5", "1.2.3", "1ee5", "1e+-5", "1e-+5", "-a"};
    expect_all(wrong, sizeof wrong / sizeof wrong[0], false);
}

static void escapes_are_those_of_the_grammar(void)
{
    static const char *const right[] = {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                        "\"\\u0041\"",
                                        "\"\\uABcd\"",
                                        "\"\\uD834\\udd1e\"",
                                        "\"\\ud7ff\\ue000\"",
                                        "\"\\uDBFF\\uDFFF\"",
                                        "{\"\\u0041\":1}"};
    static const char *const wrong[] = {"\"\\\"",
                                        "\"\\",
                                        "\"\\a\"",
                                        "\"\\x41\"",
                                        "\"\\'\"",
                                        "\"\\u\"",
                                        "\"\\u004\"",
                                        "\"\\u004g\"",
                                        "\"\\U0041\"",
                                        "\"\\uD834\"",
                                        "\"\\uD834x\"",
                                        "\"\\uDD1E\"",
                                        "\"\\uD834\\n\"",
                                        "\"\\uD834\\u0041\"",
                                        "\"\\uD834\\uD834\"",
                                        "\"\\uD834\\uE000\"",
                                        "\"\\uDD1E\\uD834\"",
                                        "\"\\uD834\\uDD1\"",
                                        "\"\\uD834\\uDD1E",
                                        "\"\\u00 41\"",
                                        "\"a\nb\"",
                                        "\"a\tb\"",
                                        "\"a\x1F\"",
                                        "\"a",
                                        "\"",
                                        "\"\\0\""};
    expect_all(right, sizeof right / sizeof right[0], true);
    expect_all(wrong, sizeof wrong / sizeof wrong[0], false);
    CU_ASSERT(!ledger_is_json_line((struct ledger_span){(const uint8_t *)"\"\0\"", 3}));
    CU_ASSERT(!ledger_is_json_line((struct ledger_span){(const uint8_t *)"\"\\\0\"", 4}));
}

/* `depth` containers, of which every other, beginning with `first`, is an object. */
static bool nested(size_t depth, bool first, const char *inner)
{
    uint8_t memory[1000];
    struct ledger_buffer text = ledger_buffer_in(memory, sizeof memory);
    for (size_t i = 0; i < depth; i++) {
        ledger_buffer_text(&text, (i % 2 == 0) == first ? "{\"a\":" : "[");
    }
    ledger_buffer_text(&text, inner);
    for (size_t i = depth; i > 0; i--) {
        ledger_buffer_text(&text, ((i - 1) % 2 == 0) == first ? "}" : "]");
    }
    return !text.overflow && ledger_is_json_line(ledger_buffer_span(&text));
}

static void nesting_has_a_limit(void)
{
    for (int first = 0; first < 2; first++) {
        CU_ASSERT(nested(LEDGER_JSON_DEPTH, first == 1, "1"));
        CU_ASSERT(!nested(LEDGER_JSON_DEPTH + 1, first == 1, "1"));
        CU_ASSERT(nested(LEDGER_JSON_DEPTH - 1, first == 1, "[]"));
        CU_ASSERT(nested(LEDGER_JSON_DEPTH - 1, first == 1, "{}"));
        CU_ASSERT(!nested(LEDGER_JSON_DEPTH, first == 1, "[]"));
        CU_ASSERT(!nested(LEDGER_JSON_DEPTH, first == 1, "{}"));
        CU_ASSERT(!nested(LEDGER_JSON_DEPTH - 1, first == 1, "[{}]"));
    }
    char text[5000];
    memset(text, '[', sizeof text);
    CU_ASSERT(!ledger_is_json_line((struct ledger_span){(const uint8_t *)text, sizeof text}));
}

static void every_truncation_is_refused(void)
{
    static const char text[] = "{\"a\":[1.5e3,\"\\uD834\\uDD1E\",{\"b\":null}],\"c\":{}}";
    CU_ASSERT(json(text));
    for (size_t size = 0; size < sizeof text - 1; size++) {
        CU_ASSERT(!ledger_is_json_line((struct ledger_span){(const uint8_t *)text, size}));
    }
}

static void containers_close_with_their_own_kind(void)
{
    /* All texts of six brackets: accepted exactly if they nest and no two values touch. */
    static const char marks[] = "[]{}";
    unsigned accepted = 0;
    for (unsigned code = 0; code < 4096; code++) {
        char text[7] = "";
        for (unsigned i = 0; i < 6; i++) {
            text[i] = marks[code >> (2 * i) & 3];
        }
        accepted += json(text) ? 1 : 0;
    }
    /* "[[[]]]" and "[[{}]]": an object with a member needs a name. */
    CU_ASSERT(accepted == 2);
}

void ledger_suite_json_line(void)
{
    CU_pSuite suite = CU_add_suite("json_line", NULL, NULL);
    CU_ADD_TEST(suite, values_are_accepted);
    CU_ADD_TEST(suite, anything_else_is_refused);
    CU_ADD_TEST(suite, numbers_follow_the_grammar);
    CU_ADD_TEST(suite, escapes_are_those_of_the_grammar);
    CU_ADD_TEST(suite, nesting_has_a_limit);
    CU_ADD_TEST(suite, every_truncation_is_refused);
    CU_ADD_TEST(suite, containers_close_with_their_own_kind);
}
