/*
 * stats_report.h - the figures of a ledger as a table, as CSV and as JSON.
 *
 * As JSON, an object on one line; hashes are hex:
 *
 *     what          "statistics"
 *     verdict       as in verify_json.h; if it is not valid there is nothing else
 *     ledger        {"origin": text, "entries": number of all, "size": number counted, "root": over
 *                   those, "last_time": of those, "statistics": number of statistics records}
 *     trust         as in verify_json.h
 *     csv           {"sha256", "size"}: of the canonical CSV, whatever was asked for
 *     from, to, kind, institution ?   text, as it was asked
 *     by            [text]: columns
 *     rows          [{the columns: text, "entries", "opened", "effective", "corrected", "void",
 *                   "closed", "due", "late": numbers, "success" ?, "overdue" ?: 0 to 1}]
 *     total         as a row, without the columns
 */
#ifndef LEDGER_TOOLS_STATS_REPORT_H
#define LEDGER_TOOLS_STATS_REPORT_H

#include "tools/figures.h"
#include "tools/stats_groups.h"

struct stats_report {
    const struct figures *figures;
    const struct stats_query *query;
    const struct stats_groups *groups;
};

void stats_report_text(const struct stats_report *report);
void stats_report_json(const struct stats_report *report);

/* On standard output the CSV alone, on stderr what it is of. CLI_TROUBLE after a message. */
int stats_report_csv(const struct stats_report *report);

/* Of a ledger that does not verify. */
void stats_not_valid_text(const struct figures *figures);
void stats_not_valid_json(const struct figures *figures);

#endif
