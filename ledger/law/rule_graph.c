#include "ledger/law/rule_graph.h"

#include <stdlib.h>
#include <string.h>

static int compare_roles(const void *a, const void *b)
{
    const struct ledger_span *one = a;
    const struct ledger_span *other = b;
    return ledger_span_compare(*one, *other);
}

static int compare_nodes(const void *a, const void *b)
{
    const struct ledger_rule_node *one = a;
    const struct ledger_rule_node *other = b;
    int order = ledger_span_compare(one->rule.kind, other->rule.kind);
    return order != 0 ? order : ledger_span_compare(one->rule.event, other->rule.event);
}

static void count_line(void *context, const struct ledger_authority_line *line)
{
    struct ledger_rule_graph *graph = context;
    struct ledger_span rest = line->grants;
    struct ledger_grant grant;
    graph->count += line->type == LEDGER_LINE_RULE;
    while (line->type == LEDGER_LINE_INSTITUTION && ledger_grants_next(&rest, &grant)) {
        graph->role_count++;
    }
}

static void take_rule(struct ledger_rule_graph *graph, const struct ledger_authority_line *line)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    LEDGER_ASSERT(ledger_rule_parse(&graph->nodes[graph->count++].rule, &verdict, line->text));
}

static void take_line(void *context, const struct ledger_authority_line *line)
{
    struct ledger_rule_graph *graph = context;
    struct ledger_span rest = line->grants;
    struct ledger_grant grant;
    if (line->type == LEDGER_LINE_RULE) {
        take_rule(graph, line);
    }
    while (line->type == LEDGER_LINE_INSTITUTION && ledger_grants_next(&rest, &grant)) {
        graph->roles[graph->role_count++] = grant.role;
    }
}

enum ledger_status ledger_rule_graph_make(struct ledger_rule_graph *graph,
                                          const struct ledger_authority *authority)
{
    memset(graph, 0, sizeof *graph);
    ledger_authority_each(authority, count_line, graph);
    graph->nodes = calloc(graph->count + 1, sizeof *graph->nodes);
    graph->roles = calloc(graph->role_count + 1, sizeof *graph->roles);
    if (graph->nodes == NULL || graph->roles == NULL) {
        return LEDGER_NO_MEMORY;
    }
    graph->count = 0;
    graph->role_count = 0;
    ledger_authority_each(authority, take_line, graph);
    qsort(graph->nodes, graph->count, sizeof *graph->nodes, compare_nodes);
    qsort(graph->roles, graph->role_count, sizeof *graph->roles, compare_roles);
    return LEDGER_OK;
}

void ledger_rule_graph_free(struct ledger_rule_graph *graph)
{
    free(graph->nodes);
    free(graph->waits);
    free(graph->ways);
    free(graph->roles);
    memset(graph, 0, sizeof *graph);
}

static struct ledger_rule_node *find_node(const struct ledger_rule_graph *graph,
                                          struct ledger_span kind, struct ledger_span event)
{
    struct ledger_rule_node wanted = {.rule = {.kind = kind, .event = event}};
    return bsearch(&wanted, graph->nodes, graph->count, sizeof *graph->nodes, compare_nodes);
}

const struct ledger_rule *ledger_rule_graph_find(const struct ledger_rule_graph *graph,
                                                 struct ledger_span kind, struct ledger_span event)
{
    const struct ledger_rule_node *node = find_node(graph, kind, event);
    return node == NULL ? NULL : &node->rule;
}

bool ledger_rule_graph_has_role(const struct ledger_rule_graph *graph, struct ledger_span role)
{
    return bsearch(&role, graph->roles, graph->role_count, sizeof *graph->roles, compare_roles) !=
           NULL;
}

/* What a rule waits for, one element after another: that one of some events can have come before,
 * in the own matter. */
struct waiting {
    const struct ledger_rule *rule;
    struct ledger_span keeps; /* the rest */
    enum { AT_AFTER, AT_BY, AT_KEEPS } at;
};

static struct waiting waiting_of(const struct ledger_rule *rule)
{
    return (struct waiting){.rule = rule, .keeps = rule->keeps, .at = AT_AFTER};
}

/* Takes the next that is not met from the start; false at the end. */
static bool next_wait(struct waiting *waiting, struct ledger_rule_wait *wait)
{
    const struct ledger_rule *rule = waiting->rule;
    struct ledger_span line;
    struct ledger_steps steps;
    if (waiting->at == AT_AFTER) {
        waiting->at = AT_BY;
        if (!ledger_rule_opens(rule)) {
            *wait = (struct ledger_rule_wait){.clause = "after", .events = rule->after};
            return true;
        }
    }
    if (waiting->at == AT_BY) {
        waiting->at = AT_KEEPS;
        if (rule->by_count > 0 && !rule->by.referred) {
            *wait = (struct ledger_rule_wait){.clause = "by", .events = rule->by.events};
            return true;
        }
    }
    while (ledger_rule_next_kept(&waiting->keeps, &line, &steps)) {
        if (!steps.referred) {
            *wait = (struct ledger_rule_wait){.clause = "keeps", .events = steps.events};
            return true;
        }
    }
    return false;
}

static void count_waits(const struct ledger_rule_graph *graph, size_t *waits, size_t *ways)
{
    struct ledger_rule_wait wait;
    struct ledger_span event;
    *waits = 0;
    *ways = 0;
    for (size_t i = 0; i < graph->count; i++) {
        struct waiting waiting = waiting_of(&graph->nodes[i].rule);
        while (next_wait(&waiting, &wait)) {
            (*waits)++;
            while (ledger_rule_next_event(&wait.events, &event)) {
                (*ways)++;
            }
        }
    }
}

/* Draws a way from each rule that could end the wait. */
static void draw_ways(struct ledger_rule_graph *graph, size_t wait)
{
    struct ledger_span rest = graph->waits[wait].events;
    struct ledger_span kind = graph->nodes[graph->waits[wait].node].rule.kind;
    struct ledger_span event;
    while (ledger_rule_next_event(&rest, &event)) {
        struct ledger_rule_node *from = find_node(graph, kind, event);
        LEDGER_ASSERT(from != NULL);
        graph->ways[graph->way_count++] = (struct ledger_rule_way){wait, from->ways};
        from->ways = graph->way_count;
    }
}

static void draw_waits(struct ledger_rule_graph *graph, size_t node)
{
    struct waiting waiting = waiting_of(&graph->nodes[node].rule);
    struct ledger_rule_wait wait;
    while (next_wait(&waiting, &wait)) {
        wait.node = node;
        graph->nodes[node].waits++;
        graph->waits[graph->wait_count++] = wait;
        draw_ways(graph, graph->wait_count - 1);
    }
}

/* Reaches what waits for nothing, then whatever waited for that alone, and so on: the least set.
 * Each node is visited once, each way once. */
static void follow_ways(struct ledger_rule_graph *graph)
{
    size_t open = 0;
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->nodes[i].waits == 0) {
            graph->nodes[i].next = open;
            open = i + 1;
        }
    }
    while (open != 0) {
        const struct ledger_rule_node *node = &graph->nodes[open - 1];
        open = node->next;
        for (size_t way = node->ways; way != 0; way = graph->ways[way - 1].next) {
            struct ledger_rule_wait *wait = &graph->waits[graph->ways[way - 1].wait];
            struct ledger_rule_node *to = &graph->nodes[wait->node];
            to->waits -= wait->over ? 0 : 1;
            if (!wait->over && to->waits == 0) {
                to->next = open;
                open = wait->node + 1;
            }
            wait->over = true;
        }
    }
}

enum ledger_status ledger_rule_graph_stray(struct ledger_rule_graph *graph,
                                           const struct ledger_rule **stray,
                                           const struct ledger_rule_wait **wait)
{
    size_t waits;
    size_t ways;
    *stray = NULL;
    *wait = NULL;
    count_waits(graph, &waits, &ways);
    graph->waits = calloc(waits + 1, sizeof *graph->waits);
    graph->ways = calloc(ways + 1, sizeof *graph->ways);
    if (graph->waits == NULL || graph->ways == NULL) {
        return LEDGER_NO_MEMORY;
    }
    for (size_t i = 0; i < graph->count; i++) {
        draw_waits(graph, i);
    }
    follow_ways(graph);
    /* They stand in the order of their nodes. */
    for (size_t i = 0; i < graph->wait_count && *wait == NULL; i++) {
        if (!graph->waits[i].over) {
            *wait = &graph->waits[i];
            *stray = &graph->nodes[graph->waits[i].node].rule;
        }
    }
    return LEDGER_OK;
}
