#include "tools/jobs.h"

#define JOBS_MOST 64

bool jobs_given(unsigned *jobs, const struct cli_args *args)
{
    uint64_t number = 0;
    if (!cli_number(&number, args, "jobs", JOBS_MOST)) {
        return false;
    }
    if (number == 0 && cli_count(args, "jobs") > 0) {
        cli_fail_usage(args->program, "option '--jobs': at least one is needed");
        return false;
    }
    *jobs = (unsigned)number;
    return true;
}
