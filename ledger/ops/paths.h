/*
 * paths.h - spelling paths. Internal.
 */
#ifndef LEDGER_OPS_PATHS_H
#define LEDGER_OPS_PATHS_H

#include <limits.h>
#include <stddef.h>

#include "ledger/base/status.h"

/* `path` without trailing slashes, followed by `suffix`. LEDGER_INVALID if it is too long. */
LEDGER_MUST_USE enum ledger_status ledger_path_with(char out[PATH_MAX], const char *path,
                                                    const char *suffix, struct ledger_error *error);

#endif
