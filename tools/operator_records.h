/*
 * operator_records.h - making the records of the operator itself: the index of matters, and
 * statistics (SPEC.md "What the operator records").
 */
#ifndef LEDGER_TOOLS_OPERATOR_RECORDS_H
#define LEDGER_TOOLS_OPERATOR_RECORDS_H

#include "keys/signer.h"
#include "tools/record_builder.h"

/*
 * Writes into builder->text the record, signed by `operator_key`, with the root of the matters of
 * all `size` entries that `ledger` has; it is to be entry `size`. CLI_TROUBLE or CLI_NOT_VALID
 * after a message.
 */
int operator_record_index(struct record_builder *builder, struct ledger_signer *operator_key,
                          struct ledger_span ledger, uint64_t size, const struct ledger_hash *root);

/*
 * The same for the figures of all `size` entries: digest and size of their canonical CSV, and the
 * name of the file it is published in. The figures must be those of an audit (tools/figures.h): an
 * appender does not recompute them, and a ledger with wrong ones is not valid any more.
 */
int operator_record_statistics(struct record_builder *builder, struct ledger_signer *operator_key,
                               struct ledger_span ledger, uint64_t size,
                               const struct ledger_document *figures);

#endif
