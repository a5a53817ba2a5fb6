#include <inttypes.h>
#include <string.h>

#include "ledger/base/timestamp.h"
#include "tools/stats_report.h"
#include "tools/verify_text.h"

#define RATE_WIDTH 8 /* "overdue" and a space; "100.0%" */

/* Widths of the columns, of which all but institutions are ASCII: these come last, so that no
 * terminal's idea of how wide a character is matters. */
struct table {
    const struct stats_report *report;
    size_t values[STATS_COLUMNS]; /* of the columns of the query; 0: it comes last */
    int counters[LEDGER_STATISTICS_COUNTERS];
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void measure(struct table *table)
{
    const struct stats_query *query = table->report->query;
    const struct stats_groups *groups = table->report->groups;
    uint64_t total[LEDGER_STATISTICS_COUNTERS];
    ledger_statistics_counters(total, &groups->total);
    for (size_t i = 0; i < query->by_count; i++) {
        if (query->by[i] == STATS_INSTITUTION) {
            continue;
        }
        table->values[i] = larger(strlen(ledger_statistics_column(query->by[i])), strlen("total"));
        for (size_t j = 0; j < groups->count; j++) {
            table->values[i] = larger(table->values[i], groups->list[j].values[i].size);
        }
    }
    for (unsigned i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        int digits = snprintf(NULL, 0, "%" PRIu64, total[i]); /* no row has more */
        table->counters[i] = (int)larger(
            (size_t)digits, strlen(ledger_statistics_column(LEDGER_STATISTICS_KEYS + i)));
    }
}

static void put_rate(double rate)
{
    char text[16] = "-";
    if (rate >= 0) {
        (void)snprintf(text, sizeof text, "%.1f%%", 100 * rate);
    }
    (void)printf(" %*s", RATE_WIDTH, text);
}

/* The columns before the figures. */
static void put_left(const struct table *table, const struct ledger_span *values)
{
    (void)putchar(' ');
    for (size_t i = 0; i < table->report->query->by_count; i++) {
        if (table->values[i] > 0) {
            (void)printf(" %-*.*s", (int)table->values[i], LEDGER_SPAN_ARGS(values[i]));
        }
    }
}

static void put_right(const struct table *table, const struct ledger_span *values)
{
    for (size_t i = 0; i < table->report->query->by_count; i++) {
        if (table->values[i] == 0) {
            (void)fputs("  ", stdout);
            cli_put_clean(stdout, values[i]);
        }
    }
    (void)putchar('\n');
}

static void put_head(const struct table *table)
{
    struct ledger_span values[STATS_COLUMNS];
    for (size_t i = 0; i < table->report->query->by_count; i++) {
        values[i] = ledger_span_of(ledger_statistics_column(table->report->query->by[i]));
    }
    put_left(table, values);
    for (unsigned i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        (void)printf(" %*s", table->counters[i],
                     ledger_statistics_column(LEDGER_STATISTICS_KEYS + i));
    }
    (void)printf(" %*s %*s", RATE_WIDTH, "success", RATE_WIDTH, "overdue");
    put_right(table, values);
}

static void put_row(const struct table *table, const struct ledger_span *values,
                    const struct ledger_figures *figures)
{
    uint64_t counters[LEDGER_STATISTICS_COUNTERS];
    ledger_statistics_counters(counters, figures);
    put_left(table, values);
    for (unsigned i = 0; i < LEDGER_STATISTICS_COUNTERS; i++) {
        (void)printf(" %*" PRIu64, table->counters[i], counters[i]);
    }
    put_rate(stats_success(figures));
    put_rate(stats_overdue(figures));
    put_right(table, values);
}

static void put_table(const struct stats_report *report)
{
    struct table table = {.report = report};
    struct ledger_span total[STATS_COLUMNS] = {ledger_span_of("total"), ledger_span_of(""),
                                               ledger_span_of(""), ledger_span_of("")};
    measure(&table);
    put_head(&table);
    for (size_t i = 0; i < report->groups->count; i++) {
        put_row(&table, report->groups->list[i].values, &report->groups->list[i].figures);
    }
    put_row(&table, total, &report->groups->total);
}

/* --- what the table is of --- */

static void put_asked(const char *name, const char *value)
{
    if (value != NULL) {
        text_row("only", "%s %s", name, value);
    }
}

static void put_counted(const struct stats_report *report)
{
    const struct figures *figures = report->figures;
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer hex = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&hex, figures->canonical.digest.bytes, LEDGER_HASH_SIZE);
    text_section("what was counted");
    text_row("ledger", "%s", figures->report.origin);
    text_row("entries", "the first %" PRIu64 " of %" PRIu64, figures->size,
             figures->report.entries);
    text_row_hash("root over them", &figures->root);
    text_row_time("last of them", figures->last_time_ms);
    text_row("as CSV", "sha256 %.*s, %" PRIu64 " bytes", LEDGER_SPAN_ARGS(ledger_buffer_span(&hex)),
             figures->canonical.size);
    if (figures->report.statistics > 0) {
        text_row("operator's figures", "%" PRIu64 " %s, each as the entries before it give",
                 figures->report.statistics,
                 figures->report.statistics == 1 ? "record" : "records");
    }
    put_asked("from", report->query->from);
    put_asked("to", report->query->to);
    put_asked("kind", report->query->kind);
    put_asked("institution", report->query->institution);
}

void stats_report_text(const struct stats_report *report)
{
    (void)fputs("VALID: ledger ", stdout);
    cli_put_clean(stdout, ledger_span_of(report->figures->report.origin));
    (void)printf(", %" PRIu64 " %s, all of it holds\n", report->figures->report.entries,
                 report->figures->report.entries == 1 ? "entry" : "entries");
    put_counted(report);
    text_section("figures");
    put_table(report);
    text_section("what they mean");
    text_lines("Entries are counted; all but their number only where a rule bound them. A matter\n"
               "may be decided more than once.\n"
               "success: of the entries that made a matter effective, void or closed, those that\n"
               "made it effective. overdue: of the entries that had a term, those after it.");
}
