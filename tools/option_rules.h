/*
 * option_rules.h - which options go together, for programs that work in several ways.
 */
#ifndef LEDGER_TOOLS_OPTION_RULES_H
#define LEDGER_TOOLS_OPTION_RULES_H

#include "tools/cli.h"

/* A way of working is one bit. Options without a rule go with all ways. */
struct option_rule {
    const char *name;
    unsigned allowed; /* ways */
    unsigned needed;  /* ways; a part of `allowed` */
};

/* Whether the options given go with `way`, which the user knows as `way_name`. False after a usage
 * error was printed. */
bool option_rules_hold(const struct cli_args *args, const struct option_rule *rules, size_t count,
                       unsigned way, const char *way_name);

#endif
