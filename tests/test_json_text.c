#include <CUnit/CUnit.h>
#include <string.h>

#include "tests/suites.h"
#include "tools/json_text.h"

static const char *squeezed(char memory[64], const char *text)
{
    size_t size = strlen(text);
    CU_ASSERT_FATAL(size < 64);
    memcpy(memory, text, size);
    size = json_text_squeeze((uint8_t *)memory, size);
    memory[size] = '\0';
    return memory;
}

static void white_space_outside_strings_goes(void)
{
    char memory[64];
    CU_ASSERT_STRING_EQUAL(squeezed(memory, " { \"a b\" :\t[ 1 ,\r\n 2.50 ] } "),
                           "{\"a b\":[1,2.50]}");
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "\" \\\" \" "), "\" \\\" \"");
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "  "), "");
    CU_ASSERT_STRING_EQUAL(squeezed(memory, ""), "");
}

static void two_words_do_not_become_one(void)
{
    char memory[64];
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "1  2"), "1 2");
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "[tr\nue]"), "[tr ue]");
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "- 1"), "- 1");
}

static void a_string_without_end_stays(void)
{
    char memory[64];
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "\"a  "), "\"a  ");
    CU_ASSERT_STRING_EQUAL(squeezed(memory, "\"a\\"), "\"a\\");
}

static void a_member_is_found_as_it_is_written(void)
{
    struct ledger_span value;
    struct ledger_span object = ledger_span_of("{\"x\":{\"data\":1},\"y\":\"},\\\"data\\\":2\","
                                               "\"data\":{\"a\":[1.10,\"]\"]},\"z\":3}");
    CU_ASSERT_FATAL(json_text_member(&value, object, "data"));
    CU_ASSERT(ledger_span_is(value, "{\"a\":[1.10,\"]\"]}"));
    CU_ASSERT_FATAL(json_text_member(&value, object, "z"));
    CU_ASSERT(ledger_span_is(value, "3"));
    CU_ASSERT_FALSE(json_text_member(&value, object, "a"));
    CU_ASSERT_FALSE(json_text_member(&value, ledger_span_of("{}"), "a"));
    CU_ASSERT_FALSE(json_text_member(&value, ledger_span_of("{\"\\u0061\":1}"), "a"));
}

void ledger_suite_json_text(void)
{
    CU_pSuite suite = CU_add_suite("json_text", NULL, NULL);
    CU_add_test(suite, "white_space_outside_strings_goes", white_space_outside_strings_goes);
    CU_add_test(suite, "two_words_do_not_become_one", two_words_do_not_become_one);
    CU_add_test(suite, "a_string_without_end_stays", a_string_without_end_stays);
    CU_add_test(suite, "a_member_is_found_as_it_is_written", a_member_is_found_as_it_is_written);
}
