/*
 * The cases of fixtures/catalogue: for every clause of every rule a record that must be refused, at
 * admission and by whoever verifies a ledger into which it was slipped.
 */
#include <stdio.h>

#include "tests/catalogue_cases.h"
#include "tests/catalogue_play.h"
#include "tests/suites.h"

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
        catalogue_complain(c, one->kind, one->name, found);
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
    catalogue_found(play);
    for (unsigned i = 0; i < c->flow_count; i++) {
        const struct catalogue_flow *flow = &c->flows[i];
        refuse_all_here(play, cases, flow, ledger_span_of("-"));
        for (unsigned k = 0; k < flow->count; k++) {
            catalogue_play_step(play, flow, &flow->steps[k]);
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

void ledger_suite_catalogue_cases(void)
{
    CU_pSuite suite = CU_add_suite("catalogue_cases", NULL, NULL);
    CU_ADD_TEST(suite, what_a_clause_forbids_is_refused_at_admission);
    CU_ADD_TEST(suite, what_was_slipped_in_is_named_by_an_independent_pass);
}
