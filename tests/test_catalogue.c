/*
 * The catalogue of rules in fixtures/catalogue, played: every service from opening to end, and, for
 * every clause of every rule, a record that must be refused, at admission and by whoever verifies a
 * ledger into which it was slipped.
 */
#include <stdio.h>

#include "tests/catalogue_cases.h"
#include "tests/catalogue_play.h"
#include "tests/suites.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define ENTRY_MAX 65535

static void found_ledger(struct catalogue_play *play)
{
    enum ledger_finding finding = catalogue_offer_note(play, catalogue_genesis(play->c));
    if (finding != LEDGER_NOT_CHECKED) {
        printf("\nthe genesis: %s: %s\n", ledger_finding_token(finding),
               play->c->s->verdict.detail);
    }
    CU_ASSERT_EQUAL_FATAL(finding, LEDGER_NOT_CHECKED);
}

/* --- the flows --- */

static void complain(const struct catalogue *c, struct ledger_span where, struct ledger_span what,
                     enum ledger_finding found)
{
    printf("\n%.*s / %.*s: %s: %s\n", LEDGER_SPAN_ARGS(where), LEDGER_SPAN_ARGS(what),
           ledger_finding_token(found), c->s->verdict.detail);
}

/* Plays a step, which must be admitted. */
static void play_step(struct catalogue_play *play, const struct catalogue_flow *flow,
                      const struct catalogue_draft *draft)
{
    play->c->s->now += (int64_t)draft->wait_days * DAY_MS;
    enum ledger_finding finding = catalogue_offer_note(play, catalogue_note(play->c, draft));
    if (finding != LEDGER_NOT_CHECKED) {
        complain(play->c, flow->name, draft->event, finding);
    }
    CU_ASSERT_EQUAL(finding, LEDGER_NOT_CHECKED);
}

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
        play_step(play, flow, draft);
        const struct ledger_step *step = ledger_state_step(play->state);
        standing = standing_after(step, standing);
        CU_ASSERT_EQUAL(step->late_ms, (int64_t)draft->late_days * DAY_MS);
        CU_ASSERT(draft->standing.size == 0 || ledger_span_is(draft->standing, standing));
    }
}

static void play_all(struct catalogue *c)
{
    struct catalogue_play *play = catalogue_play_new(c);
    found_ledger(play);
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

/* --- the cases --- */

/* Whether the detail begins with the rule and names the clause that the case is about: the second
 * word of its name. */
static bool names_the_clause(const struct catalogue_case *one, const char *detail)
{
    char head[200];
    char clause[80];
    struct ledger_span rest = one->name;
    struct ledger_span word;
    CU_ASSERT_FATAL(ledger_span_take_word(&rest, &word, NULL));
    CU_ASSERT_FATAL(ledger_span_take_word(&rest, &word, NULL) && word.size > 1);
    (void)snprintf(head, sizeof head, "rule %.*s ", LEDGER_SPAN_ARGS(one->kind));
    (void)snprintf(clause, sizeof clause, "%.*s", (int)word.size - 1, (const char *)word.data);
    const char *at = strstr(detail, clause);
    while (at != NULL && strchr("=:'", at[strlen(clause)]) == NULL) {
        at = strstr(at + 1, clause);
    }
    return at != NULL && strncmp(detail, head, strlen(head)) == 0;
}

/* Whether the verdict is what the case expects. */
static void judge(const struct catalogue *c, const struct catalogue_case *one,
                  enum ledger_finding found)
{
    bool right = ledger_span_is(one->finding, ledger_finding_token(found));
    if (right && found != LEDGER_PARTY_UNSIGNED && found != LEDGER_NO_RULE &&
        found != LEDGER_OTHER_KIND && found != LEDGER_WRONG_INSTITUTION) {
        right = names_the_clause(one, c->s->verdict.detail);
    }
    if (!right) {
        complain(c, one->kind, one->name, found);
    }
    CU_ASSERT(right);
}

static void refuse_all_here(struct catalogue_play *play, const struct catalogue_cases *cases,
                            const struct catalogue_flow *flow, struct ledger_span so_far)
{
    for (unsigned i = 0; i < cases->count; i++) {
        const struct catalogue_case *one = &cases->all[i];
        if (one->flow != flow || !ledger_span_equal(one->so_far, so_far)) {
            continue;
        }
        uint64_t size = ledger_state_size(play->state);
        enum ledger_finding found = catalogue_offer_note(play, catalogue_case_note(play->c, one));
        judge(play->c, one, found);
        CU_ASSERT_EQUAL(play->c->s->verdict.entry, size);
        CU_ASSERT_EQUAL_FATAL(ledger_state_size(play->state), size);
    }
}

static void what_a_clause_forbids_is_refused_at_admission(void)
{
    struct catalogue *c = catalogue_new();
    struct catalogue_cases *cases = catalogue_cases_new(c);
    struct catalogue_play *play = catalogue_play_new(c);
    found_ledger(play);
    for (unsigned i = 0; i < c->flow_count; i++) {
        const struct catalogue_flow *flow = &c->flows[i];
        refuse_all_here(play, cases, flow, ledger_span_of("-"));
        for (unsigned k = 0; k < flow->count; k++) {
            play_step(play, flow, &flow->steps[k]);
            if (catalogue_step(flow, flow->steps[k].event) == &flow->steps[k]) {
                refuse_all_here(play, cases, flow, flow->steps[k].event);
            }
        }
    }
    catalogue_play_free(&play);
    catalogue_free(&c);
}

/* --- slipped in --- */

/* Entries linked by hand, with no state that could refuse one. */
struct forged {
    struct catalogue *c;
    unsigned count;
    struct ledger_span entries[CATALOGUE_ENTRIES_MAX];
    struct ledger_hash previous;
    struct ledger_hash authority; /* after the genesis */
};

static void link_entry(struct forged *forged, struct ledger_span note)
{
    struct ledger_entry entry = {.index = forged->count,
                                 .time_ms = forged->c->s->now,
                                 .previous = forged->previous,
                                 .note = note};
    if (forged->count > 0) {
        entry.authority = forged->authority;
    }
    CU_ASSERT_FATAL(forged->count < CATALOGUE_ENTRIES_MAX);
    struct ledger_span bytes = samples_entry(forged->c->s, &entry);
    ledger_tree_leaf(forged->c->s->hasher, &forged->previous, bytes);
    forged->entries[forged->count++] = bytes;
}

/* The notes of all steps, signed once and used in many ledgers. */
struct signed_steps {
    struct ledger_span notes[CATALOGUE_FLOWS_MAX][CATALOGUE_STEPS_MAX];
};

static struct signed_steps *sign_steps(struct catalogue *c)
{
    struct signed_steps *all = samples_memory(c->s, sizeof *all);
    for (unsigned i = 0; i < c->flow_count; i++) {
        for (unsigned k = 0; k < c->flows[i].count; k++) {
            all->notes[i][k] = catalogue_note(c, &c->flows[i].steps[k]);
        }
    }
    return all;
}

static bool speaks_of(const struct catalogue_flow *flow, const struct catalogue_flow *other)
{
    for (unsigned i = 0; i < flow->count; i++) {
        for (unsigned k = 0; k < flow->steps[i].line_count; k++) {
            if (ledger_span_equal(flow->steps[i].lines[k].value, other->steps[0].matter)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the case, or its flow, is about the matter of `other` as well. */
static bool needs_flow(const struct catalogue_case *one, const struct catalogue_flow *other)
{
    return memmem(one->record.data, one->record.size, other->name.data, other->name.size) != NULL ||
           speaks_of(one->flow, other);
}

/* What comes before the case's record: whole flows that it needs, and its own so far. */
static void link_before(struct forged *forged, const struct signed_steps *notes,
                        const struct catalogue_case *one)
{
    const struct catalogue *c = forged->c;
    for (unsigned i = 0; i < c->flow_count; i++) {
        const struct catalogue_flow *flow = &c->flows[i];
        bool here = flow == one->flow;
        if (here ? ledger_span_is(one->so_far, "-") : !needs_flow(one, flow)) {
            continue;
        }
        for (unsigned k = 0; k < flow->count; k++) {
            link_entry(forged, notes->notes[i][k]);
            if (here && ledger_span_equal(flow->steps[k].event, one->so_far)) {
                break;
            }
        }
        if (here) {
            return;
        }
    }
}

/* A fresh state is offered the entries in their order, as an auditor does; it must stop at `at`. */
static enum ledger_finding verify(struct forged *forged, unsigned at)
{
    struct catalogue_play *play = catalogue_play_new(forged->c);
    enum ledger_finding found = LEDGER_NOT_CHECKED;
    unsigned i = 0;
    while (i < forged->count && found == LEDGER_NOT_CHECKED) {
        found = catalogue_offer(play, forged->entries[i++]);
    }
    CU_ASSERT_EQUAL(forged->c->s->verdict.entry, at);
    catalogue_play_free(&play);
    return found;
}

static void slip_in(struct catalogue *c, const struct signed_steps *notes,
                    const struct ledger_hash *authority, struct ledger_span genesis,
                    const struct catalogue_case *one)
{
    struct forged forged = {.c = c, .authority = *authority};
    ledger_hash_bytes(c->s->hasher, &forged.previous, (struct ledger_span){0});
    link_entry(&forged, genesis);
    link_before(&forged, notes, one);
    unsigned at = forged.count;
    link_entry(&forged, catalogue_case_note(c, one));
    link_entry(&forged, notes->notes[c->flow_count - 1][0]);
    judge(c, one, verify(&forged, at));
}

static void what_was_slipped_in_is_named_by_an_independent_pass(void)
{
    struct catalogue *c = catalogue_new();
    struct catalogue_cases *cases = catalogue_cases_new(c);
    struct signed_steps *notes = sign_steps(c);
    struct ledger_span genesis = catalogue_genesis(c);
    struct ledger_hash authority;
    struct catalogue_play *play = catalogue_play_new(c);
    CU_ASSERT_EQUAL_FATAL(catalogue_offer_note(play, genesis), LEDGER_NOT_CHECKED);
    ledger_authority_root(ledger_state_authority(play->state), c->s->hasher, &authority);
    catalogue_play_free(&play);
    for (unsigned i = 0; i < cases->count; i++) {
        slip_in(c, notes, &authority, genesis, &cases->all[i]);
    }
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
    CU_ADD_TEST(suite, what_a_clause_forbids_is_refused_at_admission);
    CU_ADD_TEST(suite, what_was_slipped_in_is_named_by_an_independent_pass);
}
