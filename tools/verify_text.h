/*
 * verify_text.h - the parts that the reports on a ledger and on a proof have in common.
 *
 * A report is a verdict on the first line, then sections: a title, and rows below it.
 */
#ifndef LEDGER_TOOLS_VERIFY_TEXT_H
#define LEDGER_TOOLS_VERIFY_TEXT_H

#include "tools/verify.h"

/* "NOT VALID: token at entry N, line L: sentence (detail)". */
void text_not_valid(const struct ledger_verdict *verdict);

/* An empty line and a title. */
void text_section(const char *title);

/* A row: its label, and what printf makes of the rest, with '?' for what is not clean. */
void text_row(const char *label, const char *format, ...) LEDGER_PRINTF(2, 3);
void text_row_hash(const char *label, const struct ledger_hash *hash);
void text_row_time(const char *label, int64_t ms);

/* Sentences, each line of them indented. */
void text_lines(const char *lines);

/* Log key, witnesses, quorum; `met`: the policy is satisfied. */
void text_trust(const struct ledger_policy_report *policy, bool met);

/* What the finding means and what to do. */
void text_finding(enum ledger_finding finding);

#endif
