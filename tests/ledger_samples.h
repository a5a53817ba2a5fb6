/*
 * ledger_samples.h - a small sample ledger: its keys, its authority, its records, its clock.
 *
 * Everything is made anew for each test and freed with it. What a function gives lives until
 * samples_free.
 */
#ifndef LEDGER_TESTS_LEDGER_SAMPLES_H
#define LEDGER_TESTS_LEDGER_SAMPLES_H

#include "ledger/law/state.h"
#include "ledger/ops/append.h"
#include "ledger/ops/create.h"
#include "tests/format_samples.h"

#define SAMPLE_ORIGIN "publiclaw.gz.example/2026"
#define SAMPLE_TIME INT64_C(1795400000000) /* where the sample clock starts */
#define SAMPLE_MAP_SIZE (UINT64_C(1) << 26)
#define SAMPLE_VALUES_MAX 80 /* set or unset lines of a sample record */
#define SAMPLE_SIGNERS_MAX 8
#define SAMPLE_FIELDS_MAX 8

enum sample_who {
    SAMPLE_NOBODY,
    SAMPLE_OPERATOR,
    SAMPLE_OPERATOR_NEXT, /* the same name, another key */
    SAMPLE_LI_NA,         /* governors: any two of three */
    SAMPLE_CHEN_JIE,
    SAMPLE_HE_MIN,
    SAMPLE_ZHANG, /* notary, of SAMPLE_NOTARY */
    SAMPLE_LI_SI, /* notary and registrar, of SAMPLE_NOTARY */
    SAMPLE_WANG,  /* appraiser, of SAMPLE_FORENSICS */
    SAMPLE_ZHAO,  /* appraiser and reviewer, of SAMPLE_FORENSICS */
    SAMPLE_SUN,   /* mediator, of SAMPLE_MEDIATION */
    SAMPLE_ZHOU,  /* lawyer, of SAMPLE_FIRM */
    SAMPLE_STRANGER,
    SAMPLE_NEWCOMER, /* a name of SAMPLE_NOTARY, not enrolled */
    SAMPLE_KEYS
};

#define SAMPLE_NOTARY "nanfang-notary.gz.example"
#define SAMPLE_FORENSICS "smu-forensics.gz.example"
#define SAMPLE_MEDIATION "tianhe-mediation.gz.example"
#define SAMPLE_FIRM "yuexiu-law.gz.example"
#define SAMPLE_LINES 15 /* in the authority after the genesis */

struct samples {
    struct ledger_hasher *hasher;
    struct sample_key keys[SAMPLE_KEYS];
    struct ledger_signing operator_key;
    struct ledger_signing operator_next;
    int64_t now; /* the sample clock */
    uint32_t nonces;
    struct ledger_error error;
    struct ledger_verdict verdict;
    char directory[64]; /* temporary; empty until samples_directory */
    char path[80];      /* of the ledger in it */
    char guard[96];
    struct sample_block *blocks; /* memory that was given out */
};

struct samples *samples_new(void);
void samples_free(struct samples **samples);

void *samples_memory(struct samples *samples, size_t size);
/* printf into memory of the samples. */
const char *samples_text(struct samples *samples, const char *format, ...) LEDGER_PRINTF(2, 3);
/* The sample's key, or a line "<before><vkey><after>". */
const struct ledger_vkey *samples_vkey(const struct samples *samples, enum sample_who who);
const char *samples_line(struct samples *samples, const char *before, enum sample_who who,
                         const char *after);
struct ledger_span samples_copy(struct samples *samples, struct ledger_span bytes);
/* `bytes` with `with` in place of the first `what`. */
struct ledger_span samples_replaced(struct samples *samples, struct ledger_span bytes,
                                    const char *what, const char *with);

/* What a record is made of; what is NULL or zero gets an ordinary value. */
struct sample_record {
    const char *ledger;
    const char *kind;
    const char *event;
    const char *matter;
    const char *institution;
    const char *data;
    uint32_t nonce; /* 0: a fresh one */
    const struct ledger_document *documents;
    size_t document_count;
    const char *category;
    const char *refers;
    enum sample_who parties[SAMPLE_SIGNERS_MAX]; /* ended by SAMPLE_NOBODY */
    const char *fields[SAMPLE_FIELDS_MAX];       /* "<name> <value>"; ended by NULL */
    const char *unsets[SAMPLE_VALUES_MAX];       /* ended by NULL */
    const char *sets[SAMPLE_VALUES_MAX];
    enum sample_who signers[SAMPLE_SIGNERS_MAX]; /* ended by SAMPLE_NOBODY */
    unsigned batched;                            /* bit i: signer i signs it in a batch */
};

/* The signed note. Without signers: LI_NA and CHEN_JIE sign authority records, ZHANG all others. */
struct ledger_span samples_record(struct samples *samples, const struct sample_record *what);
/* The note of a text, signed by these; `signers` ends with SAMPLE_NOBODY. */
struct ledger_span samples_signed(struct samples *samples, struct ledger_span text,
                                  const enum sample_who *signers);
/* The same; those signers of whom a bit is set sign it as the second record of a batch of three. */
struct ledger_span samples_signed_so(struct samples *samples, struct ledger_span text,
                                     const enum sample_who *signers, unsigned batched);
/* The n-th of a row of different ordinary records, some of several signers and with documents. */
struct ledger_span samples_ordinary(struct samples *samples, uint64_t n);
/* A change of the authority with one set and one unset line, either of which may be NULL. */
struct ledger_span samples_change(struct samples *samples, const char *unset, const char *set);
/* The genesis, and what it is made of. */
struct sample_record samples_founding(struct samples *samples);
struct ledger_span samples_genesis(struct samples *samples);

/*
 * A change that requires rules and sets those of two kinds: forensic-appraisal goes through accept,
 * appraise (once or more), review, issue and correct; re-appraisal is accepted by another
 * institution than that which issued the appraisal it refers to, for which it enrols STRANGER of
 * SAMPLE_SECOND.
 */
#define SAMPLE_SECOND "panyu-forensics.gz.example"
struct ledger_span samples_rules(struct samples *samples);
/* A record of forensic-appraisal that meets its rule if its event may come next: WANG signs, but
 * ZHAO a review. */
struct sample_record samples_appraisal(const char *matter, const char *event);
/* One of re-appraisal, which STRANGER signs. */
struct sample_record samples_reappraisal(const char *matter, const char *refers);

/* The parsed record of a note that must parse; borrows the note. */
struct ledger_record samples_parsed(struct samples *samples, struct ledger_span note);
/* An entry composed by hand. */
struct ledger_span samples_entry(struct samples *samples, const struct ledger_entry *entry);
/* A checkpoint signed by `who`. */
struct ledger_span samples_checkpoint(struct samples *samples, const char *origin, uint64_t size,
                                      const struct ledger_hash *root, enum sample_who who);

/* Offers an entry with `note` to `state` at the sample clock; whether it fits. The entry's bytes
 * go to `*bytes` (may be NULL). */
bool samples_accept(struct samples *samples, struct ledger_state *state, struct ledger_span *bytes,
                    struct ledger_span note);
struct ledger_state *samples_state(struct samples *samples);

/* A clock for ledger_append_options that shows samples->now. */
int64_t samples_clock(void *samples);

/* Makes a temporary directory; sets directory, path and guard. */
void samples_directory(struct samples *samples);
/* Makes the sample ledger with `size` entries; from 3 entries on the third is a change of the
 * authority. Checkpoints are of size 1 and `size`. */
void samples_ledger(struct samples *samples, uint64_t size);
/* Opens the ledger to append with the operator's key, at the sample clock. */
enum ledger_status samples_open(struct samples *samples, struct ledger_appender **appender);
/* Appends one note; the status, with the verdict in samples->verdict. */
enum ledger_status samples_append(struct samples *samples, struct ledger_appender *appender,
                                  struct ledger_span note, uint64_t *index);
/* The bytes of a file. */
struct ledger_span samples_file(struct samples *samples, const char *path);
void samples_write_file(const char *path, struct ledger_span bytes);

#endif
