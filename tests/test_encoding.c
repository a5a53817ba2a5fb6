#include <CUnit/CUnit.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "tests/suites.h"

static struct ledger_span text(const char *string)
{
    return ledger_span_of(string);
}

static bool decimal(const char *string, uint64_t max, uint64_t *value)
{
    return ledger_read_decimal(value, text(string), max);
}

static int compared(const char *a, const char *b)
{
    int order = ledger_span_compare(text(a), text(b));
    return (order > 0) - (order < 0);
}

static void spans_are_compared_as_unsigned_bytes(void)
{
    static const char *const sorted[] = {"",   "+", "a",    "a+",          "aa",
                                         "ab", "b", "\x7f", "\xe9\x89\xb4"};
    static const int count = sizeof sorted / sizeof sorted[0];
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++) {
            CU_ASSERT_EQUAL(compared(sorted[i], sorted[k]), (i > k) - (i < k));
        }
    }
    struct ledger_span nothing = {NULL, 0};
    CU_ASSERT_EQUAL(ledger_span_compare(nothing, nothing), 0);
    CU_ASSERT(ledger_span_compare(nothing, text("a")) < 0);
}

static void decimal_is_read_up_to_its_limit(void)
{
    uint64_t value = 7;
    CU_ASSERT(decimal("0", 0, &value) && value == 0);
    CU_ASSERT(decimal("10", 10, &value) && value == 10);
    CU_ASSERT(decimal("18446744073709551615", UINT64_MAX, &value) && value == UINT64_MAX);
    CU_ASSERT(decimal("65535", 65535, &value) && value == 65535);
    value = 7;
    CU_ASSERT(!decimal("1", 0, &value));
    CU_ASSERT(!decimal("11", 10, &value));
    CU_ASSERT(!decimal("65536", 65535, &value));
    CU_ASSERT(!decimal("18446744073709551616", UINT64_MAX, &value));
    CU_ASSERT(!decimal("99999999999999999999", UINT64_MAX, &value));
    CU_ASSERT(!decimal("184467440737095516150", UINT64_MAX, &value));
    CU_ASSERT(value == 7);
}

static void decimal_has_one_spelling(void)
{
    static const char *const wrong[] = {"",    "00",  "01", "-1",  "+1",    " 1", "1 ", "1.",
                                        "0x1", "1e1", "١",  "1\n", "1,000", "/",  ":"};
    uint64_t value = 7;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!decimal(wrong[i], UINT64_MAX, &value));
    }
    CU_ASSERT(!ledger_read_decimal(&value, (struct ledger_span){NULL, 0}, 9));
    CU_ASSERT(!ledger_read_decimal(&value, (struct ledger_span){(const uint8_t *)"1\0", 2}, 9));
    CU_ASSERT(value == 7);
}

static void decimal_reads_what_is_written(void)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        for (uint64_t delta = 0; delta < 3; delta++) {
            uint8_t memory[20];
            struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
            uint64_t number = (UINT64_C(1) << bit) + delta - 1;
            uint64_t value = 0;
            ledger_buffer_decimal(&buffer, number);
            CU_ASSERT(!buffer.overflow);
            CU_ASSERT(ledger_read_decimal(&value, ledger_buffer_span(&buffer), UINT64_MAX));
            CU_ASSERT(value == number);
        }
    }
}

static void hex_has_exact_size_and_lower_case(void)
{
    uint8_t bytes[2] = {1, 2};
    CU_ASSERT(ledger_read_hex(bytes, 2, text("0aff")) && bytes[0] == 0x0A && bytes[1] == 0xFF);
    static const char *const wrong[] = {"",     "0a",   "0af",  "0aff0", "0aff00", "0aFf",
                                        "0agf", "0a/f", "0a:f", "0a`f",  " aff"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!ledger_read_hex(bytes, 2, text(wrong[i])));
    }
    CU_ASSERT(bytes[0] == 0x0A && bytes[1] == 0xFF);
    CU_ASSERT(ledger_read_hex(bytes, 0, text("")));
    CU_ASSERT(!ledger_read_hex(bytes, SIZE_MAX / 2 + 3, text("0aff")));
}

static void base64_vectors_of_rfc_4648(void)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint8_t memory[8];
        uint8_t bytes[6];
        size_t size = 99;
        struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
        struct ledger_span plain = text(pairs[i][0]);
        ledger_buffer_base64(&buffer, plain.data, plain.size);
        CU_ASSERT(ledger_span_is(ledger_buffer_span(&buffer), pairs[i][1]));
        CU_ASSERT(ledger_read_base64_any(bytes, &size, sizeof bytes, text(pairs[i][1])));
        CU_ASSERT_FATAL(size == plain.size);
        CU_ASSERT(memcmp(bytes, plain.data, size) == 0);
        CU_ASSERT(ledger_read_base64(bytes, size, text(pairs[i][1])));
        CU_ASSERT(!ledger_read_base64(bytes, size + 1, text(pairs[i][1])));
        CU_ASSERT(size == 0 || !ledger_read_base64(bytes, size - 1, text(pairs[i][1])));
        CU_ASSERT(size == 0 || !ledger_read_base64_any(bytes, &size, size - 1, text(pairs[i][1])));
    }
}

static void base64_has_one_spelling(void)
{
    static const char *const wrong[] = {"Z",
                                        "Zg",
                                        "Zg=",
                                        "Zg===",
                                        "=",
                                        "====",
                                        "Z===",
                                        "Zh==",
                                        "Zm9=",
                                        "Zg==Zg==",
                                        "Zg=g",
                                        "Z=g=",
                                        " Zg==",
                                        "Zg==\n",
                                        "Zm-_",
                                        "Zm 9v",
                                        "Zm9vYg==\n\n\n\n",
                                        "Zm9\x80",
                                        "Zm9{",
                                        "Zm9*"};
    uint8_t bytes[16] = {42};
    size_t size = 99;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT(!ledger_read_base64_any(bytes, &size, sizeof bytes, text(wrong[i])));
    }
    CU_ASSERT(size == 99 && bytes[0] == 42);
}

/* Of all four-letter texts with a given ending, exactly the canonical ones are read. */
static void base64_of_a_known_size_has_one_spelling_too(void)
{
    uint8_t bytes[3];
    CU_ASSERT(ledger_read_base64(bytes, 1, text("Zg==")));
    CU_ASSERT_FALSE(ledger_read_base64(bytes, 1, text("Zh==")));
    CU_ASSERT_FALSE(ledger_read_base64(bytes, 1, text("Zg=")));
    CU_ASSERT_FALSE(ledger_read_base64(bytes, 3, text("Zm9-")));
}

static void base64_accepts_only_what_it_would_write(void)
{
    unsigned accepted = 0;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            uint8_t digits[4] = {'Q', (uint8_t)a, (uint8_t)b, '='};
            uint8_t bytes[3];
            uint8_t memory[4];
            size_t size = 0;
            if (!ledger_read_base64_any(bytes, &size, 3, (struct ledger_span){digits, 4})) {
                continue;
            }
            struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
            ledger_buffer_base64(&buffer, bytes, size);
            CU_ASSERT(
                ledger_span_equal(ledger_buffer_span(&buffer), (struct ledger_span){digits, 4}));
            accepted++;
        }
    }
    CU_ASSERT(accepted == 64 * 16 + 4);
}

static bool is_base64_digit(unsigned byte)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return memchr(digits, (int)byte, sizeof digits - 1) != NULL;
}

/* Long texts are looked at many bytes at a time. */
static void one_byte_that_is_no_digit_is_found_anywhere(void)
{
    uint8_t digits[76];
    struct ledger_span all = {digits, sizeof digits};
    size_t size;
    memset(digits, 'A', sizeof digits);
    for (size_t at = 0; at + 1 < sizeof digits; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            digits[at] = (uint8_t)byte;
            CU_ASSERT_EQUAL_FATAL(ledger_is_base64(&size, all), is_base64_digit(byte));
        }
        digits[at] = 'A';
    }
    CU_ASSERT(ledger_is_base64(&size, all) && size == 57);
}

static void all_bytes_survive_base64_and_hex(void)
{
    uint8_t all[256];
    uint8_t memory[512];
    uint8_t bytes[256];
    for (unsigned i = 0; i < 256; i++) {
        all[i] = (uint8_t)i;
    }
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&buffer, all, sizeof all);
    CU_ASSERT(!buffer.overflow && buffer.size == LEDGER_BASE64_SIZE(256));
    CU_ASSERT(ledger_read_base64(bytes, sizeof bytes, ledger_buffer_span(&buffer)));
    CU_ASSERT(memcmp(bytes, all, sizeof all) == 0);
    buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&buffer, all, sizeof all);
    memset(bytes, 0, sizeof bytes);
    CU_ASSERT(!buffer.overflow && buffer.size == 512);
    CU_ASSERT(ledger_read_hex(bytes, sizeof bytes, ledger_buffer_span(&buffer)));
    CU_ASSERT(memcmp(bytes, all, sizeof all) == 0);
}

static void integers_are_big_endian(void)
{
    uint8_t bytes[8];
    ledger_put_be64(bytes, UINT64_C(0x0102030405060708));
    CU_ASSERT(memcmp(bytes, "\1\2\3\4\5\6\7\10", 8) == 0);
    CU_ASSERT(ledger_get_be64(bytes) == UINT64_C(0x0102030405060708));
    CU_ASSERT(ledger_get_be32(bytes) == 0x01020304);
    memset(bytes, 0xFF, sizeof bytes);
    CU_ASSERT(ledger_get_be64(bytes) == UINT64_MAX && ledger_get_be32(bytes) == UINT32_MAX);
}

static void lines_end_with_lf_only(void)
{
    struct ledger_span rest = text("one\n\ntwo\r\nthree");
    struct ledger_span line;
    CU_ASSERT(ledger_span_take_line(&rest, &line) && ledger_span_is(line, "one"));
    CU_ASSERT(ledger_span_take_line(&rest, &line) && line.size == 0);
    CU_ASSERT(ledger_span_take_line(&rest, &line) && ledger_span_is(line, "two\r"));
    CU_ASSERT(!ledger_span_take_line(&rest, &line) && ledger_span_is(rest, "three"));
    rest = (struct ledger_span){NULL, 0};
    CU_ASSERT(!ledger_span_take_line(&rest, &line));
}

static void words_are_parted_by_single_spaces(void)
{
    struct ledger_span rest = text("a bc  d");
    struct ledger_span word = text("kept");
    bool more = false;
    CU_ASSERT(ledger_span_take_word(&rest, &word, &more) && ledger_span_is(word, "a") && more);
    CU_ASSERT(ledger_span_take_word(&rest, &word, NULL) && ledger_span_is(word, "bc"));
    CU_ASSERT(!ledger_span_take_word(&rest, &word, &more) && ledger_span_is(rest, " d"));
    CU_ASSERT(ledger_span_is(word, "bc"));
    rest = text("d");
    CU_ASSERT(ledger_span_take_word(&rest, &word, &more) && ledger_span_is(word, "d") && !more);
    CU_ASSERT(!ledger_span_take_word(&rest, &word, &more));
    rest = text("d ");
    CU_ASSERT(ledger_span_take_word(&rest, &word, &more) && more && rest.size == 0);
    CU_ASSERT(!ledger_span_take_word(&rest, &word, &more));
}

static void spans_compare_whole(void)
{
    CU_ASSERT(ledger_span_starts(text("record x"), "record "));
    CU_ASSERT(ledger_span_starts(text("x"), ""));
    CU_ASSERT(!ledger_span_starts(text("recor"), "record"));
    CU_ASSERT(!ledger_span_is(text("record"), "records"));
    CU_ASSERT(!ledger_span_is(text("records"), "record"));
    CU_ASSERT(ledger_span_equal((struct ledger_span){NULL, 0}, text("")));
}

static void buffer_remembers_what_did_not_fit(void)
{
    uint8_t memory[5];
    struct ledger_buffer buffer = ledger_buffer_in(memory, 4);
    memory[4] = 0x55;
    ledger_buffer_text(&buffer, "abc");
    CU_ASSERT(!buffer.overflow);
    ledger_buffer_hex(&buffer, (const uint8_t *)"z", 1);
    CU_ASSERT(buffer.overflow && buffer.size == 3);
    ledger_buffer_text(&buffer, "d");
    CU_ASSERT(buffer.overflow && ledger_span_is(ledger_buffer_span(&buffer), "abc"));
    CU_ASSERT(memory[4] == 0x55);
    buffer = ledger_buffer_in(memory, 3);
    ledger_buffer_base64(&buffer, (const uint8_t *)"z", 1);
    CU_ASSERT(buffer.overflow && buffer.size == 0);
    buffer = ledger_buffer_in(NULL, 0);
    ledger_buffer_text(&buffer, "");
    CU_ASSERT(!buffer.overflow);
    ledger_buffer_decimal(&buffer, 0);
    CU_ASSERT(buffer.overflow);
}

void ledger_suite_encoding(void)
{
    CU_pSuite suite = CU_add_suite("encoding", NULL, NULL);
    CU_ADD_TEST(suite, spans_are_compared_as_unsigned_bytes);
    CU_ADD_TEST(suite, decimal_is_read_up_to_its_limit);
    CU_ADD_TEST(suite, decimal_has_one_spelling);
    CU_ADD_TEST(suite, decimal_reads_what_is_written);
    CU_ADD_TEST(suite, hex_has_exact_size_and_lower_case);
    CU_ADD_TEST(suite, base64_vectors_of_rfc_4648);
    CU_ADD_TEST(suite, base64_has_one_spelling);
    CU_ADD_TEST(suite, base64_of_a_known_size_has_one_spelling_too);
    CU_ADD_TEST(suite, base64_accepts_only_what_it_would_write);
    CU_ADD_TEST(suite, one_byte_that_is_no_digit_is_found_anywhere);
    CU_ADD_TEST(suite, all_bytes_survive_base64_and_hex);
    CU_ADD_TEST(suite, integers_are_big_endian);
    CU_ADD_TEST(suite, lines_end_with_lf_only);
    CU_ADD_TEST(suite, words_are_parted_by_single_spaces);
    CU_ADD_TEST(suite, spans_compare_whole);
    CU_ADD_TEST(suite, buffer_remembers_what_did_not_fit);
}
