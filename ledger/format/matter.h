/*
 * matter.h - the one spelling of a matter's number (SPEC.md "Spelling of matters").
 *
 * Many strings look like 〔2026〕粤01民初1号; where rules are required, one of them is a number.
 * The spelling knows Han characters, ASCII and a few marks; it needs no tables that change with
 * time.
 */
#ifndef LEDGER_FORMAT_MATTER_H
#define LEDGER_FORMAT_MATTER_H

#include "ledger/base/status.h"
#include "ledger/base/text.h"

/* Whether `text` is a title, as a record's matter must be: 1 to LEDGER_MATTER_MAX bytes of clean text
 * on one line, without a Unicode space at either end and without two spaces side by side. */
LEDGER_API bool ledger_matter_is_title(struct ledger_span text);

/* Whether `matter`, a title, has the one spelling. Otherwise sets BAD_MATTER, which names the first
 * character that has not, and what to write in its place if there is something. */
LEDGER_API bool ledger_matter_is_plain(struct ledger_verdict *verdict, struct ledger_span matter);

/* Appends the one spelling of what somebody may have meant: full-width letters, digits and marks as
 * ASCII, ASCII parentheses as full-width ones, other brackets as 〔〕, dashes as '-', spaces single
 * and none at the ends. What has no such spelling is kept, so check the result. */
LEDGER_API void ledger_matter_spell(struct ledger_buffer *out, struct ledger_span text);

#endif
