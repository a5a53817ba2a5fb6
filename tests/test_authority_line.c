#include <CUnit/CUnit.h>

#include "ledger/format/authority_line.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

#define RULE "rule notarisation apply after=-,correct sign=notary:1 parties=1 makes=pending"

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
    check_line("institution a.example x/a+b,y A", LEDGER_LINE_INSTITUTION, "institution a.example");
    check_line("key " VKEY " a.example notary,x-2", LEDGER_LINE_KEY, "key " VKEY);
    check_line("key " VKEY " a.example notary/a,x-2/a+b", LEDGER_LINE_KEY, "key " VKEY);
    check_line("rules required", LEDGER_LINE_RULES, "rules");
    check_line(RULE, LEDGER_LINE_RULE, "rule notarisation apply");
    check_line("compromise " VKEY " 0", LEDGER_LINE_COMPROMISE, "compromise " VKEY);
}

static void fields_are_read(void)
{
    struct ledger_authority_line line;
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("threshold 2")));
    CU_ASSERT_EQUAL(line.threshold, 2);
    CU_ASSERT_EQUAL(line.grants.size, 0);
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("institution a.example x,y A B")));
    CU_ASSERT(ledger_span_is(line.institution, "a.example"));
    CU_ASSERT(ledger_span_is(line.grants, "x,y"));
    CU_ASSERT(ledger_span_is(line.name, "A B"));
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("key " VKEY " a.example notary")));
    CU_ASSERT(ledger_span_is(line.institution, "a.example"));
    CU_ASSERT(ledger_span_is(line.grants, "notary"));
    CU_ASSERT(ledger_span_is(ledger_vkey_name(&line.vkey), "PeterNeumann"));
    CU_ASSERT_FATAL(parse(&line, ledger_span_of(RULE)));
    CU_ASSERT(ledger_span_is(line.kind, "notarisation"));
    CU_ASSERT(ledger_span_is(line.event, "apply"));
    CU_ASSERT_FATAL(parse(&line, ledger_span_of("compromise " VKEY " 4611686018427387902")));
    CU_ASSERT(ledger_span_is(ledger_vkey_name(&line.vkey), "PeterNeumann"));
    CU_ASSERT_EQUAL(line.from, UINT64_C(4611686018427387902));
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
        "key " VKEY " a+b notary",
        "key " VKEY " a.example x y",
        "key " VKEY " a.example x,",
        "key " VKEY " a.example x,x",
        "key " VKEY "  a.example x",
        "key  " VKEY " a.example x",
        "key a.example " VKEY " x",
        "institution a.example x/ A",
        "institution a.example /a A",
        "institution a.example x/a+ A",
        "institution a.example x/a++b A",
        "institution a.example x/a+a A",
        "institution a.example x/a/b A",
        "institution a.example x/A A",
        "institution a.example x/a,x A",
        "institution a.example x+y A",
        "institution a.example -/a A",
        "key " VKEY " a.example x/",
        "key " VKEY " a.example x/a,x/b",
        "key " VKEY " a.example x,x/a",
        "key " VKEY " a.example x/-",
        "rules",
        "rules ",
        "rules Required",
        "rules required ",
        "rules required 1",
        "rules  required",
        "rule x y",
        "rule x y after=- sign=a:0",
        "rule authority y after=- sign=a:1",
        RULE " ",
        RULE " makes=pending",
        "rule  notarisation apply after=- sign=notary:1",
        "compromise",
        "compromise " VKEY,
        "compromise " VKEY " ",
        "compromise " VKEY " x",
        "compromise " VKEY " 01",
        "compromise " VKEY " -1",
        "compromise " VKEY " 1 ",
        "compromise " VKEY "  1",
        "compromise " VKEY " 1 2",
        "compromise " VKEY " 4611686018427387903",
        "compromise 1 " VKEY,
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
    static const char *const forms[][2] = {
        {"operator ", ""}, {"governor ", ""}, {"key ", " a.example x"}, {"compromise ", " 1"}};
    for (size_t i = 0; i < 2 * sizeof forms / sizeof forms[0]; i++) {
        struct sample_key key;
        struct sample_text text;
        struct ledger_authority_line line;
        bool cosigns = i % 2 == 1;
        sample_key(&key, cosigns ? LEDGER_KEY_COSIGNATURE : LEDGER_KEY_ED25519, "w.example", 1);
        sample_start(&text, forms[i / 2][0]);
        ledger_vkey_write(&text.buffer, &key.vkey);
        ledger_buffer_text(&text.buffer, forms[i / 2][1]);
        CU_ASSERT_EQUAL(parse(&line, sample_span(&text)), !cosigns);
    }
}

static void finding_of_a_rule_is_the_rules_own(void)
{
    struct ledger_hasher *hasher = sample_hasher();
    struct ledger_authority_line line;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_authority_line_parse(hasher, &line, &verdict,
                                                ledger_span_of("rule a b after=- sign=a:0")));
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "rule a b: expected 'sign="));
    ledger_hasher_free(&hasher);
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

/* A line of exactly `size` bytes; grants fill it. */
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

static void every_truncation_of_a_key_line_is_refused_before_its_grants(void)
{
    struct ledger_span text = ledger_span_of("key " VKEY " a.example x");
    CU_ASSERT_EQUAL(sample_truncations_accepted(text, accepts, NULL), 0);
}

static struct ledger_span span(const char *text)
{
    return ledger_span_of(text);
}

static void grants_are_taken_one_by_one(void)
{
    struct ledger_span rest = span("a,bc/x+y,d");
    struct ledger_grant grant;
    CU_ASSERT(ledger_grants_next(&rest, &grant) && ledger_span_is(grant.role, "a"));
    CU_ASSERT_EQUAL(grant.categories.size, 0);
    CU_ASSERT(ledger_grants_next(&rest, &grant) && ledger_span_is(grant.role, "bc"));
    CU_ASSERT(ledger_span_is(grant.categories, "x+y"));
    CU_ASSERT(ledger_grants_next(&rest, &grant) && ledger_span_is(grant.role, "d"));
    CU_ASSERT_EQUAL(grant.categories.size, 0);
    CU_ASSERT_FALSE(ledger_grants_next(&rest, &grant));
    rest = span("-");
    CU_ASSERT_FALSE(ledger_grants_next(&rest, &grant));
}

static void the_grant_of_a_role_is_found(void)
{
    struct ledger_grant grant;
    CU_ASSERT(ledger_grants_find(span("a,bc/x,d"), &grant, span("bc")));
    CU_ASSERT(ledger_span_is(grant.role, "bc") && ledger_span_is(grant.categories, "x"));
    CU_ASSERT_FALSE(ledger_grants_find(span("a,bc/x,d"), &grant, span("b")));
    CU_ASSERT_FALSE(ledger_grants_find(span("a,bc/x,d"), &grant, span("x")));
    CU_ASSERT_FALSE(ledger_grants_find(span("a,bc/x,d"), &grant, span("bc/x")));
    CU_ASSERT_FALSE(ledger_grants_find(span("a,bc/x,d"), &grant, span("")));
    CU_ASSERT_FALSE(ledger_grants_find(span("-"), &grant, span("-")));
}

static void a_limited_grant_allows_its_categories_only(void)
{
    struct ledger_span grants = span("a,b/x+yz");
    CU_ASSERT(ledger_grants_allow(grants, span("a"), span("x")));
    CU_ASSERT(ledger_grants_allow(grants, span("a"), span("")));
    CU_ASSERT(ledger_grants_allow(grants, span("b"), span("x")));
    CU_ASSERT(ledger_grants_allow(grants, span("b"), span("yz")));
    CU_ASSERT_FALSE(ledger_grants_allow(grants, span("b"), span("y")));
    CU_ASSERT_FALSE(ledger_grants_allow(grants, span("b"), span("")));
    CU_ASSERT_FALSE(ledger_grants_allow(grants, span("c"), span("x")));
    CU_ASSERT_FALSE(ledger_grants_allow(span("-"), span("a"), span("x")));
}

static void check_within(const char *inner, const char *outer, const char *beyond)
{
    struct ledger_grant grant = {.role = {NULL, 0}};
    CU_ASSERT_EQUAL(ledger_grants_within(span(inner), span(outer), &grant), beyond == NULL);
    CU_ASSERT(ledger_span_is(grant.role, beyond == NULL ? "" : beyond));
}

static void grants_are_within_others_role_by_role(void)
{
    check_within("a", "a", NULL);
    check_within("b,a", "a,c,b", NULL);
    check_within("a/x", "a", NULL);
    check_within("a/x", "a/x", NULL);
    check_within("a/y+x", "a/x+y+z", NULL);
    check_within("-", "-", NULL);
    check_within("a", "-", "a");
    check_within("a,b", "a", "b");
    check_within("a", "a/x", "a");
    check_within("b,a/x+y", "b,a/x", "a");
    check_within("a/x", "b/x", "a");
    check_within("a/x", "a/xy", "a");
}

static void subjects_are_those_of_the_lines(void)
{
    uint8_t institution[LEDGER_INSTITUTION_SUBJECT_MAX];
    uint8_t rule[LEDGER_RULE_SUBJECT_MAX];
    struct ledger_authority_line line;
    uint8_t longest[LEDGER_NAME_MAX];
    memset(longest, 'x', sizeof longest);
    CU_ASSERT(ledger_span_is(ledger_institution_subject(institution, span("a.example")),
                             "institution a.example"));
    CU_ASSERT_FATAL(parse(&line, span(RULE)));
    CU_ASSERT(ledger_span_equal(ledger_rule_subject(rule, line.kind, line.event), line.subject));
    const struct ledger_span name = {longest, LEDGER_NAME_MAX};
    const struct ledger_span token = {longest, LEDGER_TOKEN_MAX};
    CU_ASSERT_EQUAL(ledger_institution_subject(institution, name).size, 12 + LEDGER_NAME_MAX);
    CU_ASSERT_EQUAL(ledger_rule_subject(rule, token, token).size, 6 + 2 * LEDGER_TOKEN_MAX);
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
    CU_ADD_TEST(suite, finding_of_a_rule_is_the_rules_own);
    CU_ADD_TEST(suite, limits_are_exact);
    CU_ADD_TEST(suite, every_truncation_of_a_key_line_is_refused_before_its_grants);
    CU_ADD_TEST(suite, grants_are_taken_one_by_one);
    CU_ADD_TEST(suite, the_grant_of_a_role_is_found);
    CU_ADD_TEST(suite, a_limited_grant_allows_its_categories_only);
    CU_ADD_TEST(suite, grants_are_within_others_role_by_role);
    CU_ADD_TEST(suite, subjects_are_those_of_the_lines);
    CU_ADD_TEST(suite, key_is_hash_of_subject_and_value_hash_of_line);
}
