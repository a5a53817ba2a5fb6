/*
 * book_samples.h - a sample ledger that is written on, entry by entry, as a good appender would, or a
 * bad one: through store_edit.
 */
#ifndef LEDGER_TESTS_BOOK_SAMPLES_H
#define LEDGER_TESTS_BOOK_SAMPLES_H

#include "ledger/law/matter_tree.h"
#include "ledger/law/statistics.h"
#include "ledger/store/store.h"
#include "tests/audit_samples.h"

struct book {
    struct fixture f; /* its store open to be edited until an audit */
    uint64_t size;
    struct ledger_frontier *frontier;
    struct ledger_matter_tree *tree;
    struct ledger_statistics *figures;
};

/* A ledger of ENTRIES entries. */
struct book book_new(void);
/* The same with an index over all of them. */
struct book book_indexed(void);
void book_free(struct book *b);

/* Opens its store, if an audit closed it. */
void book_edit(struct book *b);
struct ledger_hash book_matter(struct book *b, struct ledger_span matter);

/* Appends an entry around `note`, with its rows and a checkpoint. */
void book_file(struct book *b, struct ledger_span note);
void book_file_ordinary(struct book *b, unsigned count);

/* A row of an index that leads to the entry at `index`. */
void book_put_row(struct book *b, const char *table, const struct ledger_hash *hash,
                  uint64_t index);

/* The record of an index of `size` entries with `root`; the true one, of all entries. */
struct sample_record book_index_record(struct book *b, uint64_t size,
                                       const struct ledger_hash *root);
struct sample_record book_good_index(struct book *b);
/* Appends the true one, and puts its parts. */
void book_file_index(struct book *b);

/* The parts as of now; how many there are. */
uint64_t book_put_parts(struct book *b);
void book_put_part(struct book *b, uint16_t bucket, const struct ledger_prefix_part *part);

#endif
