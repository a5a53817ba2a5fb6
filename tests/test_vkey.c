#include <CUnit/CUnit.h>

#include "tests/format_samples.h"
#include "tests/suites.h"

static const char *const known_keys[] = {
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
};

static bool parses(struct ledger_span text)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    bool parsed = ledger_vkey_parse(hasher, &vkey, &verdict, text);
    CU_ASSERT_EQUAL(verdict.finding, parsed ? LEDGER_NOT_CHECKED : LEDGER_BAD_KEY);
    ledger_hasher_free(&hasher);
    return parsed;
}

static bool accepts(void *context, struct ledger_span bytes)
{
    (void)context;
    return parses(bytes);
}

static void keys_of_others_read_and_write_the_same(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++) {
        struct ledger_vkey vkey;
        struct ledger_verdict verdict;
        struct sample_text text;
        CU_ASSERT_FATAL(ledger_vkey_parse(hasher, &vkey, &verdict, ledger_span_of(known_keys[i])));
        CU_ASSERT_EQUAL(vkey.type, LEDGER_KEY_ED25519);
        sample_start(&text, "");
        ledger_vkey_write(&text.buffer, &vkey);
        CU_ASSERT(ledger_span_is(sample_span(&text), known_keys[i]));
    }
    ledger_hasher_free(&hasher);
}

static void key_id_is_the_same_without_a_hasher(void)
{
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++) {
        struct sample_text text;
        struct sample_text changed;
        CU_ASSERT(ledger_vkey_parse(NULL, &vkey, &verdict, ledger_span_of(known_keys[i])));
        sample_start(&text, "x");
        ledger_buffer_text(&text.buffer, known_keys[i]);
        CU_ASSERT_FALSE(ledger_vkey_parse(NULL, &vkey, &verdict, sample_span(&text)));
        sample_replace(&changed, ledger_span_of(known_keys[i]), "A", "B");
        CU_ASSERT_FALSE(ledger_vkey_parse(NULL, &vkey, &verdict, sample_span(&changed)));
    }
}

static void every_truncation_is_refused(void)
{
    for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++) {
        CU_ASSERT_EQUAL(sample_truncations_accepted(ledger_span_of(known_keys[i]), accepts, NULL),
                        0);
    }
}

static void every_changed_byte_is_refused(void)
{
    for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++) {
        CU_ASSERT_EQUAL(sample_changes_accepted(ledger_span_of(known_keys[i]), accepts, NULL), 0);
    }
}

static void other_spellings_are_refused(void)
{
    static const char *const refused[] = {
        "",
        "+",
        "++",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        " example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAA==",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CU_ASSERT_FALSE(parses(ledger_span_of(refused[i])));
    }
}

static void key_of_unknown_type_is_refused_with_its_type(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_vkey_parse(
        hasher, &vkey, &verdict,
        ledger_span_of("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_KEY);
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "0x02"));
    ledger_hasher_free(&hasher);
}

static void type_is_part_of_the_key_id(void)
{
    struct sample_key signing;
    struct sample_key cosigning;
    sample_key(&signing, LEDGER_KEY_ED25519, "a.example", 1);
    sample_key(&cosigning, LEDGER_KEY_COSIGNATURE, "a.example", 1);
    CU_ASSERT_NOT_EQUAL(signing.vkey.id, cosigning.vkey.id);
    CU_ASSERT_FALSE(ledger_vkey_equal(&signing.vkey, &cosigning.vkey));
    CU_ASSERT(ledger_vkey_equal(&signing.vkey, &signing.vkey));
}

static void longest_name_fits_and_one_more_byte_does_not(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    struct sample_text text;
    uint8_t name[LEDGER_NAME_MAX + 1];
    const uint8_t key[LEDGER_ED25519_KEY_SIZE] = {1};
    memset(name, 'n', sizeof name);
    CU_ASSERT_FALSE(ledger_vkey_make(hasher, &vkey, LEDGER_KEY_ED25519,
                                     (struct ledger_span){name, sizeof name}, key));
    CU_ASSERT_FATAL(ledger_vkey_make(hasher, &vkey, LEDGER_KEY_ED25519,
                                     (struct ledger_span){name, LEDGER_NAME_MAX}, key));
    sample_start(&text, "");
    ledger_vkey_write(&text.buffer, &vkey);
    CU_ASSERT_EQUAL(text.buffer.size, LEDGER_VKEY_MAX);
    struct ledger_vkey again;
    CU_ASSERT_FATAL(ledger_vkey_parse(hasher, &again, &verdict, sample_span(&text)));
    CU_ASSERT(ledger_vkey_equal(&vkey, &again));
    sample_start(&text, "n");
    ledger_vkey_write(&text.buffer, &vkey);
    CU_ASSERT_FALSE(parses(sample_span(&text)));
    ledger_hasher_free(&hasher);
}

static void bad_names_make_no_key(void)
{
    static const char *const refused[] = {"", "a+b", "a b", "a\nb", "a\xe3\x80\x80z"};
    struct ledger_hasher *hasher = sample_hasher();
    const uint8_t key[LEDGER_ED25519_KEY_SIZE] = {1};
    struct ledger_vkey vkey;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CU_ASSERT_FALSE(
            ledger_vkey_make(hasher, &vkey, LEDGER_KEY_ED25519, ledger_span_of(refused[i]), key));
    }
    ledger_hasher_free(&hasher);
}

static void a_key_signs_under_its_two_ids_and_its_name(void)
{
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    CU_ASSERT_FATAL(ledger_vkey_parse(NULL, &vkey, &verdict, ledger_span_of(known_keys[1])));
    struct ledger_span name = ledger_vkey_name(&vkey);
    CU_ASSERT(ledger_vkey_signs_as(&vkey, name, vkey.id));
    CU_ASSERT(ledger_vkey_signs_as(&vkey, name, vkey.batch_id));
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&vkey, name, vkey.id ^ vkey.batch_id));
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&vkey, ledger_span_of("PeterNeumanN"), vkey.id));
    vkey.type = LEDGER_KEY_COSIGNATURE; /* signs no records, and no batches */
    CU_ASSERT_FALSE(ledger_vkey_signs_as(&vkey, name, vkey.batch_id));
}

static void keys_are_equal_in_type_name_and_bytes(void)
{
    struct sample_key keys[4];
    sample_key(&keys[0], LEDGER_KEY_ED25519, "a.example", 1);
    sample_key(&keys[1], LEDGER_KEY_ED25519, "a.example", 2);
    sample_key(&keys[2], LEDGER_KEY_ED25519, "b.example", 1);
    sample_key(&keys[3], LEDGER_KEY_COSIGNATURE, "a.example", 1);
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = 0; j < 4; j++) {
            CU_ASSERT_EQUAL(ledger_vkey_equal(&keys[i].vkey, &keys[j].vkey), i == j);
        }
    }
}

static void a_name_is_for_tests_by_the_end_of_its_host(void)
{
    static const char *const marked[] = {"test",     ".test",      "gz.test",
                                         "gz.test/", "gz.test/li", "test/x"};
    static const char *const others[] = {
        "",         "tes",      "est",        "atest",   "gz.test.example",  "gz.Test",
        "gz.test2", "2test/li", "gz/li.test", "gz/test", "gz.example/.test", "xtest",
        "gz.tes",   "/.test",   "gz.test.",
    };
    for (size_t i = 0; i < sizeof marked / sizeof marked[0]; i++) {
        CU_ASSERT(ledger_name_is_for_tests(ledger_span_of(marked[i])));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CU_ASSERT_FALSE(ledger_name_is_for_tests(ledger_span_of(others[i])));
    }
    CU_ASSERT_FALSE(ledger_name_is_for_tests((struct ledger_span){NULL, 0}));
}

void ledger_suite_vkey(void)
{
    CU_pSuite suite = CU_add_suite("vkey", NULL, NULL);
    CU_ADD_TEST(suite, keys_of_others_read_and_write_the_same);
    CU_ADD_TEST(suite, key_id_is_the_same_without_a_hasher);
    CU_ADD_TEST(suite, every_truncation_is_refused);
    CU_ADD_TEST(suite, every_changed_byte_is_refused);
    CU_ADD_TEST(suite, other_spellings_are_refused);
    CU_ADD_TEST(suite, key_of_unknown_type_is_refused_with_its_type);
    CU_ADD_TEST(suite, type_is_part_of_the_key_id);
    CU_ADD_TEST(suite, longest_name_fits_and_one_more_byte_does_not);
    CU_ADD_TEST(suite, bad_names_make_no_key);
    CU_ADD_TEST(suite, a_key_signs_under_its_two_ids_and_its_name);
    CU_ADD_TEST(suite, keys_are_equal_in_type_name_and_bytes);
    CU_ADD_TEST(suite, a_name_is_for_tests_by_the_end_of_its_host);
}
