#include "tests/authority_samples.h"

#include <stdio.h>

enum ledger_finding authority_fixture_change(struct authority_fixture *f, struct ledger_span note)
{
    bool done = false;
    struct ledger_record record = samples_parsed(f->s, note);
    ledger_verdict_clear(&f->s->verdict);
    CU_ASSERT_EQUAL(ledger_authority_change(f->authority, f->s->hasher, &f->s->verdict, &done,
                                            &record, f->index),
                    LEDGER_OK);
    CU_ASSERT_EQUAL(done, f->s->verdict.finding == LEDGER_NOT_CHECKED);
    return f->s->verdict.finding;
}

struct authority_fixture authority_fixture_new(void)
{
    struct authority_fixture f = {samples_new(), NULL, 0};
    CU_ASSERT_EQUAL_FATAL(ledger_authority_new(&f.authority), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(authority_fixture_change(&f, samples_genesis(f.s)), LEDGER_NOT_CHECKED);
    return f;
}

void authority_fixture_free(struct authority_fixture *f)
{
    ledger_authority_free(&f->authority);
    CU_ASSERT_PTR_NULL(f->authority);
    samples_free(&f->s);
}

struct ledger_hash authority_fixture_root(struct authority_fixture *f)
{
    struct ledger_hash root;
    ledger_authority_root(f->authority, f->s->hasher, &root);
    return root;
}

static void hash_line(void *context, const struct ledger_authority_line *line)
{
    ledger_hash_update(context, line->text);
}

/* Everything that can be seen of the authority. */
static struct ledger_hash image_of(struct authority_fixture *f)
{
    struct ledger_hash image;
    ledger_hash_start(f->s->hasher);
    ledger_authority_each(f->authority, hash_line, f->s->hasher);
    ledger_hash_finish(f->s->hasher, &image);
    return image;
}

/* The lines of the genesis can be changed, so nothing is left half-done. */
static void change_to_and_fro(struct authority_fixture *f)
{
    const char *zhang = samples_line(f->s, "key ", SAMPLE_ZHANG, "");
    const char *back = samples_text(f->s, "%s " SAMPLE_NOTARY " notary", zhang);
    CU_ASSERT_EQUAL(authority_fixture_change(f, samples_change(f->s, zhang, "threshold 1")),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(authority_fixture_change(f, samples_change(f->s, NULL, back)),
                    LEDGER_NOT_CHECKED);
    CU_ASSERT_EQUAL(authority_fixture_change(f, samples_change(f->s, NULL, "threshold 2")),
                    LEDGER_NOT_CHECKED);
}

void authority_refuses(struct authority_fixture *f, enum ledger_finding finding,
                       const struct sample_record *what)
{
    struct sample_record record = *what;
    struct ledger_hash root = authority_fixture_root(f);
    struct ledger_hash image = image_of(f);
    uint64_t count = ledger_authority_count(f->authority);
    record.kind = LEDGER_KIND_AUTHORITY;
    CU_ASSERT_EQUAL(authority_fixture_change(f, samples_record(f->s, &record)), finding);
    CU_ASSERT_NOT_EQUAL(f->s->verdict.detail[0], '\0');
    struct ledger_verdict verdict = f->s->verdict;
    struct ledger_hash root_after = authority_fixture_root(f);
    struct ledger_hash image_after = image_of(f);
    CU_ASSERT(ledger_hash_equal(&root, &root_after));
    CU_ASSERT(ledger_hash_equal(&image, &image_after));
    CU_ASSERT_EQUAL(ledger_authority_count(f->authority), count);
    CU_ASSERT_PTR_NOT_NULL(ledger_authority_operator(f->authority));
    change_to_and_fro(f);
    root_after = authority_fixture_root(f);
    CU_ASSERT(ledger_hash_equal(&root, &root_after));
    f->s->verdict = verdict;
}

void authority_refuses_saying(struct authority_fixture *f, const char *words,
                              const struct sample_record *what)
{
    authority_refuses(f, LEDGER_BAD_CHANGE, what);
    if (strstr(f->s->verdict.detail, words) == NULL) {
        printf("\n'%s' is not in: %s\n", words, f->s->verdict.detail);
        CU_FAIL("the detail says something else");
    }
}

void authority_accepts(struct authority_fixture *f, const struct sample_record *what)
{
    struct sample_record record = *what;
    record.kind = LEDGER_KIND_AUTHORITY;
    enum ledger_finding finding = authority_fixture_change(f, samples_record(f->s, &record));
    if (finding != LEDGER_NOT_CHECKED) {
        printf("\n%s\n", f->s->verdict.detail);
    }
    CU_ASSERT_EQUAL(finding, LEDGER_NOT_CHECKED);
}
