#include <CUnit/CUnit.h>

#include "ledger/format/authority_line.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

static bool parse(struct ledger_authority_line *line, struct ledger_span text)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    bool parsed = ledger_authority_line_parse(hasher, line, &verdict, text);
    CU_ASSERT_EQUAL(verdict.finding, parsed ? LEDGER_NOT_CHECKED : LEDGER_BAD_AUTHORITY_LINE);
    ledger_hasher_free(&hasher);
    return parsed;
}

static void check_line(const char *text, enum ledger_line_type type, const char *subject)
{
    struct ledger_authority_line line;
    CU_ASSERT_FATAL(parse(&line, ledger_span_of(text)));
    CU_ASSERT_EQUAL(line.type, type);
    CU_ASSERT(ledger_span_is(line.text, text));
    CU_ASSERT(ledger_span_is(line.subject, subject));
}

static void every_type_is_read_with_its_subject(void)
{
    check_line("operator " VKEY, LEDGER_LINE_OPERATOR, "operator");
    check_line("governor " VKEY, LEDGER_LINE_GOVERNOR, "governor " VKEY);
    check_line("threshold 64", LEDGER_LINE_THRESHOLD, "threshold");
    check_line("institution a.example - A B", LEDGER_LINE_INSTITUTION, "institution a.example");
    check_line("institution a.example x,y \xe5\x85\xac\xe8\xaf\x81\xe5\xa4\x84",
               LEDGER_LINE_INSTITUTION, "institution a.example");
    check_line("key " VKEY " a.example notary,x-2", LEDGER_LINE_KEY, "key " VKEY);
}

static void fields_are_read(void)
{
    struct ledger_authority_line line;
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("threshold 2")));
    CU_ASSERT_EQUAL(line.threshold, 2);
    CU_ASSERT_EQUAL(line.roles.size, 0);
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("institution a.example x,y A B")));
    CU_ASSERT(ledger_span_is(line.institution, "a.example"));
    CU_ASSERT(ledger_span_is(line.roles, "x,y"));
    CU_ASSERT(ledger_span_is(line.name, "A B"));
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("key " VKEY " a.example notary")));
    CU_ASSERT(ledger_span_is(line.institution, "a.example"));
    CU_ASSERT(ledger_span_is(line.roles, "notary"));
    CU_ASSERT(ledger_span_is(ledger_vkey_name(&line.vkey), "PeterNeumann"));
}

static void other_forms_are_refused(void)
{
    static const char *const refused[] = {
        "",
        "operator",
        "operator ",
        " operator " VKEY,
        "operator  " VKEY,
        "operator " VKEY " ",
        "operator " VKEY " x",
        "Operator " VKEY,
        "operators " VKEY,
        "operator x",
        "governor",
        "governor " VKEY "\n",
        "threshold",
        "threshold 0",
        "threshold 01",
        "threshold 65",
        "threshold 1 ",
        "threshold 1 2",
        "threshold +1",
        "institution",
        "institution a.example",
        "institution a.example -",
        "institution a.example - ",
        "institution a.example  - A",
        "institution a.example -  A",
        "institution a.example - A  B",
        "institution a.example x, A",
        "institution a.example ,x A",
        "institution a.example x,,y A",
        "institution a.example x,x A",
        "institution a.example -,x A",
        "institution a+b - A",
        "institution a.example X A",
        "key " VKEY,
        "key " VKEY " a.example",
        "key " VKEY " a.example ",
        "key " VKEY " a.example -",
        "key " VKEY " a.example x y",
        "key " VKEY " a.example x,",
        "key " VKEY " a.example x,x",
        "key " VKEY "  a.example x",
        "key  " VKEY " a.example x",
        "key a.example " VKEY " x",
        "rule x y",
        "#",
    };
    struct ledger_authority_line line;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CU_ASSERT_FALSE(parse(&line, ledger_span_of(refused[i])));
    }
}

static void unclean_characters_are_refused(void)
{
    for (size_t i = 0; i < SAMPLE_UNCLEAN; i++) {
        struct sample_text text;
        struct ledger_authority_line line;
        sample_start(&text, "institution a.example - A");
        ledger_buffer_text(&text.buffer, sample_unclean[i]);
        ledger_buffer_text(&text.buffer, "B");
        CU_ASSERT_FALSE(parse(&line, sample_span(&text)));
    }
}

static void cosignature_key_is_refused(void)
{
    struct sample_key key;
    struct sample_text text;
    struct ledger_authority_line line;
    sample_key(&key, LEDGER_KEY_COSIGNATURE, "w.example", 1);
    sample_start(&text, "operator ");
    ledger_vkey_write(&text.buffer, &key.vkey);
    CU_ASSERT_FALSE(parse(&line, sample_span(&text)));
}

static bool parses_with_name_of(size_t size)
{
    struct sample_text text;
    struct ledger_authority_line line;
    sample_start(&text, "institution a.example - ");
    for (size_t i = 0; i < size; i++) {
        ledger_buffer_text(&text.buffer, "x");
    }
    return parse(&line, sample_span(&text));
}

/* A line of exactly `size` bytes; roles fill it. */
static bool parses_at_size(size_t size)
{
    struct sample_text text;
    struct ledger_authority_line line;
    const char *tail = " A";
    sample_start(&text, "institution a.example r");
    for (unsigned i = 0; text.buffer.size + 10 + strlen(tail) < size; i++) {
        ledger_buffer_text(&text.buffer, ",r");
        ledger_buffer_decimal(&text.buffer, 1000 + i);
    }
    while (text.buffer.size + strlen(tail) < size) {
        ledger_buffer_text(&text.buffer, "0");
    }
    ledger_buffer_text(&text.buffer, tail);
    CU_ASSERT_EQUAL(text.buffer.size, size);
    return parse(&line, sample_span(&text));
}

static void limits_are_exact(void)
{
    CU_ASSERT_FALSE(parses_with_name_of(0));
    CU_ASSERT(parses_with_name_of(255));
    CU_ASSERT_FALSE(parses_with_name_of(256));
    CU_ASSERT(parses_at_size(LEDGER_AUTHORITY_LINE_MAX));
    CU_ASSERT_FALSE(parses_at_size(LEDGER_AUTHORITY_LINE_MAX + 1));
}

static bool accepts(void *context, struct ledger_span bytes)
{
    struct ledger_authority_line line;
    (void)context;
    return parse(&line, bytes);
}

static void every_truncation_of_a_key_line_is_refused_before_its_roles(void)
{
    struct ledger_span text = ledger_span_of("key " VKEY " a.example x");
    CU_ASSERT_EQUAL(sample_truncations_accepted(text, accepts, NULL), 0);
}

static void roles_are_taken_one_by_one(void)
{
    struct ledger_span roles = ledger_span_of("a,bc,d");
    struct ledger_span rest = roles;
    struct ledger_span role;
    CU_ASSERT(ledger_roles_next(&rest, &role) && ledger_span_is(role, "a"));
    CU_ASSERT(ledger_roles_next(&rest, &role) && ledger_span_is(role, "bc"));
    CU_ASSERT(ledger_roles_next(&rest, &role) && ledger_span_is(role, "d"));
    CU_ASSERT_FALSE(ledger_roles_next(&rest, &role));
    CU_ASSERT(ledger_roles_have(roles, ledger_span_of("bc")));
    CU_ASSERT_FALSE(ledger_roles_have(roles, ledger_span_of("b")));
    CU_ASSERT_FALSE(ledger_roles_have(roles, ledger_span_of("")));
    rest = ledger_span_of("-");
    CU_ASSERT_FALSE(ledger_roles_next(&rest, &role));
    CU_ASSERT_FALSE(ledger_roles_have(ledger_span_of("-"), ledger_span_of("-")));
}

static void key_is_hash_of_subject_and_value_hash_of_line(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_authority_line line;
    struct ledger_hash key;
    struct ledger_hash value;
    struct ledger_hash expected;
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("threshold 2")));
    ledger_authority_line_hashes(hasher, &key, &value, &line);
    ledger_hash_bytes(hasher, &expected, ledger_span_of("threshold"));
    CU_ASSERT(ledger_hash_equal(&key, &expected));
    ledger_hash_bytes(hasher, &expected, ledger_span_of("threshold 2"));
    CU_ASSERT(ledger_hash_equal(&value, &expected));
    ledger_hasher_free(&hasher);
}

void ledger_suite_authority_line(void)
{
    CU_pSuite suite = CU_add_suite("authority_line", NULL, NULL);
    CU_ADD_TEST(suite, every_type_is_read_with_its_subject);
    CU_ADD_TEST(suite, fields_are_read);
    CU_ADD_TEST(suite, other_forms_are_refused);
    CU_ADD_TEST(suite, unclean_characters_are_refused);
    CU_ADD_TEST(suite, cosignature_key_is_refused);
    CU_ADD_TEST(suite, limits_are_exact);
    CU_ADD_TEST(suite, every_truncation_of_a_key_line_is_refused_before_its_roles);
    CU_ADD_TEST(suite, roles_are_taken_one_by_one);
    CU_ADD_TEST(suite, key_is_hash_of_subject_and_value_hash_of_line);
}
