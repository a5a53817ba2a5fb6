/*
 * rule_graph.h - the rules in force, by kind and event, and which of them a matter can come to.
 * Internal.
 */
#ifndef LEDGER_LAW_RULE_GRAPH_H
#define LEDGER_LAW_RULE_GRAPH_H

#include "ledger/law/authority.h"

struct ledger_rule_node {
    struct ledger_rule rule; /* borrowed from the authority */
    size_t ways;             /* 1 + index of the first way that begins here; 0: none */
    size_t next;             /* while the ways are followed: 1 + index of the next node to visit */
    size_t waits;            /* that are not over; 0: reached */
};

/* What a rule waits for: that a rule of one of these events is reached. */
struct ledger_rule_wait {
    size_t node;               /* that waits */
    const char *clause;        /* after, by or keeps; static storage */
    struct ledger_span events; /* for ledger_rule_next_event */
    bool over;
};

/* From a rule to what waits for it. */
struct ledger_rule_way {
    size_t wait; /* index */
    size_t next; /* 1 + index of the next way from the same node; 0: none */
};

struct ledger_rule_graph {
    struct ledger_rule_node *nodes; /* by kind, then event */
    size_t count;
    struct ledger_rule_wait *waits;
    size_t wait_count;
    struct ledger_rule_way *ways;
    size_t way_count;
    struct ledger_span *roles; /* that institutions may hand out, sorted; maybe repeated */
    size_t role_count;
};

/* Takes the rules and the institutions' roles out of the authority, which must not change while
 * the graph is used. Free it whatever the status. */
LEDGER_MUST_USE enum ledger_status ledger_rule_graph_make(struct ledger_rule_graph *graph,
                                                          const struct ledger_authority *authority);
void ledger_rule_graph_free(struct ledger_rule_graph *graph);

/* The rule of a kind and event, or NULL. */
const struct ledger_rule *ledger_rule_graph_find(const struct ledger_rule_graph *graph,
                                                 struct ledger_span kind, struct ledger_span event);

/* Whether some institution in force may hand out `role`. */
bool ledger_rule_graph_has_role(const struct ledger_rule_graph *graph, struct ledger_span role);

/*
 * Follows the rules from those that open a matter (SPEC.md "Rules", rule 8). `*stray` gets the
 * first rule that is not reached, and `*wait` what it waits for in vain; NULL if all are. Every
 * event that a rule names must have one. Once for a graph.
 */
LEDGER_MUST_USE enum ledger_status ledger_rule_graph_stray(struct ledger_rule_graph *graph,
                                                           const struct ledger_rule **stray,
                                                           const struct ledger_rule_wait **wait);

#endif
