/*
 * proof_check.h - checking the proof of one record, from nothing but its bytes and a trust policy
 * (SPEC.md "Verifying a proof").
 */
#ifndef LEDGER_LAW_PROOF_CHECK_H
#define LEDGER_LAW_PROOF_CHECK_H

#include "ledger/format/policy.h"
#include "ledger/format/proof.h"
#include "ledger/law/entitlement.h"

/* What a valid proof says. Borrows the proof, its memory, the policy and itself. */
struct ledger_proof_report {
    struct ledger_entry entry;
    struct ledger_hash leaf;
    struct ledger_policy_report policy;
    struct ledger_entitlement entitled;
    bool rules_absent; /* shown to be: the ledger had no rules at this position */
    unsigned line_count;
    struct ledger_authority_line lines[LEDGER_EVIDENCE_LINES_MAX];
};

/*
 * True, with finding VALID, only if the checkpoint satisfies the policy, the entry is the leaf at
 * `index` under it and says so itself, belongs to the checkpoint's ledger, every evidence line was
 * in force under the entry's authority root (every absence true of it), and the signers were
 * entitled. What the rule asks of earlier entries is not shown by the proof of one. The genesis
 * (entry 0) is judged by its own set lines, its authority root being that of the empty authority.
 * `report` is large: allocate it; it is filled as far as the check came.
 */
LEDGER_API bool ledger_proof_check(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                                   struct ledger_proof_report *report,
                                   const struct ledger_proof *proof,
                                   const struct ledger_policy *policy);

/* The same for one of several proofs under a checkpoint that was found to satisfy the policy:
 * report->policy is left alone. Internal. */
bool ledger_proof_check_entry(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              struct ledger_proof_report *report, const struct ledger_proof *proof);

#endif
