/*
 * verify_rule.h - a rule in words: what it asks of the record, and what of the steps before.
 */
#ifndef LEDGER_TOOLS_VERIFY_RULE_H
#define LEDGER_TOOLS_VERIFY_RULE_H

#include "ledger/format/rule.h"

/* Rows and sections of a report (verify_text.h): every clause of the rule. */
void verify_rule_text(const struct ledger_rule *rule);

#endif
