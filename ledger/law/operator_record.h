/*
 * operator_record.h - what the operator itself records: the index of matters, and statistics
 * (SPEC.md "What the operator records").
 *
 * Both speak of all entries before their own, in a fixed form, and bear one signature, that of the
 * operator in force. No rule binds them, and nobody else files under their matters.
 */
#ifndef LEDGER_LAW_OPERATOR_RECORD_H
#define LEDGER_LAW_OPERATOR_RECORD_H

#include "ledger/format/record.h"

#define LEDGER_EVENT_ROOT "root"     /* of kind index */
#define LEDGER_EVENT_REPORT "report" /* of kind statistics */
#define LEDGER_FIELD_SIZE "size"
#define LEDGER_FIELD_ROOT "root"

/* Whether the kind is index or statistics. */
LEDGER_API bool ledger_record_is_operators(const struct ledger_record *record);

LEDGER_API bool ledger_record_is_index(const struct ledger_record *record);
LEDGER_API bool ledger_record_is_statistics(const struct ledger_record *record);

/*
 * Whether `record` has the form of its kind at `index`, if it is the operator's: event, matter,
 * institution, the fields in their order, `size` saying `index`, no other lines but, of statistics,
 * one document. Of any other kind: whether its matter is not that of an operator's kind. Sets
 * BAD_INDEX or BAD_STATISTICS.
 */
LEDGER_API bool ledger_operator_record_check(struct ledger_verdict *verdict,
                                             const struct ledger_record *record, uint64_t index);

/* The root that an index of the right form claims. */
LEDGER_API void ledger_index_claim(struct ledger_hash *root, const struct ledger_record *record);

/* The digest and size that statistics of the right form claim. */
LEDGER_API void ledger_statistics_claim(struct ledger_document *figures,
                                        const struct ledger_record *record);

#endif
