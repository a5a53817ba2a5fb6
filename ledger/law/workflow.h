/*
 * workflow.h - may this event come next in its matter? (SPEC.md "Rules", the clauses on history)
 *
 * Used by the state for records that were found to be rightly signed. A proof of one record does
 * not show these clauses.
 */
#ifndef LEDGER_LAW_WORKFLOW_H
#define LEDGER_LAW_WORKFLOW_H

#include "ledger/format/entry.h"
#include "ledger/law/entitlement.h"

struct ledger_recall;

/* What an entry did in its matter. */
struct ledger_step {
    bool ruled;  /* a rule was required and met; else the members below are 0 */
    bool opened; /* it is the first of its matter */
    enum ledger_standing makes;
    uint64_t term_days; /* of the rule; 0 if it sets no term, or no step it runs from was taken */
    uint64_t term_from; /* the entry that the term runs from */
    int64_t late_ms;    /* how much later than the term; 0 if in time */
};

/*
 * Whether the record of `entry`, which `entitled` found rightly signed under its rule, may follow
 * the entries of its matter before it. Sets OTHER_KIND, BAD_MATTER, ALREADY_OPEN, WRONG_ORDER,
 * WRONG_INSTITUTION, BAD_REFERENCE, ORIGINAL_MISSING, SIGNER_EXCLUDED or LINE_CHANGED in `verdict`,
 * in this order of checks but for BAD_REFERENCE, which comes before ORIGINAL_MISSING, and sets
 * `*follows`. The status is that of the history of `recall`, or LEDGER_NO_MEMORY.
 */
LEDGER_MUST_USE enum ledger_status
ledger_workflow_check(struct ledger_recall *recall, struct ledger_hasher *hasher,
                      struct ledger_step *step, bool *follows, struct ledger_verdict *verdict,
                      const struct ledger_entry *entry, const struct ledger_entitlement *entitled);

#endif
