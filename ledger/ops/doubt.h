/*
 * doubt.h - the entries that keys signed which were later declared compromised (SPEC.md
 * "Compromise"). Internal.
 */
#ifndef LEDGER_OPS_DOUBT_H
#define LEDGER_OPS_DOUBT_H

#include "ledger/law/authority.h"
#include "ledger/ops/audit.h"
#include "ledger/store/store.h"

/*
 * For a ledger that holds: counts in `report` the compromise lines of `authority`, which is in
 * force at its end, and the entries from their indexes on with a signature of such a key (by name
 * and key ID, its own or that of its batch signatures), and gives each of these lines, then each of
 * these signatures, to options->notice. Reads the entries again from the smallest index on, or
 * nothing if there is no compromise line. `store` has the transaction open that the audit read.
 */
LEDGER_MUST_USE enum ledger_status ledger_doubt_report(struct ledger_audit_report *report,
                                                       const struct ledger_audit_options *options,
                                                       struct ledger_store *store,
                                                       const struct ledger_authority *authority,
                                                       struct ledger_error *error);

/* The entry `index`, borrowed until the next call; LEDGER_NOT_FOUND after the last one. */
typedef enum ledger_status ledger_doubt_entry(void *context, struct ledger_span *bytes,
                                              uint64_t index, struct ledger_error *error);

/* The same for entries that are not in a store. */
LEDGER_MUST_USE enum ledger_status
ledger_doubt_report_by(struct ledger_audit_report *report,
                       const struct ledger_audit_options *options, ledger_doubt_entry *read,
                       void *context, const struct ledger_authority *authority,
                       struct ledger_error *error);

#endif
