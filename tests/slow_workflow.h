/*
 * slow_workflow.h - the clauses on history as SPEC.md says them, by looking at every entry: what
 * ledger_workflow_check must find.
 */
#ifndef LEDGER_TESTS_SLOW_WORKFLOW_H
#define LEDGER_TESTS_SLOW_WORKFLOW_H

#include "ledger/law/workflow.h"

struct slow_workflow {
    struct ledger_hasher *hasher;
    const struct ledger_entry *entries; /* of the ledger, entries[i] at index i */
    const struct ledger_entry *entry;   /* to judge, at any index in the ledger or at its end */
    const struct ledger_entitlement *entitled;
    struct ledger_step step; /* as ledger_workflow_check sets it */
    uint64_t told;           /* the entry that the verdict tells of, or LEDGER_NO_ENTRY */
};

/* NOT_CHECKED if the entry may follow. Of documents and data kept it knows nothing. */
enum ledger_finding slow_workflow(struct slow_workflow *slow);

#endif
