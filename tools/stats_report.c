#include "tools/stats_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "tools/entry_json.h"
#include "tools/verify_json.h"
#include "tools/verify_text.h"

/* --- as CSV --- */

static void put_value(struct ledger_span value)
{
    uint8_t memory[LEDGER_STATISTICS_VALUE_MAX];
    struct ledger_buffer spelled = ledger_buffer_in(memory, sizeof memory);
    ledger_statistics_value(&spelled, value);
    LEDGER_ASSERT(!spelled.overflow);
    (void)fwrite(memory, 1, spelled.size, stdout);
}

static void put_line(const struct stats_report *report, const struct stats_group *group)
{
    uint64_t counters[LEDGER_STATISTICS_COUNTERS];
    ledger_statistics_counters(counters, &group->figures);
    for (size_t i = 0; i < report->query->by_count; i++) {
        put_value(group->values[i]);
        (void)putchar(',');
    }
    for (unsigned i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        (void)printf("%" PRIu64 "%c", counters[i], i + 1 < LEDGER_STATISTICS_COUNTERS ? ',' : '\n');
    }
}

static void put_groups(const struct stats_report *report)
{
    for (size_t i = 0; i < report->query->by_count; i++) {
        (void)printf("%s,", ledger_statistics_column(report->query->by[i]));
    }
    for (unsigned i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        (void)printf("%s%c", ledger_statistics_column(LEDGER_STATISTICS_KEYS + i),
                     i + 1 < LEDGER_STATISTICS_COUNTERS ? ',' : '\n');
    }
    for (size_t i = 0; i < report->groups->count; i++) {
        put_line(report, &report->groups->list[i]);
    }
}

static bool is_canonical(const struct stats_query *query)
{
    bool whole = query->by_count == STATS_COLUMNS && !stats_query_is_partial(query);
    for (size_t i = 0; whole && i < query->by_count; i++) {
        whole = (size_t)query->by[i] == i;
    }
    return whole;
}

static void tell_counted(const struct figures *figures)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE)];
    struct ledger_buffer root = ledger_buffer_in(memory, sizeof memory);
    char time[LEDGER_TIME_SIZE + 1];
    ledger_buffer_base64(&root, figures->root.bytes, sizeof figures->root.bytes);
    ledger_write_ledger_time(time, figures->last_time_ms);
    cli_message("verified; figures of the first %" PRIu64 " entries of %s, root %.*s, the last of "
                "%s",
                figures->size, figures->report.origin, LEDGER_SPAN_ARGS(ledger_buffer_span(&root)),
                time);
}

int stats_report_csv(const struct stats_report *report)
{
    if (!is_canonical(report->query)) {
        put_groups(report);
    } else {
        uint8_t *csv = figures_csv(report->figures);
        if (csv == NULL) {
            return CLI_TROUBLE;
        }
        (void)fwrite(csv, 1, (size_t)report->figures->canonical.size, stdout);
        free(csv);
    }
    tell_counted(report->figures);
    return CLI_DONE;
}

/* --- as JSON --- */

static void add_rate(struct json_value *object, const char *name, double rate)
{
    char text[32];
    if (rate >= 0) {
        (void)snprintf(text, sizeof text, "%.6f", rate);
        json_add_raw(object, name, ledger_span_of(text));
    }
}

static void add_figures(struct json_value *object, const struct ledger_figures *figures)
{
    uint64_t counters[LEDGER_STATISTICS_COUNTERS];
    ledger_statistics_counters(counters, figures);
    for (unsigned i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        json_add_number(object, ledger_statistics_column(LEDGER_STATISTICS_KEYS + i), counters[i]);
    }
    add_rate(object, "success", stats_success(figures));
    add_rate(object, "overdue", stats_overdue(figures));
}

static struct json_value *row_json(const struct stats_report *report,
                                   const struct stats_group *group)
{
    struct json_value *object = json_object_new();
    for (size_t i = 0; i < report->query->by_count; i++) {
        json_add_text(object, ledger_statistics_column(report->query->by[i]), group->values[i]);
    }
    add_figures(object, &group->figures);
    return object;
}

static struct json_value *ledger_json(const struct figures *figures)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "origin", figures->report.origin);
    json_add_number(object, "entries", figures->report.entries);
    json_add_number(object, "size", figures->size);
    json_add_base64(object, "root", &figures->root);
    json_add_time(object, "last_time", figures->last_time_ms);
    json_add_number(object, "statistics", figures->report.statistics);
    return object;
}

static struct json_value *csv_json(const struct figures *figures)
{
    struct json_value *object = json_object_new();
    json_add_hex(object, "sha256", &figures->canonical.digest);
    json_add_number(object, "size", figures->canonical.size);
    return object;
}

static void add_asked(struct json_value *object, const char *name, const char *value)
{
    if (value != NULL) {
        json_add_string(object, name, value);
    }
}

static void add_query(struct json_value *object, const struct stats_query *query)
{
    struct json_value *by = json_array_new();
    add_asked(object, "from", query->from);
    add_asked(object, "to", query->to);
    add_asked(object, "kind", query->kind);
    add_asked(object, "institution", query->institution);
    for (size_t i = 0; i < query->by_count; i++) {
        json_append_text(by, ledger_span_of(ledger_statistics_column(query->by[i])));
    }
    json_add(object, "by", by);
}

static struct json_value *verdict_json(const struct figures *figures)
{
    struct json_value *object = json_object_new();
    json_add_string(object, "what", "statistics");
    json_add(object, "verdict", verify_verdict_json(&figures->verdict));
    return object;
}

void stats_report_json(const struct stats_report *report)
{
    struct json_value *object = verdict_json(report->figures);
    struct json_value *rows = json_array_new();
    struct json_value *total = json_object_new();
    json_add(object, "ledger", ledger_json(report->figures));
    verify_add_trust(object, &report->figures->report.policy);
    json_add(object, "csv", csv_json(report->figures));
    add_query(object, report->query);
    for (size_t i = 0; i < report->groups->count; i++) {
        json_append(rows, row_json(report, &report->groups->list[i]));
    }
    json_add(object, "rows", rows);
    add_figures(total, &report->groups->total);
    json_add(object, "total", total);
    json_print(stdout, object);
}

void stats_not_valid_json(const struct figures *figures)
{
    json_print(stdout, verdict_json(figures));
}

void stats_not_valid_text(const struct figures *figures)
{
    text_not_valid(&figures->verdict);
    text_finding(figures->verdict.finding);
}
