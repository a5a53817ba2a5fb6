/*
 * The catalogue of rules in fixtures/catalogue: every service is played from opening to end, and
 * nothing is left out, neither a rule by the flows nor a clause by the cases.
 */
#include <stdio.h>

#include "tests/catalogue_cases.h"
#include "tests/catalogue_play.h"
#include "tests/suites.h"

#define ENTRY_MAX 65535

/* --- the flows --- */

static const char *standing_after(const struct ledger_step *step, const char *before)
{
    CU_ASSERT(step->ruled);
    return step->makes == LEDGER_STANDING_AS_BEFORE ? before : ledger_standing_word(step->makes);
}

static void play_flow(struct catalogue_play *play, const struct catalogue_flow *flow)
{
    const char *standing = "";
    for (unsigned k = 0; k < flow->count; k++) {
        const struct catalogue_draft *draft = &flow->steps[k];
        catalogue_play_step(play, flow, draft);
        const struct ledger_step *step = ledger_state_step(play->state);
        standing = standing_after(step, standing);
        CU_ASSERT_EQUAL(step->late_ms, (int64_t)draft->late_days * CATALOGUE_DAY_MS);
        CU_ASSERT(draft->standing.size == 0 || ledger_span_is(draft->standing, standing));
    }
}

static void play_all(struct catalogue *c)
{
    struct catalogue_play *play = catalogue_play_new(c);
    catalogue_found(play);
    for (unsigned i = 0; i < c->flow_count; i++) {
        play_flow(play, &c->flows[i]);
    }
    catalogue_play_free(&play);
}

static void every_service_goes_from_its_opening_to_its_end(void)
{
    struct catalogue *c = catalogue_new();
    CU_ASSERT(c->flow_count > 0);
    play_all(c);
    catalogue_free(&c);
}

/* So that what README.md says of the limits stays true. */
static void what_the_clauses_cannot_say_is_admitted(void)
{
    struct catalogue *c = catalogue_new();
    unsigned flows = c->flow_count;
    catalogue_read_flows(c, "limits.txt");
    CU_ASSERT(c->flow_count > flows);
    play_all(c);
    catalogue_free(&c);
}

static bool is_played(const struct catalogue *c, const struct ledger_rule *rule)
{
    for (unsigned i = 0; i < c->flow_count; i++) {
        if (ledger_span_equal(c->flows[i].steps[0].kind, rule->kind) &&
            catalogue_step(&c->flows[i], rule->event) != NULL) {
            return true;
        }
    }
    return false;
}

/* Takes the next rule of the catalogue; `*next` starts as 0. */
static bool next_rule(struct catalogue *c, struct ledger_rule *rule, unsigned *next)
{
    while (*next < c->line_count) {
        struct ledger_span line = c->lines[(*next)++];
        if (ledger_span_starts(line, "rule ")) {
            CU_ASSERT_FATAL(ledger_rule_parse(rule, &c->s->verdict, line));
            return true;
        }
    }
    return false;
}

static void every_rule_is_played(void)
{
    struct catalogue *c = catalogue_new();
    struct ledger_rule rule;
    unsigned next = 0;
    unsigned rules = 0;
    for (; next_rule(c, &rule, &next); rules++) {
        bool played = is_played(c, &rule);
        if (!played) {
            printf("\nin no flow: %.*s %.*s\n", LEDGER_SPAN_ARGS(rule.kind),
                   LEDGER_SPAN_ARGS(rule.event));
        }
        CU_ASSERT(played);
    }
    CU_ASSERT(rules > 100);
    catalogue_free(&c);
}

/* --- nothing left out --- */

/* Whether a case "<event> <clause>: ..." of this kind has `what` in what it says. */
static bool has_case(const struct catalogue_cases *cases, const struct ledger_rule *rule,
                     const char *clause, struct ledger_span what)
{
    char head[200];
    (void)snprintf(head, sizeof head, "%.*s %s: ", LEDGER_SPAN_ARGS(rule->event), clause);
    for (unsigned i = 0; i < cases->count; i++) {
        const struct catalogue_case *one = &cases->all[i];
        if (ledger_span_equal(one->kind, rule->kind) && ledger_span_starts(one->name, head) &&
            (what.size == 0 ||
             memmem(one->name.data, one->name.size, what.data, what.size) != NULL)) {
            return true;
        }
    }
    return false;
}

static void must_have(const struct catalogue_cases *cases, const struct ledger_rule *rule,
                      const char *clause, struct ledger_span what)
{
    bool has = has_case(cases, rule, clause, what);
    if (!has) {
        printf("\nno case: %.*s %.*s %s %.*s\n", LEDGER_SPAN_ARGS(rule->kind),
               LEDGER_SPAN_ARGS(rule->event), clause, LEDGER_SPAN_ARGS(what));
    }
    CU_ASSERT(has);
}

static void lists_have_cases(const struct catalogue_cases *cases, const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->sign;
    struct ledger_span word;
    struct ledger_span tokens;
    struct ledger_steps steps;
    uint64_t count;
    while (ledger_rule_next_role(&rest, &word, &count)) {
        must_have(cases, rule, "sign", word);
    }
    rest = rule->needs;
    while (ledger_rule_next_need(&rest, &word)) {
        must_have(cases, rule, "needs", word);
    }
    rest = rule->among;
    while (ledger_rule_next_among(&rest, &word, &tokens)) {
        must_have(cases, rule, "among", word);
    }
    rest = rule->keeps;
    while (ledger_rule_next_kept(&rest, &word, &steps)) {
        must_have(cases, rule, "keeps", word);
    }
}

static void every_clause_of_every_rule_has_a_case(void)
{
    static const struct ledger_span anything = {0};
    struct catalogue *c = catalogue_new();
    struct catalogue_cases *cases = catalogue_cases_new(c);
    struct ledger_rule rule;
    unsigned next = 0;
    while (next_rule(c, &rule, &next)) {
        must_have(cases, &rule, "after", anything);
        lists_have_cases(cases, &rule);
        if (rule.parties > 0) {
            must_have(cases, &rule, "parties", anything);
        }
        if (rule.by_count > 0) {
            must_have(cases, &rule, "by", anything);
        }
        if (rule.not_by.size > 0) {
            must_have(cases, &rule, "not-by", anything);
        }
        if (rule.institution != LEDGER_WHOSE_ANY && !ledger_span_is(rule.after, "-")) {
            must_have(cases, &rule, "institution", anything);
        }
        if (rule.referred != 0) {
            must_have(cases, &rule, "referred", anything);
        }
    }
    catalogue_free(&c);
}

/* --- the files --- */

static void the_whole_catalogue_fits_into_a_genesis_with_room_to_spare(void)
{
    struct catalogue *c = catalogue_new();
    size_t lines = 0;
    for (unsigned i = 0; i < c->line_count; i++) {
        lines += strlen("set \n") + c->lines[i].size;
    }
    struct ledger_span genesis = catalogue_genesis(c);
    printf("\n    the catalogue and its institutions: %zu bytes; with %u people: %zu ", lines,
           c->person_count, genesis.size);
    CU_ASSERT(lines < ENTRY_MAX / 2);
    CU_ASSERT(genesis.size < ENTRY_MAX);
    catalogue_free(&c);
}

/* A rule stands behind a comment, or behind another rule that the same comment is about. */
static void check_comments(struct ledger_span file)
{
    struct ledger_span line;
    bool explained = false;
    bool sourced = false;
    while (ledger_span_take_line(&file, &line)) {
        if (line.size == 0) {
            explained = sourced = false;
        } else if (line.data[0] == '#') {
            explained = true;
            sourced = sourced || memmem(line.data, line.size, "practice", 8) != NULL ||
                      memmem(line.data, line.size, "art", 3) != NULL ||
                      memmem(line.data, line.size, "法发", strlen("法发")) != NULL;
        } else {
            CU_ASSERT(explained && sourced);
        }
    }
    CU_ASSERT_EQUAL(file.size, 0);
}

static void every_rule_says_which_provision_it_follows(void)
{
    struct catalogue *c = catalogue_new();
    for (size_t i = 0; i < CATALOGUE_SERVICES; i++) {
        check_comments(catalogue_file(c, catalogue_services[i]));
    }
    catalogue_free(&c);
}

void ledger_suite_catalogue(void)
{
    CU_pSuite suite = CU_add_suite("catalogue", NULL, NULL);
    CU_ADD_TEST(suite, the_whole_catalogue_fits_into_a_genesis_with_room_to_spare);
    CU_ADD_TEST(suite, every_rule_says_which_provision_it_follows);
    CU_ADD_TEST(suite, every_service_goes_from_its_opening_to_its_end);
    CU_ADD_TEST(suite, what_the_clauses_cannot_say_is_admitted);
    CU_ADD_TEST(suite, every_rule_is_played);
    CU_ADD_TEST(suite, every_clause_of_every_rule_has_a_case);
}
