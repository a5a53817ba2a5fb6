/*
 * audit_samples.h - a sample ledger, its store open to be changed, and what an audit then finds.
 */
#ifndef LEDGER_TESTS_AUDIT_SAMPLES_H
#define LEDGER_TESTS_AUDIT_SAMPLES_H

#include <stdio.h>

#include "ledger/ops/audit.h"
#include "tests/ledger_samples.h"
#include "tests/store_edit.h"

#define ENTRIES 12

struct fixture {
    struct samples *s;
    struct ledger_policy *policy;
    struct ledger_audit_report *report;
    struct ledger_span since;
    struct store_edit *edit;
};

static inline struct fixture fixture_new(uint64_t entries)
{
    struct fixture f = {.s = samples_new()};
    f.report = samples_memory(f.s, sizeof *f.report);
    samples_ledger(f.s, entries);
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&f.policy), LEDGER_OK);
    ledger_policy_of_log(f.policy, samples_vkey(f.s, SAMPLE_OPERATOR));
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    ledger_policy_free(&f->policy);
    samples_free(&f->s);
}

/* A ledger of ENTRIES entries with its store open to be edited. */
static inline struct fixture edited(void)
{
    struct fixture f = fixture_new(ENTRIES);
    f.edit = store_edit_open(f.s->path);
    return f;
}

static inline enum ledger_status audit(struct fixture *f)
{
    struct ledger_audit_options options = {
        .policy = f->policy, .since = f->since, .unlocked = true};
    return ledger_audit(f->report, &f->s->verdict, f->s->path, &options, &f->s->error);
}

static inline void finds(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    if (f->edit != NULL) {
        store_edit_close(&f->edit);
    }
    CU_ASSERT_EQUAL(audit(f), LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, finding);
    CU_ASSERT_EQUAL(f->s->verdict.entry, entry);
    if (f->s->verdict.finding != finding || f->s->verdict.entry != entry) {
        printf("\n%s at %lld: %s\n", ledger_finding_token(f->s->verdict.finding),
               (long long)f->s->verdict.entry, f->s->verdict.detail);
    }
}

/* The same, for a fixture that is not needed any more. */
static inline void finds_only(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    finds(f, finding, entry);
    fixture_free(f);
}

#endif
