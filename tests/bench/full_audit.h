/*
 * full_audit.h - auditing a whole ledger, and the time that parts of it take.
 */
#ifndef LEDGER_BENCH_FULL_AUDIT_H
#define LEDGER_BENCH_FULL_AUDIT_H

#include "ledger/ops/audit.h"
#include "tests/bench/bench.h"

typedef void full_audit_progress(void *context, uint64_t done, uint64_t total);

/* Audits the ledger `path`, which must be valid, by the log key whose vkey is `log`, with so many
 * threads. */
static inline void full_audit_jobs(struct ledger_audit_report *report, const char *path,
                                   const char *log, unsigned jobs, full_audit_progress *progress,
                                   void *context)
{
    struct ledger_hasher *hasher;
    struct ledger_policy *policy;
    struct ledger_vkey vkey;
    struct ledger_verdict verdict;
    struct ledger_error error;
    struct ledger_audit_options options = {
        .jobs = jobs, .progress = progress, .progress_context = context};
    if (ledger_hasher_new(&hasher) != LEDGER_OK || ledger_policy_new(&policy) != LEDGER_OK) {
        bench_die("out of memory");
    }
    ledger_verdict_clear(&verdict);
    if (!ledger_vkey_parse(hasher, &vkey, &verdict, ledger_span_of(log))) {
        bench_die("not a vkey: '%s'", log);
    }
    ledger_policy_of_log(policy, &vkey);
    options.policy = policy;
    bench_ok(ledger_audit(report, &verdict, path, &options, &error), &error);
    bench_valid(&verdict);
    ledger_policy_free(&policy);
    ledger_hasher_free(&hasher);
}

/* The same with one thread. */
static inline void full_audit(struct ledger_audit_report *report, const char *path, const char *log,
                              full_audit_progress *progress, void *context)
{
    full_audit_jobs(report, path, log, 1, progress, context);
}

/* When an audit came past certain entries. It tells so every 256 entries. */
#define FULL_AUDIT_LAPS 3

struct full_audit_lap {
    uint64_t wanted; /* the lap is taken once so many entries are done */
    uint64_t done;
    double at; /* 0: not taken */
};

struct full_audit_laps {
    struct full_audit_lap laps[FULL_AUDIT_LAPS];
    size_t count;
};

static inline void full_audit_take_laps(void *context, uint64_t done, uint64_t total)
{
    struct full_audit_laps *laps = context;
    (void)total;
    for (size_t i = 0; i < laps->count; i++) {
        struct full_audit_lap *lap = &laps->laps[i];
        if (lap->at == 0 && done >= lap->wanted) {
            lap->done = done;
            lap->at = bench_now();
        }
    }
}

#endif
