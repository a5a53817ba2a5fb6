/*
 * ruled_samples.h - a sample ledger on which rules are required, with matters that proceed, and
 * with entries that slipped in behind the appender's back.
 */
#ifndef LEDGER_TESTS_RULED_SAMPLES_H
#define LEDGER_TESTS_RULED_SAMPLES_H

#include "ledger/store/store_write.h"
#include "tests/audit_samples.h"

#define RULED_ENTRIES 2 /* the genesis, and the rules */

/* Appends one record; what it is found to be. */
static inline enum ledger_finding ruled_append(struct fixture *f, struct sample_record what)
{
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL_FATAL(samples_open(f->s, &a), LEDGER_OK);
    CU_ASSERT_EQUAL(samples_append(f->s, a, samples_record(f->s, &what), NULL), LEDGER_OK);
    ledger_appender_close(&a);
    return f->s->verdict.finding;
}

static inline struct fixture ruled_new(void)
{
    struct fixture f = fixture_new(1);
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL_FATAL(samples_open(f.s, &a), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(samples_append(f.s, a, samples_rules(f.s), NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(f.s->verdict.finding, LEDGER_VALID);
    ledger_appender_close(&a);
    return f;
}

/* Lets a matter go through `count` of the events accept, appraise, review, issue, correct. */
static inline void ruled_proceed(struct fixture *f, const char *matter, size_t count)
{
    static const char *const events[] = {"accept", "appraise", "review", "issue", "correct"};
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL_FATAL(samples_open(f->s, &a), LEDGER_OK);
    for (size_t i = 0; i < count; i++) {
        struct sample_record what = samples_appraisal(matter, events[i]);
        CU_ASSERT_EQUAL(samples_append(f->s, a, samples_record(f->s, &what), NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(f->s->verdict.finding, LEDGER_VALID);
        f->s->now++;
    }
    ledger_appender_close(&a);
}

static inline struct ledger_hash ruled_root(struct fixture *f, struct ledger_store *store,
                                            uint64_t size)
{
    struct ledger_frontier frontier;
    struct ledger_hash hash;
    struct ledger_span bytes;
    ledger_frontier_start(&frontier);
    for (uint64_t i = 0; i < size; i++) {
        CU_ASSERT_EQUAL_FATAL(ledger_store_entry(store, &bytes, i, NULL), LEDGER_OK);
        ledger_tree_leaf(f->s->hasher, &hash, bytes);
        ledger_frontier_append(f->s->hasher, &frontier, &hash, NULL, NULL);
    }
    ledger_frontier_root(f->s->hasher, &hash, &frontier);
    return hash;
}

/* Adds an entry with all its index rows after the last, which must not be a change of the
 * authority, without asking the state; and, if `sign`, a checkpoint of the operator. Its index. */
static inline uint64_t ruled_slip_note(struct fixture *f, struct ledger_span record, bool sign)
{
    struct ledger_store *store = NULL;
    struct ledger_span bytes;
    struct ledger_entry entry;
    uint64_t size = 0;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, f->s->path, LEDGER_STORE_WRITE, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_size(store, &size, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_entry(store, &bytes, size - 1, NULL), LEDGER_OK);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, bytes));
    ledger_tree_leaf(f->s->hasher, &entry.previous, bytes);
    entry.index = size;
    entry.note = record;
    bytes = samples_entry(f->s, &entry);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, bytes));
    CU_ASSERT_EQUAL(ledger_store_add_entry(store, f->s->hasher, &entry, bytes, NULL), LEDGER_OK);
    struct ledger_hash root = ruled_root(f, store, size + 1);
    if (sign) {
        struct ledger_span note =
            samples_checkpoint(f->s, SAMPLE_ORIGIN, size + 1, &root, SAMPLE_OPERATOR);
        CU_ASSERT_EQUAL(ledger_store_add_checkpoint(store, size + 1, note, NULL), LEDGER_OK);
    }
    CU_ASSERT_EQUAL(ledger_store_commit(store, NULL), LEDGER_OK);
    ledger_store_close(&store);
    return size;
}

static inline uint64_t ruled_slip(struct fixture *f, struct sample_record what, bool sign)
{
    return ruled_slip_note(f, samples_record(f->s, &what), sign);
}

/* The key of the row that leads from `matter` to an entry; `key` has room for it. */
static inline struct ledger_span ruled_row(struct fixture *f, uint8_t key[LEDGER_ROW_KEY_SIZE],
                                           const char *matter, uint64_t index)
{
    struct ledger_hash hash;
    ledger_hash_bytes(f->s->hasher, &hash, ledger_span_of(matter));
    ledger_key_row(key, &hash, index);
    return (struct ledger_span){key, LEDGER_ROW_KEY_SIZE};
}

#endif
