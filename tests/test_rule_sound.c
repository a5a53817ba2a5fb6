#include "ledger/law/rule_sound.h"

#include <time.h>

#include "tests/authority_samples.h"
#include "tests/suites.h"

/* A deed is applied for, drafted, then issued or refused; a correction is of a deed. */
#define APPLY "rule deed apply after=- sign=notary:1 makes=pending"
#define DRAFT "rule deed draft after=apply,draft sign=notary:1"
#define ISSUE "rule deed issue after=draft sign=notary:2 makes=effective"

#define ISSUE_OR_REFUSAL_ENDS "rule deed end after=issue,refuse sign=notary:1 by=notary:1:zest"

static struct authority_fixture fixture_with_rules(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record what = {.sets = {"rules required", APPLY, DRAFT, ISSUE}};
    authority_accepts(&f, &what);
    return f;
}

/* Setting `wrong` is refused, saying `words`; setting `right` passes. */
static void expect(const char *wrong, const char *words, const char *right)
{
    struct authority_fixture f = fixture_with_rules();
    authority_refuses_saying(&f, words, &(struct sample_record){.sets = {wrong}});
    authority_accepts(&f, &(struct sample_record){.sets = {right}});
    authority_fixture_free(&f);
}

static void there_are_rules_only_where_they_are_required(void)
{
    struct authority_fixture f = authority_fixture_new();
    authority_refuses_saying(&f, "rule deed apply: ", &(struct sample_record){.sets = {APPLY}});
    struct sample_record both = {.sets = {APPLY, "rules required"}};
    authority_accepts(&f, &both);
    authority_refuses_saying(&f, "'rules required'", &(struct sample_record){.unsets = {"rules"}});
    struct sample_record all = {.unsets = {"rules", "rule deed apply"}};
    authority_accepts(&f, &all);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES);
    authority_fixture_free(&f);
}

static void rules_may_be_required_before_there_are_any(void)
{
    struct authority_fixture f = authority_fixture_new();
    authority_accepts(&f, &(struct sample_record){.sets = {"rules required"}});
    authority_accepts(&f, &(struct sample_record){.sets = {APPLY}});
    authority_accepts(&f, &(struct sample_record){.unsets = {"rule deed apply"}});
    authority_accepts(&f, &(struct sample_record){.unsets = {"rules"}});
    authority_fixture_free(&f);
}

static void a_rule_asks_only_for_roles_that_an_institution_hands_out(void)
{
    expect("rule deed issue after=draft sign=notary:1,arbiter:1",
           "rule deed issue: sign=arbiter:1: no institution",
           "rule deed issue after=draft sign=notary:1,lawyer:1");
    /* The names of roles that begin alike are different roles. */
    expect("rule deed issue after=draft sign=notar:1", "sign=notar:1",
           "rule deed issue after=draft sign=notary:1");
    expect("rule deed issue after=draft sign=notary-x:1", "sign=notary-x:1",
           "rule deed issue after=draft sign=mediator:1");
}

static void the_role_of_by_must_be_had_too(void)
{
    expect("rule deed issue after=draft sign=notary:1 by=arbiter:1:draft",
           "rule deed issue: by=arbiter:1: no institution",
           "rule deed issue after=draft sign=notary:1 by=notary:1:draft");
}

static void the_first_rule_that_is_not_sound_is_told(void)
{
    struct authority_fixture f = fixture_with_rules();
    authority_refuses_saying(
        &f, "rule deed a: sign=arbiter:1",
        &(struct sample_record){.sets = {"rule deed a after=draft sign=arbiter:1",
                                         "rule deed b after=draft sign=judge:1"}});
    authority_refuses_saying(
        &f, "rule deed b: sign=judge:1",
        &(struct sample_record){.sets = {"rule deed a after=draft sign=notary:1",
                                         "rule deed b after=draft sign=judge:1"}});
    authority_fixture_free(&f);
}

static void the_institution_may_come_with_the_rule(void)
{
    struct authority_fixture f = fixture_with_rules();
    struct sample_record what = {.sets = {"rule award issue after=- sign=arbiter:3",
                                          "institution new.example clerk,arbiter/loan 仲裁"}};
    authority_accepts(&f, &what);
    /* What a change leaves as it is, it does not judge: the institution may go. */
    authority_accepts(&f, &(struct sample_record){.unsets = {"institution new.example"}});
    authority_refuses_saying(
        &f, "sign=arbiter:2",
        &(struct sample_record){.sets = {"rule award issue after=- sign=arbiter:2"}});
    authority_fixture_free(&f);
}

static void whose_signers_must_sign_are_not_excluded(void)
{
    expect("rule deed issue after=draft sign=notary:2 by=notary:1:draft not-by=apply,draft",
           "by and not-by both name 'draft'",
           "rule deed issue after=draft sign=notary:2 by=notary:1:draft not-by=apply");
    expect("rule deed issue after=draft sign=notary:2 by=notary:1:apply+draft not-by=draft",
           "by and not-by both name 'draft'",
           "rule deed issue after=draft sign=notary:2 by=notary:1:apply not-by=draft");
    expect(
        "rule deed redo after=- sign=notary:1 by=notary:1:refers/issue not-by=refers/draft+issue "
        "referred=same:deed/issue",
        "'refers/issue'",
        "rule deed redo after=- sign=notary:1 by=notary:1:refers/issue not-by=refers/draft "
        "referred=same:deed/issue");
}

static void the_same_event_of_another_matter_is_another_step(void)
{
    struct authority_fixture f = fixture_with_rules();
    authority_accepts(&f, &(struct sample_record){
                              .sets = {"rule deed redo after=apply sign=notary:1 by=notary:1:apply "
                                       "not-by=refers/apply referred=same:deed/issue"}});
    authority_fixture_free(&f);
}

static void events_named_in_a_clause_have_a_rule(void)
{
    static const char *const clauses[][2] = {{"by=notary:1:%s", "by: event 'nothing'"},
                                             {"by=notary:1:apply+%s", "by: event 'nothing'"},
                                             {"not-by=%s", "not-by: event 'nothing'"},
                                             {"not-by=apply,draft+%s", "not-by: event 'nothing'"},
                                             {"keeps=data:%s", "keeps: event 'nothing'"},
                                             {"keeps=data:apply,document:%s", "keeps: event"},
                                             {"term=1:%s", "term: event 'nothing'"},
                                             {"term=5:draft+%s", "term: event 'nothing'"}};
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        struct authority_fixture f = fixture_with_rules();
        const char *start = samples_text(f.s, "rule deed close after=issue sign=notary:1 %.*s",
                                         (int)strlen(clauses[i][0]) - 2, clauses[i][0]);
        const char *wrong = samples_text(f.s, "%snothing", start);
        authority_refuses_saying(&f, clauses[i][1], &(struct sample_record){.sets = {wrong}});
        authority_refuses_saying(&f, "set 'rule deed nothing ...'",
                                 &(struct sample_record){.sets = {wrong}});
        authority_accepts(&f,
                          &(struct sample_record){.sets = {samples_text(f.s, "%sissue", start)}});
        struct sample_record with_it = {
            .sets = {wrong, "rule deed nothing after=apply sign=notary:1"}};
        authority_accepts(&f, &with_it);
        authority_fixture_free(&f);
    }
}

static void a_rule_of_another_kind_is_not_a_rule_of_the_event(void)
{
    struct authority_fixture f = fixture_with_rules();
    authority_accepts(
        &f, &(struct sample_record){.sets = {"rule will register after=- sign=notary:1"}});
    authority_refuses_saying(
        &f, "by: event 'register' has no rule: set 'rule deed register ...'",
        &(struct sample_record){
            .sets = {"rule deed close after=issue sign=notary:1 by=notary:1:register"}});
    authority_refuses_saying(
        &f, "after: event 'register'",
        &(struct sample_record){.sets = {"rule deed close after=register sign=notary:1"}});
    authority_fixture_free(&f);
}

static void what_is_referred_to_has_rules_in_its_kind(void)
{
    expect("rule appeal file after=- sign=lawyer:1 referred=any:deed/refuse",
           "referred: event 'refuse' has no rule: set 'rule deed refuse ...'",
           "rule appeal file after=- sign=lawyer:1 referred=any:deed/issue");
    expect("rule appeal file after=- sign=lawyer:1 referred=any:will/issue",
           "'rule will issue ...'",
           "rule appeal file after=- sign=lawyer:1 referred=any:deed/draft");
    expect(
        "rule appeal file after=- sign=lawyer:1 not-by=refers/draft+hear referred=any:deed/issue",
        "not-by: event 'hear' has no rule: set 'rule deed hear ...'",
        "rule appeal file after=- sign=lawyer:1 not-by=refers/draft+issue "
        "referred=any:deed/issue");
    /* An event of the own kind will not do for the kind referred to. */
    expect(
        "rule appeal file after=- sign=lawyer:1 referred=any:deed/issue keeps=data:refers/file",
        "keeps: event 'file' has no rule: set 'rule deed file ...'",
        "rule appeal file after=- sign=lawyer:1 referred=any:deed/issue keeps=data:refers/apply");
}

static void kinds_may_refer_to_each_other(void)
{
    struct authority_fixture f = fixture_with_rules();
    struct sample_record both = {
        .sets = {"rule one file after=- sign=lawyer:1 referred=any:two/file",
                 "rule two file after=- sign=lawyer:1 referred=any:one/file"}};
    authority_refuses(&f, LEDGER_BAD_CHANGE, &(struct sample_record){.sets = {both.sets[0]}});
    authority_accepts(&f, &both);
    authority_fixture_free(&f);
}

static void a_rule_that_only_opens_asks_for_no_history_of_its_own(void)
{
    static const char *const clauses[][2] = {{"by=notary:1:draft", "by: a rule that only opens"},
                                             {"not-by=draft", "not-by: a rule that only opens"},
                                             {"institution=other", "institution: a rule that"},
                                             {"institution=any", "institution: a rule that"},
                                             {"keeps=document:draft", "keeps: a rule that only"},
                                             {"term=1:apply", "term: a rule that only opens"}};
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        struct authority_fixture f = fixture_with_rules();
        const char *only =
            samples_text(f.s, "rule deed close after=- sign=notary:1 %s", clauses[i][0]);
        const char *also =
            samples_text(f.s, "rule deed close after=-,issue sign=notary:1 %s", clauses[i][0]);
        authority_refuses_saying(&f, clauses[i][1], &(struct sample_record){.sets = {only}});
        authority_accepts(&f, &(struct sample_record){.sets = {also}});
        authority_fixture_free(&f);
    }
}

static void a_rule_that_only_opens_may_ask_for_history_referred_to(void)
{
    expect("rule deed redo after=- sign=notary:1 referred=same:deed/issue "
           "keeps=data:refers/issue,document:issue",
           "keeps: a rule that only opens",
           "rule deed redo after=- sign=notary:1 by=notary:1:refers/draft referred=same:deed/issue "
           "keeps=data:refers/issue,document:refers/issue");
}

static void a_rule_follows_only_events_that_have_a_rule(void)
{
    expect("rule deed close after=issue,withdraw sign=notary:1",
           "rule deed close: after: event 'withdraw' has no rule: set 'rule deed withdraw ...'",
           "rule deed close after=issue sign=notary:1");
    expect("rule deed close after=-,withdraw sign=notary:1", "after: event 'withdraw'",
           "rule deed close after=- sign=notary:1");
}

static void every_rule_is_reached_from_one_that_opens(void)
{
    expect("rule deed close after=close sign=notary:1",
           "rule deed close: after: no way leads here from a rule that opens (after=-): nothing of "
           "'close'",
           "rule deed close after=close,draft sign=notary:1");
    struct authority_fixture f = fixture_with_rules();
    struct sample_record ring = {.sets = {"rule deed one after=three sign=notary:1",
                                          "rule deed two after=one sign=notary:1",
                                          "rule deed three after=two sign=notary:1"}};
    authority_refuses_saying(&f, "rule deed one: after: no way", &ring);
    ring.sets[1] = "rule deed two after=one,issue sign=notary:1";
    authority_accepts(&f, &ring);
    authority_fixture_free(&f);
}

/* Two ways lead to what 'after' waits for, and 'by' waits for a third: none counts for another. */
static void each_clause_waits_for_its_own_events(void)
{
    struct authority_fixture f = fixture_with_rules();
    struct sample_record what = {.sets = {"rule deed refuse after=draft sign=notary:1",
                                          ISSUE_OR_REFUSAL_ENDS,
                                          "rule deed reopen after=end sign=notary:1",
                                          "rule deed zeal after=reopen sign=notary:1"}};
    authority_refuses_saying(&f, "by: event 'zest'", &what);
    what.sets[4] = "rule deed zest after=zest sign=notary:1";
    authority_refuses_saying(&f, "no way leads here", &what);
    what.sets[4] = "rule deed zest after=issue sign=notary:1";
    authority_accepts(&f, &what);
    /* Whichever of the two ways is gone first. */
    authority_accepts(
        &f, &(struct sample_record){.sets = {"rule deed zest after=refuse sign=notary:1"}});
    authority_fixture_free(&f);
}

/* What by and keeps look back to must have been possible before, too. */
static void what_a_clause_looks_back_to_is_reached_before(void)
{
    static const char *const clauses[][2] = {
        {"by=notary:1:%s", "rule deed close: by: no way"},
        {"keeps=data:%s", "rule deed close: keeps: no way"},
        {"keeps=data:draft,document:%s", "rule deed close: keeps: no way"}};
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        struct authority_fixture f = fixture_with_rules();
        const char *start = samples_text(f.s, "rule deed close after=issue sign=notary:1 %.*s",
                                         (int)strlen(clauses[i][0]) - 2, clauses[i][0]);
        /* Not by itself, and not by what comes after it only. */
        authority_refuses_saying(
            &f, clauses[i][1],
            &(struct sample_record){.sets = {samples_text(f.s, "%sclose", start)}});
        struct sample_record ring = {.sets = {samples_text(f.s, "%sreopen+close", start),
                                              "rule deed reopen after=close sign=notary:1"}};
        authority_refuses_saying(&f, clauses[i][1], &ring);
        ring.sets[1] = "rule deed reopen after=close,draft sign=notary:1";
        authority_accepts(&f, &ring);
        authority_accepts(
            &f, &(struct sample_record){.sets = {samples_text(f.s, "%sclose+apply", start)}});
        authority_fixture_free(&f);
    }
}

static void what_looks_back_at_what_is_not_reached_is_not_reached(void)
{
    struct authority_fixture f = fixture_with_rules();
    struct sample_record what = {.sets = {"rule deed a after=issue sign=notary:1 keeps=data:c",
                                          "rule deed b after=a sign=notary:1",
                                          "rule deed c after=issue sign=notary:1 by=notary:1:b"}};
    authority_refuses_saying(&f, "rule deed a: keeps: no way leads here", &what);
    what.sets[2] = "rule deed c after=issue sign=notary:1 by=notary:1:b+draft";
    authority_accepts(&f, &what);
    authority_fixture_free(&f);
}

/* What not-by and term look back to may be missing, and so may steps of the matter referred to. */
static void what_need_not_have_been_need_not_be_reached(void)
{
    static const char referring[] = "by=notary:1:refers/close referred=any:deed/close "
                                    "keeps=data:refers/close";
    static const char *const clauses[] = {"not-by=close", "term=5:close", referring};
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        struct authority_fixture f = fixture_with_rules();
        authority_accepts(
            &f, &(struct sample_record){
                    .sets = {samples_text(f.s, "rule deed close after=issue sign=notary:1 %s",
                                          clauses[i])}});
        authority_fixture_free(&f);
    }
}

static void a_rule_that_opens_must_be_able_to_look_back_too(void)
{
    expect("rule deed close after=-,close sign=notary:1 keeps=data:close",
           "rule deed close: keeps: no way leads here",
           "rule deed close after=-,close sign=notary:1 keeps=data:close+issue");
}

static void a_kind_has_a_rule_that_opens(void)
{
    struct authority_fixture f = fixture_with_rules();
    /* The rules of another kind, although they open, lead nowhere in this one. */
    struct sample_record other = {.sets = {"rule will draft after=draft sign=notary:1",
                                           "rule will issue after=draft sign=notary:1"}};
    authority_refuses_saying(&f, "rule will draft: ", &other);
    other.sets[0] = "rule will draft after=-,draft sign=notary:1";
    authority_accepts(&f, &other);
    authority_fixture_free(&f);
}

static void a_rule_that_goes_leaves_none_unreachable(void)
{
    struct authority_fixture f = fixture_with_rules();
    authority_refuses_saying(&f, "rule deed issue: after: event 'draft'",
                             &(struct sample_record){.unsets = {"rule deed draft"}});
    authority_refuses_saying(&f, "rule deed draft: after: event 'apply'",
                             &(struct sample_record){.unsets = {"rule deed apply"}});
    authority_refuses_saying(
        &f, "rule deed apply: ",
        &(struct sample_record){.sets = {"rule deed apply after=issue sign=notary:1"}});
    authority_accepts(&f, &(struct sample_record){.unsets = {"rule deed issue"}});
    struct sample_record rest = {.unsets = {"rule deed draft", "rule deed apply"}};
    authority_accepts(&f, &rest);
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES + 1);
    authority_fixture_free(&f);
}

static void a_rule_that_goes_is_named_by_no_other(void)
{
    struct authority_fixture f = fixture_with_rules();
    struct sample_record others = {.sets = {"rule deed close after=issue sign=notary:1",
                                            "rule deed undo after=issue "
                                            "sign=notary:1 by=notary:1:close",
                                            "rule appeal file after=- sign=lawyer:1 "
                                            "referred=any:deed/undo"}};
    authority_accepts(&f, &others);
    authority_refuses_saying(&f, "rule deed undo: by: event 'close' has no rule",
                             &(struct sample_record){.unsets = {"rule deed close"}});
    authority_refuses_saying(&f, "rule appeal file: referred: event 'undo' has no rule",
                             &(struct sample_record){.unsets = {"rule deed undo"}});
    authority_accepts(&f, &(struct sample_record){.unsets = {"rule appeal file"}});
    authority_accepts(&f, &(struct sample_record){.unsets = {"rule deed undo"}});
    authority_accepts(&f, &(struct sample_record){.unsets = {"rule deed close"}});
    authority_fixture_free(&f);
}

static void a_change_that_is_not_sound_leaves_no_rule(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct sample_record what = {.unsets = {samples_line(f.s, "key ", SAMPLE_ZHOU, "")},
                                 .sets = {"rules required", APPLY, DRAFT, ISSUE,
                                          "rule deed close after=close sign=notary:1",
                                          "institution new.example arbiter x"}};
    authority_refuses(&f, LEDGER_BAD_CHANGE, &what);
    CU_ASSERT_PTR_NULL(ledger_authority_find(f.authority, f.s->hasher, ledger_span_of("rules")));
    what.sets[4] = "rule deed close after=issue sign=arbiter:1";
    authority_accepts(&f, &what);
    authority_fixture_free(&f);
}

/* A chain of 1,500 rules, set from its end: each is named before it has a rule itself. */
static void long_chains_of_rules_are_no_burden(void)
{
    struct authority_fixture f = fixture_with_rules();
    clock_t start = clock();
    for (unsigned from = 0; from < 1500; from += 75) {
        struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY};
        for (unsigned i = 0; i < 75; i++) {
            unsigned n = from + 74 - i;
            what.sets[i] = n == 0 ? "rule chain e0 after=- sign=notary:1"
                                  : samples_text(f.s,
                                                 "rule chain e%u after=e%u,e%u sign=notary:1 "
                                                 "keeps=data:e%u,document:e0+e%u",
                                                 n, n - 1, n, n - 1, n);
        }
        authority_accepts(&f, &what);
    }
    authority_refuses_saying(
        &f, "rule chain e1: ",
        &(struct sample_record){.sets = {"rule chain e1 after=e1499 sign=notary:1"}});
    CU_ASSERT(clock() - start < 5 * CLOCKS_PER_SEC);
    authority_fixture_free(&f);
}

void ledger_suite_rule_sound(void)
{
    CU_pSuite suite = CU_add_suite("rule_sound", NULL, NULL);
    CU_ADD_TEST(suite, there_are_rules_only_where_they_are_required);
    CU_ADD_TEST(suite, rules_may_be_required_before_there_are_any);
    CU_ADD_TEST(suite, a_rule_asks_only_for_roles_that_an_institution_hands_out);
    CU_ADD_TEST(suite, the_role_of_by_must_be_had_too);
    CU_ADD_TEST(suite, the_first_rule_that_is_not_sound_is_told);
    CU_ADD_TEST(suite, the_institution_may_come_with_the_rule);
    CU_ADD_TEST(suite, whose_signers_must_sign_are_not_excluded);
    CU_ADD_TEST(suite, the_same_event_of_another_matter_is_another_step);
    CU_ADD_TEST(suite, events_named_in_a_clause_have_a_rule);
    CU_ADD_TEST(suite, a_rule_of_another_kind_is_not_a_rule_of_the_event);
    CU_ADD_TEST(suite, what_is_referred_to_has_rules_in_its_kind);
    CU_ADD_TEST(suite, kinds_may_refer_to_each_other);
    CU_ADD_TEST(suite, a_rule_that_only_opens_asks_for_no_history_of_its_own);
    CU_ADD_TEST(suite, a_rule_that_only_opens_may_ask_for_history_referred_to);
    CU_ADD_TEST(suite, a_rule_follows_only_events_that_have_a_rule);
    CU_ADD_TEST(suite, every_rule_is_reached_from_one_that_opens);
    CU_ADD_TEST(suite, each_clause_waits_for_its_own_events);
    CU_ADD_TEST(suite, what_a_clause_looks_back_to_is_reached_before);
    CU_ADD_TEST(suite, what_looks_back_at_what_is_not_reached_is_not_reached);
    CU_ADD_TEST(suite, what_need_not_have_been_need_not_be_reached);
    CU_ADD_TEST(suite, a_rule_that_opens_must_be_able_to_look_back_too);
    CU_ADD_TEST(suite, a_kind_has_a_rule_that_opens);
    CU_ADD_TEST(suite, a_rule_that_goes_leaves_none_unreachable);
    CU_ADD_TEST(suite, a_rule_that_goes_is_named_by_no_other);
    CU_ADD_TEST(suite, a_change_that_is_not_sound_leaves_no_rule);
    CU_ADD_TEST(suite, long_chains_of_rules_are_no_burden);
}
