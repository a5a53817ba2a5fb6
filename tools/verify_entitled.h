/*
 * verify_entitled.h - who signed a record and why they might, in plain words.
 */
#ifndef LEDGER_TOOLS_VERIFY_ENTITLED_H
#define LEDGER_TOOLS_VERIFY_ENTITLED_H

#include "tools/verify.h"

/* Of a proof that holds: the signers with their roles, the rule, what it makes of the matter. */
void verify_entitled_text(const struct verify_proof *v);

/* Of a proof whose signers were found not to be entitled: those whose signatures were established
 * before that, and the rule that asks for more, if the proof has them. */
void verify_not_entitled_text(const struct verify_proof *v);

/* The line of the evidence with the rule for the record's kind and event, or NULL. */
const struct ledger_authority_line *verify_rule_line(const struct ledger_proof_report *report);

#endif
