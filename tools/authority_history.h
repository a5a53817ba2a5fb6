/*
 * authority_history.h - the changes of the authority, in their order.
 */
#ifndef LEDGER_TOOLS_AUTHORITY_HISTORY_H
#define LEDGER_TOOLS_AUTHORITY_HISTORY_H

#include "ledger/ops/search.h"
#include "tools/cli.h"

/*
 * Prints every change of the authority in the ledger that `reader` shows: entry, ledger's time, who
 * signed, what was unset and set. With `subject` (may be NULL) only changes of this subject; of a
 * key also the declarations that it is compromised. With
 * `json` an object a line:
 *
 *     entry         number
 *     time          text, the ledger's time
 *     event         "genesis" or "change"
 *     claimed_time  text
 *     signed_by     "governors" or "registrars"
 *     institution ? text, of registrars
 *     signers       [{"name", "key_id"}]: not verified here
 *     unset         [subject]
 *     set           [line]
 *
 * The exit status.
 */
int authority_history(const struct cli_args *args, struct ledger_reader *reader,
                      const char *subject, bool json);

#endif
