#include "tools/stats_query.h"

#include <assert.h>
#include <string.h>

#include "ledger/base/text.h"

static_assert((int)STATS_COLUMNS == LEDGER_STATISTICS_KEYS, "the columns of a row's key");

struct ledger_span stats_column_of(const struct ledger_statistics_row *row,
                                   enum stats_column column)
{
    switch (column) {
    case STATS_PERIOD:
        return ledger_span_of(row->period);
    case STATS_KIND:
        return row->kind;
    case STATS_EVENT:
        return row->event;
    case STATS_INSTITUTION:
    case STATS_COLUMNS:
        break;
    }
    return row->institution;
}

/* --- options --- */

/* STATS_COLUMNS if there is none of this name. */
static enum stats_column column_named(struct ledger_span name)
{
    enum stats_column column = STATS_PERIOD;
    while (column < STATS_COLUMNS && !ledger_span_is(name, ledger_statistics_column(column))) {
        column++;
    }
    return column;
}

static bool is_taken(const struct stats_query *query, enum stats_column column)
{
    for (size_t i = 0; i < query->by_count; i++) {
        if (query->by[i] == column) {
            return true;
        }
    }
    return false;
}

static bool take_columns(struct stats_query *query, const struct cli_args *args)
{
    const char *list = cli_value(args, "by");
    const char *rest = list;
    while (rest != NULL) {
        size_t size = strcspn(rest, ",");
        enum stats_column column = column_named((struct ledger_span){(const uint8_t *)rest, size});
        if (column == STATS_COLUMNS || is_taken(query, column)) {
            cli_fail_usage(args->program,
                           "option '--by': '%s' is no list of period, kind, event, institution, "
                           "each at most once",
                           list);
            return false;
        }
        query->by[query->by_count++] = column;
        rest = rest[size] == ',' ? rest + size + 1 : NULL;
    }
    return true;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_month(const char *text)
{
    bool digits = strlen(text) == 7;
    for (size_t i = 0; digits && i < 7; i++) {
        digits = i == 4 ? text[i] == '-' : is_digit(text[i]);
    }
    return digits && strcmp(text, "1970-01") >= 0 && strcmp(text + 5, "01") >= 0 &&
           strcmp(text + 5, "12") <= 0;
}

static bool take_month(const char **month, const struct cli_args *args, const char *name)
{
    *month = cli_value(args, name);
    if (*month != NULL && !is_month(*month)) {
        cli_fail_usage(args->program, "option '--%s': '%s' is not a month such as 2026-11", name,
                       *month);
        return false;
    }
    return true;
}

bool stats_query_take(struct stats_query *query, const struct cli_args *args)
{
    *query = (struct stats_query){.kind = cli_value(args, "kind"),
                                  .institution = cli_value(args, "institution")};
    if (!take_columns(query, args) || !take_month(&query->from, args, "from") ||
        !take_month(&query->to, args, "to")) {
        return false;
    }
    if (query->from != NULL && query->to != NULL && strcmp(query->from, query->to) > 0) {
        cli_fail_usage(args->program, "'--from %s' is later than '--to %s'", query->from,
                       query->to);
        return false;
    }
    if (query->kind != NULL && !ledger_text_is_token(ledger_span_of(query->kind))) {
        cli_fail_usage(args->program, "option '--kind': '%s' cannot be a kind", query->kind);
        return false;
    }
    if (query->institution != NULL && !ledger_text_is_name(ledger_span_of(query->institution))) {
        cli_fail_usage(args->program, "option '--institution': '%s' cannot be an institution",
                       query->institution);
        return false;
    }
    return true;
}

void stats_query_default(struct stats_query *query, size_t count, const enum stats_column *by)
{
    if (query->by_count == 0) {
        memcpy(query->by, by, count * sizeof by[0]);
        query->by_count = count;
    }
}

/* --- rows --- */

bool stats_query_is_partial(const struct stats_query *query)
{
    return query->from != NULL || query->to != NULL || query->kind != NULL ||
           query->institution != NULL;
}

bool stats_query_wants(const struct stats_query *query, const struct ledger_statistics_row *row)
{
    return (query->from == NULL || strcmp(row->period, query->from) >= 0) &&
           (query->to == NULL || strcmp(row->period, query->to) <= 0) &&
           (query->kind == NULL || ledger_span_is(row->kind, query->kind)) &&
           (query->institution == NULL || ledger_span_is(row->institution, query->institution));
}
