/*
 * rule_sound.h - can these rules be met at all? (SPEC.md "A sound authority") Internal.
 */
#ifndef LEDGER_LAW_RULE_SOUND_H
#define LEDGER_LAW_RULE_SOUND_H

#include "ledger/law/authority_parts.h"

/*
 * Judges the rules of the authority after the change in `journal`, if it touched any: that rules
 * are required where there are any, that what the rules it set ask for can be had (roles that an
 * institution hands out, steps that have a rule, signers not excluded in the same breath, no
 * history where there is none), and that every rule can be reached from one that opens. Sets
 * `*sound`, and BAD_CHANGE if they are not; NO_MEMORY leaves it undecided.
 */
LEDGER_MUST_USE enum ledger_status
ledger_rules_are_sound(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                       struct ledger_verdict *verdict, bool *sound,
                       const struct ledger_authority_journal *journal);

#endif
