/*
 * trust.h - what the user trusts: --policy FILE or --log VKEY.
 */
#ifndef LEDGER_TOOLS_TRUST_H
#define LEDGER_TOOLS_TRUST_H

#include "ledger/format/policy.h"
#include "tools/cli.h"

#define TRUST_OPTIONS                                                                              \
    {.name = "policy",                                                                             \
     .argument = "FILE",                                                                           \
     .file = CLI_FILE_READ,                                                                        \
     .help = "trust what this policy says: logs, witnesses, quorum"},                              \
    {                                                                                              \
        .name = "log", .argument = "VKEY", .help = "trust this log key, without witnesses"         \
    }

/* Makes the policy that the options (TRUST_OPTIONS) ask for; exactly one of them must be there.
 * Free it with ledger_policy_free. False after a message; then *policy is NULL. */
bool trust_get(struct ledger_policy **policy, struct ledger_hasher *hasher,
               const struct cli_args *args);

#endif
