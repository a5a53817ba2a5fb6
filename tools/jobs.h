/*
 * jobs.h - the option --jobs: how many threads a program may use.
 */
#ifndef LEDGER_TOOLS_JOBS_H
#define LEDGER_TOOLS_JOBS_H

#include "tools/cli.h"

#define JOBS_OPTION                                                                                \
    {                                                                                              \
        .name = "jobs", .argument = "N",                                                           \
        .help = "use N threads, 1 to 64; as many as there are cores if not given"                  \
    }

/* Sets *jobs; 0, the library's default, if the option was not given. False after a usage error was
 * printed. */
bool jobs_given(unsigned *jobs, const struct cli_args *args);

#endif
