#include "tools/stats_groups.h"

#include <stdlib.h>

static double rate(uint64_t part, uint64_t whole)
{
    return whole == 0 ? -1 : (double)part / (double)whole;
}

double stats_success(const struct ledger_figures *figures)
{
    return rate(figures->effective, figures->effective + figures->closed + figures->voided);
}

double stats_overdue(const struct ledger_figures *figures)
{
    return rate(figures->late, figures->due);
}

static void add(struct ledger_figures *sum, const struct ledger_figures *figures)
{
    sum->entries += figures->entries;
    sum->opened += figures->opened;
    sum->effective += figures->effective;
    sum->corrected += figures->corrected;
    sum->voided += figures->voided;
    sum->closed += figures->closed;
    sum->due += figures->due;
    sum->late += figures->late;
}

struct collecting {
    const struct stats_query *query;
    struct stats_groups *groups;
    size_t capacity;
    bool failed;
};

static struct stats_group *next_group(struct collecting *collecting)
{
    struct stats_groups *groups = collecting->groups;
    if (groups->count == collecting->capacity) {
        size_t capacity = collecting->capacity * 2 + 64;
        struct stats_group *list = reallocarray(groups->list, capacity, sizeof list[0]);
        if (list == NULL) {
            return NULL;
        }
        groups->list = list;
        collecting->capacity = capacity;
    }
    return &groups->list[groups->count++];
}

static void collect(void *context, const struct ledger_statistics_row *row)
{
    struct collecting *collecting = context;
    const struct stats_query *query = collecting->query;
    if (collecting->failed || !stats_query_wants(query, row)) {
        return;
    }
    struct stats_group *group = next_group(collecting);
    if (group == NULL) {
        collecting->failed = true;
        return;
    }
    *group = (struct stats_group){.figures = row->figures};
    for (size_t i = 0; i < query->by_count; i++) {
        group->values[i] = stats_column_of(row, query->by[i]);
    }
}

/* Columns that are not asked for are empty in all of them. */
static int compare(const void *a, const void *b)
{
    const struct stats_group *left = a;
    const struct stats_group *right = b;
    int order = 0;
    for (size_t i = 0; order == 0 && i < STATS_COLUMNS; i++) {
        order = ledger_span_compare(left->values[i], right->values[i]);
    }
    return order;
}

static void put_together(struct stats_groups *groups)
{
    size_t kept = 0;
    if (groups->count > 0) {
        qsort(groups->list, groups->count, sizeof groups->list[0], compare);
    }
    for (size_t i = 0; i < groups->count; i++) {
        const struct stats_group *group = &groups->list[i];
        add(&groups->total, &group->figures);
        if (kept > 0 && compare(group, &groups->list[kept - 1]) == 0) {
            add(&groups->list[kept - 1].figures, &group->figures);
        } else {
            groups->list[kept++] = *group;
        }
    }
    groups->count = kept;
}

bool stats_groups_make(struct stats_groups *groups, const struct ledger_statistics *statistics,
                       const struct stats_query *query)
{
    struct collecting collecting = {.query = query, .groups = groups};
    *groups = (struct stats_groups){0};
    ledger_statistics_each(statistics, collect, &collecting);
    if (collecting.failed) {
        stats_groups_free(groups);
        cli_fail("cannot put the figures together: out of memory");
        return false;
    }
    put_together(groups);
    return true;
}

void stats_groups_free(struct stats_groups *groups)
{
    free(groups->list);
    *groups = (struct stats_groups){0};
}
