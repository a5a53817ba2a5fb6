/*
 * status_samples.h - a sample ledger with indexes of matters, and status proofs of it put together
 * by hand: the tree comes from its definition, over a list that the test keeps itself.
 */
#ifndef LEDGER_TESTS_STATUS_SAMPLES_H
#define LEDGER_TESTS_STATUS_SAMPLES_H

#include "ledger/law/status_check.h"
#include "ledger/ops/prove.h"
#include "tests/ledger_samples.h"

#define STATUS_ENTRIES_MAX 4000
#define STATUS_HEADS_MAX 16

struct status_samples {
    struct samples *s;
    struct ledger_appender *appender; /* open until status_read */
    struct ledger_reader *reader;
    struct ledger_prover *prover;
    struct ledger_policy *policy;
    uint8_t *memory;
    struct ledger_proof_report *entry;
    struct ledger_status_report report;
    struct ledger_span checkpoint;
    uint64_t count; /* entries */
    const char *matters[STATUS_ENTRIES_MAX];
};

/* What a status proof is made of. */
struct status_pieces {
    const char *matter;
    uint64_t entries; /* that it says it shows */
    struct ledger_prefix_path path;
    struct ledger_prefix_end end;
    struct ledger_span index;
    struct ledger_span heads[STATUS_HEADS_MAX];
    unsigned count;
    struct ledger_span checkpoint;
};

/* A ledger of its genesis, open to append. */
struct status_samples *status_new(void);
void status_free(struct status_samples **f);

/* Appends a record, which must be accepted; its index. */
uint64_t status_append(struct status_samples *f, struct sample_record what);
/* One of a matter without rules. */
uint64_t status_ordinary(struct status_samples *f, const char *matter);
/* Rules, as samples_rules. */
void status_rules(struct status_samples *f);
/* The record of an index of matters at `index` with `root`, signed by `who`. */
struct ledger_span status_index_record(struct status_samples *f, uint64_t index,
                                       const struct ledger_hash *root, enum sample_who who);
/* Appends an index of matters. */
uint64_t status_index(struct status_samples *f);
/* Closes the appender and opens a prover; the reverse. */
void status_read(struct status_samples *f);
void status_write(struct status_samples *f);

/* The root, and the path to a matter, of the matter tree over the entries before `before`. */
struct ledger_hash status_root(struct status_samples *f, uint64_t before);
bool status_path(struct status_samples *f, struct ledger_prefix_path *path,
                 struct ledger_prefix_end *end, const char *matter, uint64_t before);

/* The proof of an entry without its checkpoint. */
struct ledger_span status_head(struct status_samples *f, uint64_t index);
/* The true status proof of a matter as of the index entry `as_of`, in pieces. */
struct status_pieces status_pieces(struct status_samples *f, const char *matter, uint64_t as_of);
/* Its bytes. */
struct ledger_span status_bytes(struct status_samples *f, const struct status_pieces *pieces);

/* What the check finds, in f->s->verdict and f->report too. */
enum ledger_finding status_check_bytes(struct status_samples *f, struct ledger_span bytes);
enum ledger_finding status_check(struct status_samples *f, const struct status_pieces *pieces);

/* A ledger to be proved: 0 genesis, 1 A, 2 B, 3 A, 4 C, 5 index, 6 A, 7 rules, 8 to 12 F: accept,
 * appraise, review, issue, correct; 13 index; 14 G: accept. Others of the same name have other
 * `nonces`. */
#define STATUS_FIRST 5   /* the first index of matters */
#define STATUS_SECOND 13 /* the second */
struct status_samples *status_world(uint32_t nonces);

#endif
