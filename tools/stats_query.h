/*
 * stats_query.h - which figures are asked for, and by what they are put together.
 */
#ifndef LEDGER_TOOLS_STATS_QUERY_H
#define LEDGER_TOOLS_STATS_QUERY_H

#include "ledger/law/statistics.h"
#include "tools/cli.h"

/* The first columns of the CSV. */
enum stats_column { STATS_PERIOD, STATS_KIND, STATS_EVENT, STATS_INSTITUTION, STATS_COLUMNS };

#define STATS_OPTIONS                                                                              \
    {.name = "by",                                                                                 \
     .argument = "COLUMNS",                                                                        \
     .help = "put figures together by period, kind, event, institution,\n"                         \
             "some of them, in this order"},                                                       \
        {.name = "from", .argument = "MONTH", .help = "from this month on"},                       \
        {.name = "to", .argument = "MONTH", .help = "up to this month, and with it"},              \
        {.name = "kind", .argument = "TOKEN", .help = "of this kind only"},                        \
    {                                                                                              \
        .name = "institution", .argument = "NAME", .help = "of this institution only"              \
    }

struct stats_query {
    enum stats_column by[STATS_COLUMNS];
    size_t by_count;  /* 0: it was not said */
    const char *from; /* each NULL if it was not given */
    const char *to;
    const char *kind;
    const char *institution;
};

/* Takes the STATS_OPTIONS. False after a usage error was printed. */
bool stats_query_take(struct stats_query *query, const struct cli_args *args);

/* Puts figures together by these columns, if it was not said by which. */
void stats_query_default(struct stats_query *query, size_t count, const enum stats_column *by);

/* Whether only some figures are asked for. */
bool stats_query_is_partial(const struct stats_query *query);

bool stats_query_wants(const struct stats_query *query, const struct ledger_statistics_row *row);

struct ledger_span stats_column_of(const struct ledger_statistics_row *row,
                                   enum stats_column column);

#endif
