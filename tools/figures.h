/*
 * figures.h - the figures of a ledger, counted by an audit of all of it.
 */
#ifndef LEDGER_TOOLS_FIGURES_H
#define LEDGER_TOOLS_FIGURES_H

#include "ledger/law/statistics.h"
#include "ledger/ops/audit.h"
#include "ledger/tree/tree.h"

/* Large: allocate it. Starts with zeroes, but for what is to be counted. */
struct figures {
    uint64_t limit; /* entries to count, from the first; UINT64_MAX: all */
    unsigned jobs;  /* see ledger_audit_options */
    struct ledger_verdict verdict;
    struct ledger_audit_report report; /* of the whole ledger */
    /* Good only if the verdict is VALID: */
    struct ledger_statistics *statistics;
    struct ledger_document canonical; /* digest and size of their CSV */
    uint64_t size;                    /* entries counted; their root, and the time of the last */
    struct ledger_hash root;
    int64_t last_time_ms;
    /* Of the counting: */
    struct ledger_hasher *hasher;
    struct ledger_frontier frontier;
};

/* Audits the ledger `path`, published or not, under `policy`, with progress, and counts. If the status is LEDGER_OK,
 * see the verdict. */
LEDGER_MUST_USE enum ledger_status figures_count(struct figures *figures, const char *path,
                                                 bool published, const struct ledger_policy *policy,
                                                 bool unlocked, struct ledger_error *error);

void figures_free(struct figures *figures);

/* The canonical CSV of figures->canonical.size bytes, allocated. NULL after a message. */
uint8_t *figures_csv(const struct figures *figures);

#endif
