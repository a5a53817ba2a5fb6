#include <CUnit/CUnit.h>
#include <stdio.h>

#include "ledger/format/authority_line.h"
#include "ledger/format/rule.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define HEAD "rule notarisation correct"
#define AFTER " after=-,accept,correct"
#define SIGN " sign=notary:2,reviewer:1"
#define PLAIN HEAD " after=accept sign=notary:1"

#define CLAUSES 12
static const char *const clauses[CLAUSES] = {
    AFTER,
    SIGN,
    " parties=2",
    " needs=category,document,data,amount",
    " among=class:a+b,form:deed",
    " by=r:1:issue+correct",
    " not-by=apply,refers/accept+issue",
    " institution=other",
    " referred=same:arbitration/award",
    " keeps=category:apply,document:refers/issue+correct,amount:apply",
    " term=30:accept+issue",
    " makes=corrected",
};
#define REFERRED 8

static bool parse(struct ledger_rule *rule, struct ledger_span line)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    bool parsed = ledger_rule_parse(rule, &verdict, line);
    CU_ASSERT_EQUAL(verdict.finding, parsed ? LEDGER_NOT_CHECKED : LEDGER_BAD_AUTHORITY_LINE);
    return parsed;
}

static bool parses(const char *line)
{
    struct ledger_rule rule;
    return parse(&rule, ledger_span_of(line));
}

static void full(struct sample_text *text)
{
    sample_start(text, HEAD);
    for (size_t i = 0; i < CLAUSES; i++) {
        ledger_buffer_text(&text->buffer, clauses[i]);
    }
}

static void every_clause_is_read(void)
{
    struct sample_text text;
    struct ledger_rule rule;
    full(&text);
    CU_ASSERT_FATAL(parse(&rule, sample_span(&text)));
    CU_ASSERT(ledger_span_is(rule.kind, "notarisation"));
    CU_ASSERT(ledger_span_is(rule.event, "correct"));
    CU_ASSERT(ledger_span_is(rule.after, "-,accept,correct"));
    CU_ASSERT(ledger_span_is(rule.sign, "notary:2,reviewer:1"));
    CU_ASSERT_EQUAL(rule.parties, 2);
    CU_ASSERT(ledger_span_is(rule.needs, "category,document,data,amount"));
    CU_ASSERT(ledger_span_is(rule.among, "class:a+b,form:deed"));
    CU_ASSERT_EQUAL(rule.by_count, 1);
    CU_ASSERT(ledger_span_is(rule.by_role, "r"));
    CU_ASSERT(ledger_span_is(rule.by.events, "issue+correct") && !rule.by.referred);
    CU_ASSERT(ledger_span_is(rule.not_by, "apply,refers/accept+issue"));
    CU_ASSERT_EQUAL(rule.institution, LEDGER_WHOSE_OTHER);
    CU_ASSERT_EQUAL(rule.referred, LEDGER_WHOSE_SAME);
    CU_ASSERT(ledger_span_is(rule.referred_kind, "arbitration"));
    CU_ASSERT(ledger_span_is(rule.referred_event, "award"));
    CU_ASSERT(
        ledger_span_is(rule.keeps, "category:apply,document:refers/issue+correct,amount:apply"));
    CU_ASSERT_EQUAL(rule.term_days, 30);
    CU_ASSERT(ledger_span_is(rule.term.events, "accept+issue") && !rule.term.referred);
    CU_ASSERT_EQUAL(rule.makes, LEDGER_STANDING_CORRECTED);
}

static void a_clause_that_is_absent_says_nothing(void)
{
    struct ledger_rule rule;
    CU_ASSERT_FATAL(parse(&rule, ledger_span_of(PLAIN)));
    CU_ASSERT_EQUAL(rule.institution, LEDGER_WHOSE_SAME);
    CU_ASSERT_EQUAL(rule.referred, 0);
    CU_ASSERT_EQUAL(rule.parties + rule.by_count + rule.term_days, 0);
    CU_ASSERT_EQUAL(rule.needs.size + rule.among.size + rule.not_by.size + rule.keeps.size, 0);
    CU_ASSERT_EQUAL(rule.makes, LEDGER_STANDING_AS_BEFORE);
}

static void only_after_and_sign_must_be_there(void)
{
    for (size_t absent = 0; absent < CLAUSES; absent++) {
        struct sample_text text;
        struct ledger_rule rule;
        sample_start(&text, HEAD);
        for (size_t i = 0; i < CLAUSES; i++) {
            ledger_buffer_text(&text.buffer, i == absent ? "" : clauses[i]);
        }
        /* The clauses on the matter referred to have no meaning without 'referred'. */
        CU_ASSERT_EQUAL(parse(&rule, sample_span(&text)), absent > 1 && absent != REFERRED);
    }
}

static void clauses_twice_or_in_another_order_are_refused(void)
{
    for (size_t first = 0; first < CLAUSES; first++) {
        for (size_t second = first; second < CLAUSES; second++) {
            struct sample_text text;
            struct ledger_rule rule;
            sample_start(&text, HEAD);
            for (size_t i = 0; i < CLAUSES; i++) {
                size_t from = i == first ? second : i == second ? first : i;
                ledger_buffer_text(&text.buffer, clauses[from]);
                ledger_buffer_text(&text.buffer, i == first && i == second ? clauses[i] : "");
            }
            CU_ASSERT_FALSE(parse(&rule, sample_span(&text)));
        }
    }
}

static void values_at_their_limits_are_accepted(void)
{
    static const char *const accepted[] = {
        HEAD " after=- sign=a:1",
        HEAD " after=-,a sign=a:64",
        HEAD " after=a,b sign=a:63,b:1",
        PLAIN " parties=1",
        PLAIN " parties=63",
        PLAIN " needs=category",
        PLAIN " needs=x,data",
        PLAIN " among=x:a",
        PLAIN " among=x:a,y:a",
        PLAIN " by=r:1:a",
        PLAIN " by=r:64:a+b",
        PLAIN " parties=1 keeps=party:a",
        HEAD " after=- sign=a:1,b:2 parties=61",
        HEAD " after=- sign=a:63 parties=1 by=a:63:a",
        PLAIN " parties=62 by=r:2:a",
        PLAIN " not-by=a+b,b",
        PLAIN " institution=any",
        PLAIN " referred=any:a/b",
        PLAIN " referred=other:a/b",
        PLAIN " by=r:1:refers/a referred=any:a/b",
        PLAIN " not-by=refers/a,a referred=any:a/b",
        PLAIN " referred=any:a/b keeps=data:refers/a",
        PLAIN " keeps=x:a,y:a",
        PLAIN " term=1:a",
        PLAIN " term=36500:a",
        PLAIN " makes=effective",
        PLAIN " makes=corrected",
        PLAIN " makes=void",
        PLAIN " makes=closed",
        PLAIN " makes=pending",
    };
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        CU_ASSERT(parses(accepted[i]));
    }
}

static void heads_of_another_form_are_refused(void)
{
    static const char *const refused[] = {
        "",
        "rule",
        "rule ",
        "rule a",
        "rule a b",
        "rule a b ",
        "Rule a b after=- sign=a:1",
        " rule a b after=- sign=a:1",
        "rule  a b after=- sign=a:1",
        "rule a  b after=- sign=a:1",
        "rule a b  after=- sign=a:1",
        "rule a b after=-  sign=a:1",
        "rule a b after=- sign=a:1 ",
        "rule a b after=- sign=a:1\n",
        "rule A b after=- sign=a:1",
        "rule a - after=- sign=a:1",
        "rule authority b after=- sign=a:1",
        "rule index b after=- sign=a:1",
        "rule statistics b after=- sign=a:1",
        "rule a b sign=a:1 after=-",
        "rule a b after=-",
        "rule a b sign=a:1",
        "rules a b after=- sign=a:1",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CU_ASSERT_FALSE(parses(refused[i]));
    }
    CU_ASSERT(parses("rule a b after=- sign=a:1"));
}

static void values_of_another_form_are_refused(void)
{
    static const char *const refused[] = {
        /* after */
        HEAD " after= sign=a:1",
        HEAD " after=a,- sign=a:1",
        HEAD " after=-,- sign=a:1",
        HEAD " after=-, sign=a:1",
        HEAD " after=,a sign=a:1",
        HEAD " after=a, sign=a:1",
        HEAD " after=a,,b sign=a:1",
        HEAD " after=a,b,a sign=a:1",
        HEAD " after=a+b sign=a:1",
        HEAD " after=A sign=a:1",
        HEAD " after=refers/a sign=a:1",
        /* sign */
        HEAD " after=- sign=",
        HEAD " after=- sign=a",
        HEAD " after=- sign=a:",
        HEAD " after=- sign=:1",
        HEAD " after=- sign=a:0",
        HEAD " after=- sign=a:01",
        HEAD " after=- sign=a:65",
        HEAD " after=- sign=a:+1",
        HEAD " after=- sign=a:1:1",
        HEAD " after=- sign=a:1,",
        HEAD " after=- sign=,a:1",
        HEAD " after=- sign=a:1,a:2",
        HEAD " after=- sign=a:64,b:1",
        HEAD " after=- sign=a:33,b:32",
        HEAD " after=- sign=a:18446744073709551615,b:2",
        HEAD " after=- sign=a/x:1",
        HEAD " after=- sign=A:1",
        /* parties */
        PLAIN " parties=",
        PLAIN " parties=0",
        PLAIN " parties=01",
        PLAIN " parties=64",
        PLAIN " parties=1,2",
        /* more than can sign one record */
        HEAD " after=- sign=a:64 parties=1",
        HEAD " after=- sign=a:1,b:1 parties=63",
        PLAIN " parties=1 by=r:64:a",
        PLAIN " parties=63 by=r:2:a",
        /* needs */
        PLAIN " needs=",
        PLAIN " needs=a,",
        PLAIN " needs=a,a",
        PLAIN " needs=a+b",
        PLAIN " needs=party",
        PLAIN " needs=refers referred=any:a/b",
        PLAIN " needs=a:b",
        /* among */
        PLAIN " among=",
        PLAIN " among=x",
        PLAIN " among=x:",
        PLAIN " among=:a",
        PLAIN " among=x:a+",
        PLAIN " among=x:a+a",
        PLAIN " among=x:a,x:b",
        PLAIN " among=x:a,",
        PLAIN " among=x:A",
        PLAIN " among=category:a",
        PLAIN " among=party:a",
        PLAIN " among=refers:a",
        PLAIN " among=document:a",
        PLAIN " among=data:a",
        /* by */
        PLAIN " by=",
        PLAIN " by=a",
        PLAIN " by=1:a",
        PLAIN " by=:1:a",
        PLAIN " by=R:1:a",
        PLAIN " by=r:s:1:a",
        PLAIN " by=r:0:a",
        PLAIN " by=r:65:a",
        PLAIN " by=r:1:",
        PLAIN " by=r:1:a,b",
        PLAIN " by=r:1:a+",
        PLAIN " by=r:1:+a",
        PLAIN " by=r:1:a+a",
        PLAIN " by=r:1:-",
        PLAIN " by=r:1:refers/a",
        PLAIN " by=r:1:refers/ referred=any:a/b",
        PLAIN " by=r:1:refers/refers/a referred=any:a/b",
        PLAIN " by=r:1:a+refers/b referred=any:a/b",
        /* not-by */
        PLAIN " not-by=",
        PLAIN " not-by=a,a",
        PLAIN " not-by=a+b,a+b",
        PLAIN " not-by=a,",
        PLAIN " not-by=1:a",
        PLAIN " not-by=a,refers/a",
        /* institution */
        PLAIN " institution=",
        PLAIN " institution=same",
        PLAIN " institution=Any",
        PLAIN " institution=any,other",
        /* referred */
        PLAIN " referred=",
        PLAIN " referred=any",
        PLAIN " referred=any:",
        PLAIN " referred=any:a",
        PLAIN " referred=any:a/",
        PLAIN " referred=any:/b",
        PLAIN " referred=any:a/b/c",
        PLAIN " referred=any:a/b+c",
        PLAIN " referred=a/b",
        PLAIN " referred=none:a/b",
        /* keeps */
        PLAIN " keeps=",
        PLAIN " keeps=a",
        PLAIN " keeps=a:",
        PLAIN " keeps=:a",
        PLAIN " keeps=refers:a",
        PLAIN " keeps=party:a",
        PLAIN " keeps=data:a,party:a",
        PLAIN " keeps=x:a,x:b",
        PLAIN " referred=any:a/b keeps=x:a,x:refers/a",
        PLAIN " keeps=x:a,",
        PLAIN " keeps=x:refers/a",
        /* term */
        PLAIN " term=",
        PLAIN " term=1",
        PLAIN " term=0:a",
        PLAIN " term=36501:a",
        PLAIN " term=01:a",
        PLAIN " term=1:",
        PLAIN " term=1:a,b",
        PLAIN " term=1:refers/a",
        PLAIN " referred=any:a/b term=1:refers/a",
        /* makes */
        PLAIN " makes=",
        PLAIN " makes=unchanged",
        PLAIN " makes=Void",
        PLAIN " makes=void,closed",
        /* no clauses */
        PLAIN " wants=a",
        PLAIN " after",
        PLAIN " =",
        PLAIN " # note",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (parses(refused[i])) {
            CU_FAIL("accepted");
            fprintf(stderr, "accepted: %s\n", refused[i]);
        }
    }
}

static void finding_names_the_rule_and_the_clause(void)
{
    struct ledger_rule rule;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_rule_parse(&rule, &verdict, ledger_span_of(PLAIN " term=0:a")));
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, HEAD));
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "'term="));
}

static void a_rule_has_at_most_4096_bytes(void)
{
    struct sample_text text;
    struct ledger_rule rule;
    sample_start(&text, PLAIN " needs=a");
    for (unsigned i = 0; text.buffer.size + 6 <= LEDGER_AUTHORITY_LINE_MAX; i++) {
        ledger_buffer_text(&text.buffer, ",b");
        ledger_buffer_decimal(&text.buffer, 1000 + i);
    }
    while (text.buffer.size < LEDGER_AUTHORITY_LINE_MAX) {
        ledger_buffer_text(&text.buffer, "0");
    }
    CU_ASSERT(parse(&rule, sample_span(&text)));
    ledger_buffer_text(&text.buffer, "0");
    CU_ASSERT_FALSE(parse(&rule, sample_span(&text)));
}

static void a_rule_says_what_it_follows_and_whether_it_opens(void)
{
    struct ledger_rule rule;
    CU_ASSERT_FATAL(parse(&rule, ledger_span_of(HEAD " after=-,ab,c sign=a:1")));
    CU_ASSERT(ledger_rule_opens(&rule));
    CU_ASSERT(ledger_rule_follows(&rule, ledger_span_of("ab")));
    CU_ASSERT(ledger_rule_follows(&rule, ledger_span_of("c")));
    CU_ASSERT_FALSE(ledger_rule_follows(&rule, ledger_span_of("a")));
    CU_ASSERT_FALSE(ledger_rule_follows(&rule, ledger_span_of("abc")));
    CU_ASSERT_FATAL(parse(&rule, ledger_span_of(HEAD " after=a sign=a:1 by=r:1:a+bc")));
    CU_ASSERT_FALSE(ledger_rule_opens(&rule));
    CU_ASSERT(ledger_steps_have(&rule.by, ledger_span_of("bc")));
    CU_ASSERT_FALSE(ledger_steps_have(&rule.by, ledger_span_of("b")));
    CU_ASSERT_FALSE(ledger_steps_have(&rule.by, ledger_span_of("a+bc")));
    CU_ASSERT_FALSE(ledger_steps_have(&rule.by, ledger_span_of("")));
}

static void standings_have_words(void)
{
    CU_ASSERT_STRING_EQUAL(ledger_standing_word(LEDGER_STANDING_AS_BEFORE), "unchanged");
    CU_ASSERT_STRING_EQUAL(ledger_standing_word(LEDGER_STANDING_PENDING), "pending");
    CU_ASSERT_STRING_EQUAL(ledger_standing_word(LEDGER_STANDING_EFFECTIVE), "effective");
    CU_ASSERT_STRING_EQUAL(ledger_standing_word(LEDGER_STANDING_CORRECTED), "corrected");
    CU_ASSERT_STRING_EQUAL(ledger_standing_word(LEDGER_STANDING_VOID), "void");
    CU_ASSERT_STRING_EQUAL(ledger_standing_word(LEDGER_STANDING_CLOSED), "closed");
}

void ledger_suite_rule(void)
{
    CU_pSuite suite = CU_add_suite("rule", NULL, NULL);
    CU_ADD_TEST(suite, every_clause_is_read);
    CU_ADD_TEST(suite, a_clause_that_is_absent_says_nothing);
    CU_ADD_TEST(suite, only_after_and_sign_must_be_there);
    CU_ADD_TEST(suite, clauses_twice_or_in_another_order_are_refused);
    CU_ADD_TEST(suite, values_at_their_limits_are_accepted);
    CU_ADD_TEST(suite, heads_of_another_form_are_refused);
    CU_ADD_TEST(suite, values_of_another_form_are_refused);
    CU_ADD_TEST(suite, finding_names_the_rule_and_the_clause);
    CU_ADD_TEST(suite, a_rule_has_at_most_4096_bytes);
    CU_ADD_TEST(suite, a_rule_says_what_it_follows_and_whether_it_opens);
    CU_ADD_TEST(suite, standings_have_words);
}
