/*
 * entitlement_samples.h - the sample ledger's authority, and judging who may sign under it.
 */
#ifndef LEDGER_TESTS_ENTITLEMENT_SAMPLES_H
#define LEDGER_TESTS_ENTITLEMENT_SAMPLES_H

#include "ledger/law/entitlement.h"
#include "tests/ledger_samples.h"

struct fixture {
    struct samples *s;
    struct ledger_authority *authority;
    const char *hidden; /* a subject that the lookup does not find */
    bool absence_shown; /* a partial lookup knows what is absent */
    struct ledger_lookup lookup;
    struct ledger_entitlement entitled;
};

static inline const struct ledger_authority_line *
find_key(void *context, enum ledger_line_type type, struct ledger_span name, uint32_t key_id)
{
    struct fixture *f = context;
    const struct ledger_authority_line *line =
        ledger_authority_find_key(f->authority, f->s->hasher, type, name, key_id);
    bool hidden = line != NULL && f->hidden != NULL && ledger_span_is(line->subject, f->hidden);
    return hidden ? NULL : line;
}

static inline const struct ledger_authority_line *find_subject(void *context,
                                                               struct ledger_span subject)
{
    struct fixture *f = context;
    bool hidden = f->hidden != NULL && ledger_span_is(subject, f->hidden);
    return hidden ? NULL : ledger_authority_find(f->authority, f->s->hasher, subject);
}

static inline bool is_absent(void *context, struct ledger_span subject)
{
    struct fixture *f = context;
    bool absent = ledger_authority_find(f->authority, f->s->hasher, subject) == NULL;
    return absent && (!f->lookup.partial || f->absence_shown);
}

static inline void change(struct fixture *f, struct ledger_span note)
{
    bool done = false;
    struct ledger_record record = samples_parsed(f->s, note);
    CU_ASSERT_EQUAL(
        ledger_authority_change(f->authority, f->s->hasher, &f->s->verdict, &done, &record, 0),
        LEDGER_OK);
    if (!done) {
        printf("\n%s\n", f->s->verdict.detail);
    }
    CU_ASSERT_FATAL(done);
}

static inline void fixture_start(struct fixture *f)
{
    *f = (struct fixture){.s = samples_new(), .absence_shown = true};
    f->lookup = (struct ledger_lookup){f, find_key, find_subject, is_absent, false};
    CU_ASSERT_EQUAL_FATAL(ledger_authority_new(&f->authority), LEDGER_OK);
    change(f, samples_genesis(f->s));
}

static inline void fixture_end(struct fixture *f)
{
    ledger_authority_free(&f->authority);
    samples_free(&f->s);
}

static inline enum ledger_finding judge_note(struct fixture *f, struct ledger_span note)
{
    struct ledger_record record = samples_parsed(f->s, note);
    ledger_verdict_clear(&f->s->verdict);
    memset(&f->entitled, 1, sizeof f->entitled);
    bool yes =
        ledger_entitled(&f->lookup, NULL, &f->entitled, f->s->hasher, &f->s->verdict, &record);
    CU_ASSERT_EQUAL(yes, f->s->verdict.finding == LEDGER_NOT_CHECKED);
    CU_ASSERT(!yes || f->entitled.count == record.note.count);
    return f->s->verdict.finding;
}

static inline enum ledger_finding judge(struct fixture *f, const struct sample_record *what)
{
    return judge_note(f, samples_record(f->s, what));
}

/* An ordinary record of the notary's office, signed by these. */
#define BY(...) (&(struct sample_record){.signers = {__VA_ARGS__}})
/* A change of the authority, signed by these. */
#define CHANGE_BY(...)                                                                             \
    (&(struct sample_record){                                                                      \
        .kind = LEDGER_KIND_AUTHORITY, .sets = {"threshold 1"}, .signers = {__VA_ARGS__}})

static inline bool says(const struct fixture *f, const char *text)
{
    bool found = strstr(f->s->verdict.detail, text) != NULL;
    if (!found) {
        printf("\n%s\n", f->s->verdict.detail);
    }
    return found;
}

/* A change that SAMPLE_NOTARY files, signed by these. */
#define FILED_BY(...)                                                                              \
    (&(struct sample_record){.kind = LEDGER_KIND_AUTHORITY,                                        \
                             .institution = SAMPLE_NOTARY,                                         \
                             .unsets = {"threshold"},                                              \
                             .signers = {__VA_ARGS__}})

#endif
