/*
 * authority_samples.h - an authority with the lines of the sample genesis, and changes to it.
 */
#ifndef LEDGER_TESTS_AUTHORITY_SAMPLES_H
#define LEDGER_TESTS_AUTHORITY_SAMPLES_H

#include "tests/ledger_samples.h"

struct authority_fixture {
    struct samples *s;
    struct ledger_authority *authority;
    uint64_t index; /* of the entry that the next change stands in; 0 at first */
};

struct authority_fixture authority_fixture_new(void);
void authority_fixture_free(struct authority_fixture *f);

/* Carries out the record of a note; NOT_CHECKED if it was done, with the verdict in f->s. */
enum ledger_finding authority_fixture_change(struct authority_fixture *f, struct ledger_span note);
struct ledger_hash authority_fixture_root(struct authority_fixture *f);

/* The change is carried out. Its kind is 'authority', whatever `what` says. */
void authority_accepts(struct authority_fixture *f, const struct sample_record *what);

/* The change is refused with this finding, which stays in f->s->verdict, and leaves everything as
 * it was. ZHANG and the threshold must be those of the genesis. */
void authority_refuses(struct authority_fixture *f, enum ledger_finding finding,
                       const struct sample_record *what);

/* The change is refused with BAD_CHANGE and a detail that has `words` in it. */
void authority_refuses_saying(struct authority_fixture *f, const char *words,
                              const struct sample_record *what);

#endif
