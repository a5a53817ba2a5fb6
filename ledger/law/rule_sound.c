#include "ledger/law/rule_sound.h"

#include "ledger/law/rule_graph.h"

/* What is wrong with one rule: "rule <kind> <event>: <clause>...". */
struct judgement {
    const struct ledger_rule_graph *graph;
    const struct ledger_rule *rule;
    struct ledger_verdict *verdict;
};

#define SET(judgement, format, ...)                                                                \
    ledger_verdict_set((judgement)->verdict, LEDGER_BAD_CHANGE, "rule %.*s %.*s: " format,         \
                       LEDGER_SPAN_ARGS((judgement)->rule->kind),                                  \
                       LEDGER_SPAN_ARGS((judgement)->rule->event), __VA_ARGS__)

static bool role_can_be_had(const struct judgement *j, const char *clause, struct ledger_span role,
                            uint64_t count)
{
    return ledger_rule_graph_has_role(j->graph, role) ||
           SET(j,
               "%s=%.*s:%llu: no institution in force may hand out this role: name it in an "
               "institution line, or ask for another",
               clause, LEDGER_SPAN_ARGS(role), (unsigned long long)count);
}

static bool roles_can_be_had(const struct judgement *j)
{
    struct ledger_span rest = j->rule->sign;
    struct ledger_span role;
    uint64_t count;
    while (ledger_rule_next_role(&rest, &role, &count)) {
        if (!role_can_be_had(j, "sign", role, count)) {
            return false;
        }
    }
    return j->rule->by_count == 0 || role_can_be_had(j, "by", j->rule->by_role, j->rule->by_count);
}

static bool event_has_rule(const struct judgement *j, const char *clause, struct ledger_span kind,
                           struct ledger_span event)
{
    return ledger_rule_graph_find(j->graph, kind, event) != NULL ||
           SET(j, "%s: event '%.*s' has no rule: set 'rule %.*s %.*s ...', or name another event",
               clause, LEDGER_SPAN_ARGS(event), LEDGER_SPAN_ARGS(kind), LEDGER_SPAN_ARGS(event));
}

static bool steps_have_rules(const struct judgement *j, const char *clause,
                             const struct ledger_steps *steps)
{
    struct ledger_span kind = steps->referred ? j->rule->referred_kind : j->rule->kind;
    struct ledger_span rest = steps->events;
    struct ledger_span event;
    while (ledger_rule_next_event(&rest, &event)) {
        if (!event_has_rule(j, clause, kind, event)) {
            return false;
        }
    }
    return true;
}

static bool excluded_have_rules(const struct judgement *j)
{
    struct ledger_span rest = j->rule->not_by;
    struct ledger_steps steps;
    while (ledger_rule_next_steps(&rest, &steps)) {
        if (!steps_have_rules(j, "not-by", &steps)) {
            return false;
        }
    }
    return true;
}

static bool kept_have_rules(const struct judgement *j)
{
    struct ledger_span rest = j->rule->keeps;
    struct ledger_span line;
    struct ledger_steps steps;
    while (ledger_rule_next_kept(&rest, &line, &steps)) {
        if (!steps_have_rules(j, "keeps", &steps)) {
            return false;
        }
    }
    return true;
}

static bool followed_have_rules(const struct judgement *j)
{
    struct ledger_span rest = j->rule->after;
    struct ledger_span event;
    while (ledger_rule_next_event(&rest, &event)) {
        if (!ledger_span_is(event, LEDGER_RULE_OPENS) &&
            !event_has_rule(j, "after", j->rule->kind, event)) {
            return false;
        }
    }
    return true;
}

static bool named_events_have_rules(const struct judgement *j)
{
    const struct ledger_rule *rule = j->rule;
    return followed_have_rules(j) &&
           (rule->by_count == 0 || steps_have_rules(j, "by", &rule->by)) &&
           excluded_have_rules(j) &&
           (rule->referred == 0 ||
            event_has_rule(j, "referred", rule->referred_kind, rule->referred_event)) &&
           kept_have_rules(j) && (rule->term_days == 0 || steps_have_rules(j, "term", &rule->term));
}

static bool shares_event(struct ledger_span *shared, const struct ledger_steps *one,
                         const struct ledger_steps *other)
{
    struct ledger_span rest = one->events;
    if (one->referred != other->referred) {
        return false;
    }
    while (ledger_rule_next_event(&rest, shared)) {
        if (ledger_steps_have(other, *shared)) {
            return true;
        }
    }
    return false;
}

/* Who must sign because of a step may not be kept from signing because of it. */
static bool by_is_apart_from_not_by(const struct judgement *j)
{
    struct ledger_span rest = j->rule->not_by;
    struct ledger_steps excluded;
    struct ledger_span event;
    while (j->rule->by_count > 0 && ledger_rule_next_steps(&rest, &excluded)) {
        if (shares_event(&event, &j->rule->by, &excluded)) {
            return SET(j,
                       "by and not-by both name '%s%.*s': whose signers must sign may not be "
                       "kept from signing",
                       excluded.referred ? "refers/" : "", LEDGER_SPAN_ARGS(event));
        }
    }
    return true;
}

static bool excludes_by_own_matter(const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->not_by;
    struct ledger_steps steps;
    while (ledger_rule_next_steps(&rest, &steps)) {
        if (!steps.referred) {
            return true;
        }
    }
    return false;
}

static bool keeps_from_own_matter(const struct ledger_rule *rule)
{
    struct ledger_span rest = rule->keeps;
    struct ledger_span line;
    struct ledger_steps steps;
    while (ledger_rule_next_kept(&rest, &line, &steps)) {
        if (!steps.referred) {
            return true;
        }
    }
    return false;
}

/* A rule that only opens a matter finds nothing before it there. */
static bool opens_without_history(const struct judgement *j)
{
    const struct ledger_rule *rule = j->rule;
    const char *clause = NULL;
    if (!ledger_rule_only_opens(rule)) {
        return true;
    }
    if (rule->by_count > 0 && !rule->by.referred) {
        clause = "by";
    } else if (excludes_by_own_matter(rule)) {
        clause = "not-by";
    } else if (rule->institution != LEDGER_WHOSE_SAME) {
        clause = "institution";
    } else if (keeps_from_own_matter(rule)) {
        clause = "keeps";
    } else if (rule->term_days > 0) {
        clause = "term";
    }
    return clause == NULL ||
           SET(j,
               "%s: a rule that only opens (after=-) has no earlier entries to compare with: "
               "leave the clause out, or name events in 'after'",
               clause);
}

/* Institutions come and go, so roles are asked of a rule only when it is set. */
static bool set_rules_have_roles(const struct ledger_rule_graph *graph,
                                 struct ledger_verdict *verdict,
                                 const struct ledger_authority_journal *journal)
{
    bool sound = true;
    for (size_t i = 0; i < journal->count && sound; i++) {
        const struct ledger_authority_item *item = journal->steps[i].after;
        if (item != NULL && item->line.type == LEDGER_LINE_RULE) {
            struct judgement j = {
                graph, ledger_rule_graph_find(graph, item->line.kind, item->line.event), verdict};
            LEDGER_ASSERT(j.rule != NULL);
            sound = roles_can_be_had(&j);
        }
    }
    return sound;
}

/* All rules: one that is unset may be named by another, of any kind. */
static bool rules_fit_together(const struct ledger_rule_graph *graph,
                               struct ledger_verdict *verdict)
{
    bool sound = true;
    for (size_t i = 0; i < graph->count && sound; i++) {
        struct judgement j = {graph, &graph->nodes[i].rule, verdict};
        sound =
            opens_without_history(&j) && by_is_apart_from_not_by(&j) && named_events_have_rules(&j);
    }
    return sound;
}

static bool are_required_if_any(const struct ledger_authority *authority,
                                struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                                const struct ledger_rule_graph *graph)
{
    struct judgement j = {graph, graph->count > 0 ? &graph->nodes[0].rule : NULL, verdict};
    return j.rule == NULL ||
           ledger_authority_find(authority, hasher, ledger_span_of("rules")) != NULL ||
           SET(&j, "%s",
               "it would have no force without the line 'rules required': set that line, "
               "or unset every rule");
}

static enum ledger_status can_be_reached(struct ledger_rule_graph *graph,
                                         struct ledger_verdict *verdict, bool *sound)
{
    const struct ledger_rule_wait *wait;
    struct judgement j = {graph, NULL, verdict};
    enum ledger_status status = ledger_rule_graph_stray(graph, &j.rule, &wait);
    *sound = status == LEDGER_OK && j.rule == NULL;
    if (j.rule != NULL) {
        *sound =
            SET(&j,
                "%s: no way leads here from a rule that opens (after=-): nothing of '%.*s' can "
                "have come before",
                wait->clause, LEDGER_SPAN_ARGS(wait->events));
    }
    return status;
}

static bool touches_rules(const struct ledger_authority_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct ledger_authority_step *step = &journal->steps[i];
        const struct ledger_authority_item *item = step->after != NULL ? step->after : step->before;
        if (item->line.type == LEDGER_LINE_RULE || item->line.type == LEDGER_LINE_RULES) {
            return true;
        }
    }
    return false;
}

enum ledger_status ledger_rules_are_sound(const struct ledger_authority *authority,
                                          struct ledger_hasher *hasher,
                                          struct ledger_verdict *verdict, bool *sound,
                                          const struct ledger_authority_journal *journal)
{
    struct ledger_rule_graph graph;
    *sound = true;
    if (!touches_rules(journal)) {
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_rule_graph_make(&graph, authority);
    if (status == LEDGER_OK) {
        *sound = are_required_if_any(authority, hasher, verdict, &graph) &&
                 set_rules_have_roles(&graph, verdict, journal) &&
                 rules_fit_together(&graph, verdict);
    }
    if (status == LEDGER_OK && *sound) {
        status = can_be_reached(&graph, verdict, sound);
    }
    ledger_rule_graph_free(&graph);
    return status;
}
