/*
 * workflow_parts.h - the clauses on history, one by one. Internal.
 *
 * A clause answers whether it is met; if not, the verdict says why. One that has to read answers
 * the status of that, and shows in `holds` whether it is met.
 */
#ifndef LEDGER_LAW_WORKFLOW_PARTS_H
#define LEDGER_LAW_WORKFLOW_PARTS_H

#include "ledger/law/recall.h"
#include "ledger/law/workflow.h"

/* One record, held against what went before. */
struct ledger_workflow {
    struct ledger_recall *recall;
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
    const struct ledger_entry *entry;
    const struct ledger_entitlement *entitled;
    struct ledger_recalled *own;      /* the record's matter; NULL: it has no entry yet */
    struct ledger_recalled *referred; /* the one referred to; NULL: there is none */
    bool holds;
};

/* For "%s%.*s": the steps as the rule spells them. */
#define LEDGER_STEPS_ARGS(steps) (steps).referred ? "refers/" : "", LEDGER_SPAN_ARGS((steps).events)

/* For "rule %.*s %.*s": the rule's kind and event. */
#define LEDGER_RULE_ARGS(rule) LEDGER_SPAN_ARGS((rule)->kind), LEDGER_SPAN_ARGS((rule)->event)

/* The clause `referred`: finds the matter and judges who opened it, and when it was read far
 * enough, whether it has the event. */
LEDGER_MUST_USE enum ledger_status ledger_workflow_referred(struct ledger_workflow *w);
bool ledger_workflow_referred_event(const struct ledger_workflow *w);

/* Whether `event` is that of the matter's first or latest entry, which are always known. */
bool ledger_workflow_at_ends(const struct ledger_recalled *matter, struct ledger_span event);

/* Reads both matters as far as the clauses below, `term` and the event referred to need. */
LEDGER_MUST_USE enum ledger_status ledger_workflow_read(struct ledger_workflow *w);

/* The clauses `by`, `not-by` and `keeps`. */
bool ledger_workflow_by(const struct ledger_workflow *w);
bool ledger_workflow_not_by(const struct ledger_workflow *w);
LEDGER_MUST_USE enum ledger_status ledger_workflow_keeps(struct ledger_workflow *w);

#endif
