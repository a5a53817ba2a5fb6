/*
 * rule_check.h - what a record must have in itself to meet its rule: signers in their roles,
 * parties, lines (SPEC.md "Rules", the local clauses). Internal.
 */
#ifndef LEDGER_LAW_RULE_CHECK_H
#define LEDGER_LAW_RULE_CHECK_H

#include "ledger/law/entitlement.h"

/*
 * Whether `record` meets, of `entitled->rule`, the clauses sign, parties, needs and among, in this
 * order, and has party and refers lines only and always where the rule provides for them (a
 * `refers` line after needs). Sets ROLE_MISSING or LINE_MISSING, saying what would satisfy the
 * rule. Notes in `entitled` as which role each signer was counted.
 */
bool ledger_rule_is_met(struct ledger_entitlement *entitled, struct ledger_verdict *verdict,
                        const struct ledger_record *record);

/* Whether a signer of `record` is enrolled for its institution in a role, competent for its
 * category, and not named as a party: nobody is on both sides. */
bool ledger_acts_as(const struct ledger_signer *signer, const struct ledger_record *record,
                    struct ledger_span role);

#endif
