/*
 * stats_groups.h - the figures of a ledger, put together as they are asked for.
 */
#ifndef LEDGER_TOOLS_STATS_GROUPS_H
#define LEDGER_TOOLS_STATS_GROUPS_H

#include "tools/stats_query.h"

struct stats_group {
    struct ledger_span values[STATS_COLUMNS]; /* of the columns of the query, in its order */
    struct ledger_figures figures;
};

struct stats_groups {
    struct stats_group *list; /* in the order of their values */
    size_t count;
    struct ledger_figures total;
};

/* The spans are those of `statistics`. Free it with stats_groups_free. False after a message. */
bool stats_groups_make(struct stats_groups *groups, const struct ledger_statistics *statistics,
                       const struct stats_query *query);

void stats_groups_free(struct stats_groups *groups);

/* Of the entries that decided a matter, how many made it effective; of those that had a term, how
 * many came after it. 0 to 1, or below 0 if there are none. */
double stats_success(const struct ledger_figures *figures);
double stats_overdue(const struct ledger_figures *figures);

#endif
