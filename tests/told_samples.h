/*
 * told_samples.h - all that an audit finds and tells, to compare audits with each other.
 */
#ifndef LEDGER_TESTS_TOLD_SAMPLES_H
#define LEDGER_TESTS_TOLD_SAMPLES_H

#include <string.h>

#include "tests/audit_samples.h"

#define TOLD_MAX 4096

/* What an audit found and told. */
struct told {
    enum ledger_status status;
    struct ledger_verdict verdict;
    struct ledger_audit_report report;
    struct ledger_notice notices[64];
    size_t notice_count;
    struct ledger_hash leaves[TOLD_MAX];
    size_t leaf_count;
    size_t stop_after; /* entries; 0: never */
};

static inline void take_notice(void *context, const struct ledger_notice *notice)
{
    struct told *told = context;
    CU_ASSERT_FATAL(told->notice_count < 64);
    told->notices[told->notice_count] = *notice;
    told->notices[told->notice_count++].key = (struct ledger_span){NULL, notice->key.size};
}

static inline enum ledger_status take_entry(void *context, const struct ledger_entry *entry,
                                            const struct ledger_step *step,
                                            const struct ledger_hash *leaf)
{
    struct told *told = context;
    (void)step;
    CU_ASSERT_FATAL(told->leaf_count < TOLD_MAX);
    CU_ASSERT_EQUAL(entry->index, told->leaf_count);
    told->leaves[told->leaf_count++] = *leaf;
    return told->leaf_count == told->stop_after ? LEDGER_DISK_FULL : LEDGER_OK;
}

/* Everything on `jobs` threads, stopped after so many entries (0: never). */
static inline struct ledger_audit_options told_options(struct fixture *f, struct told *told,
                                                       unsigned jobs, size_t stop_after)
{
    told->stop_after = stop_after;
    return (struct ledger_audit_options){.policy = f->policy,
                                         .unlocked = true,
                                         .jobs = jobs,
                                         .notice = take_notice,
                                         .notice_context = told,
                                         .entry = take_entry,
                                         .entry_context = told};
}

static inline bool same(const struct told *a, const struct told *b)
{
    return a->status == b->status && a->verdict.finding == b->verdict.finding &&
           a->verdict.entry == b->verdict.entry && a->verdict.line == b->verdict.line &&
           strcmp(a->verdict.detail, b->verdict.detail) == 0 &&
           memcmp(&a->report, &b->report, sizeof a->report) == 0 &&
           a->notice_count == b->notice_count &&
           memcmp(a->notices, b->notices, sizeof a->notices) == 0 &&
           a->leaf_count == b->leaf_count && memcmp(a->leaves, b->leaves, sizeof a->leaves) == 0;
}

/* The next number of a sequence, below a bound. */
static inline uint64_t any(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % below;
}

#endif
