/*
 * statistics.h - figures of a ledger that anyone can recompute (SPEC.md "Statistics").
 *
 * Fed with every accepted entry in order, it counts by period, kind, event and institution. Its CSV
 * has one spelling, so that two countings of the same entries give the same bytes; an operator's
 * statistics record is the digest and size of that CSV over all entries before it.
 */
#ifndef LEDGER_LAW_STATISTICS_H
#define LEDGER_LAW_STATISTICS_H

#include "ledger/format/entry.h"
#include "ledger/law/workflow.h"

/* What was counted of entries that have the same period, kind, event and institution. */
struct ledger_figures {
    uint64_t entries;
    uint64_t opened;    /* the first entries of their matters; under rules only, as all below */
    uint64_t effective; /* entries that made their matter effective, and so on */
    uint64_t corrected;
    uint64_t voided;
    uint64_t closed;
    uint64_t due;  /* entries that had a term */
    uint64_t late; /* of those, entries after it */
};

/* The spans are good as long as the statistics. */
struct ledger_statistics_row {
    char period[8]; /* "2026-11": the month of the ledger's time, which is UTC */
    struct ledger_span kind;
    struct ledger_span event;
    struct ledger_span institution;
    struct ledger_figures figures;
};

struct ledger_statistics;

LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_statistics_new(struct ledger_statistics **statistics);
/* Accepts NULL inside; sets to NULL. */
LEDGER_API void ledger_statistics_free(struct ledger_statistics **statistics);

/* Counts the next entry, accepted with `step`. LEDGER_NO_MEMORY leaves the figures as they were. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_statistics_add(struct ledger_statistics *statistics, const struct ledger_entry *entry,
                      const struct ledger_step *step);

/* How many entries were counted. */
LEDGER_API uint64_t ledger_statistics_entries(const struct ledger_statistics *statistics);

/* Calls `visit` for every row, in the order of the CSV: by period, kind, event, institution, each
 * compared byte by byte. */
typedef void ledger_statistics_visit(void *context, const struct ledger_statistics_row *row);
LEDGER_API void ledger_statistics_each(const struct ledger_statistics *statistics,
                                       ledger_statistics_visit *visit, void *context);

/* Appends the CSV to `buffer`; its size is that of the digest. */
LEDGER_API void ledger_statistics_write(struct ledger_buffer *buffer,
                                        const struct ledger_statistics *statistics);

/* SHA-256 and size of the CSV, with an empty name. */
LEDGER_API void ledger_statistics_digest(struct ledger_document *digest,
                                         struct ledger_hasher *hasher,
                                         const struct ledger_statistics *statistics);

/* For other tables of figures, what the CSV is made of: the names of its columns, of which those
 * after the key are the counters of a row; and how it spells a value, quoted only if it must be. */
#define LEDGER_STATISTICS_KEYS 4
#define LEDGER_STATISTICS_COUNTERS 8
#define LEDGER_STATISTICS_COLUMNS (LEDGER_STATISTICS_KEYS + LEDGER_STATISTICS_COUNTERS)
LEDGER_API const char *ledger_statistics_column(unsigned column);
LEDGER_API void ledger_statistics_counters(uint64_t counters[LEDGER_STATISTICS_COUNTERS],
                                           const struct ledger_figures *figures);

#define LEDGER_STATISTICS_VALUE_MAX (2 * LEDGER_NAME_MAX + 2) /* bytes, as it is spelled */
LEDGER_API void ledger_statistics_value(struct ledger_buffer *buffer, struct ledger_span value);

#endif
