/*
 * published_samples.h - a sample ledger, published beside it, and what an audit of the files finds.
 */
#ifndef LEDGER_TESTS_PUBLISHED_SAMPLES_H
#define LEDGER_TESTS_PUBLISHED_SAMPLES_H

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/ops/audit_published.h"
#include "ledger/ops/publish.h"
#include "ledger/ops/search_published.h"
#include "tests/audit_samples.h"

static inline const char *published_dir(struct fixture *f)
{
    return samples_text(f->s, "%s/published", f->s->directory);
}

/* The path of a file of the publication. */
static inline const char *published_file(struct fixture *f, const char *name)
{
    return samples_text(f->s, "%s/published/%s", f->s->directory, name);
}

static inline enum ledger_status publish_with(struct fixture *f,
                                              struct ledger_publish_report *report, bool again)
{
    struct ledger_publish_options options = {.again = again, .unlocked = true};
    return ledger_publish(report, f->s->path, published_dir(f), &options, &f->s->error);
}

static inline enum ledger_status publish(struct fixture *f)
{
    struct ledger_publish_report report;
    return publish_with(f, &report, false);
}

/* A ledger of `entries`, published. */
static inline struct fixture published_new(uint64_t entries)
{
    struct fixture f = fixture_new(entries);
    CU_ASSERT_EQUAL_FATAL(publish(&f), LEDGER_OK);
    return f;
}

static inline enum ledger_status audit_files(struct fixture *f)
{
    struct ledger_audit_options options = {.policy = f->policy, .since = f->since};
    return ledger_audit_published(f->report, &f->s->verdict, published_dir(f), &options,
                                  &f->s->error);
}

static inline void files_are(struct fixture *f, enum ledger_finding finding, uint64_t entry)
{
    CU_ASSERT_EQUAL(audit_files(f), LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, finding);
    CU_ASSERT_EQUAL(f->s->verdict.entry, entry);
    if (f->s->verdict.finding != finding || f->s->verdict.entry != entry) {
        printf("\n%s at %lld: %s\n", ledger_finding_token(f->s->verdict.finding),
               (long long)f->s->verdict.entry, f->s->verdict.detail);
    }
}

static inline void files_hold(struct fixture *f)
{
    files_are(f, LEDGER_VALID, LEDGER_NO_ENTRY);
}

/* The same with a file changed, which is put back afterwards. */
static inline void changed_file_is(struct fixture *f, const char *name, struct ledger_span bytes,
                                   enum ledger_finding finding, uint64_t entry)
{
    struct ledger_span good = samples_file(f->s, published_file(f, name));
    samples_write_file(published_file(f, name), bytes);
    files_are(f, finding, entry);
    samples_write_file(published_file(f, name), good);
}

/* The bytes of a file with those at `at` complemented. */
static inline struct ledger_span flipped(struct fixture *f, const char *name, size_t at)
{
    struct ledger_span bytes = samples_file(f->s, published_file(f, name));
    uint8_t *copy = samples_memory(f->s, bytes.size);
    memcpy(copy, bytes.data, bytes.size);
    copy[at] ^= 0xff;
    return (struct ledger_span){copy, bytes.size};
}

static inline bool file_is_there(struct fixture *f, const char *name)
{
    struct stat info;
    return lstat(published_file(f, name), &info) == 0;
}

/* Appends ordinary records until there are `entries`. */
static inline void grow_to(struct fixture *f, uint64_t from, uint64_t entries)
{
    struct ledger_appender *appender = NULL;
    struct ledger_span notes[LEDGER_BATCH_MAX];
    struct ledger_receipt receipts[LEDGER_BATCH_MAX];
    size_t refused;
    size_t count = 0;
    for (; from + count < entries; count++) {
        notes[count] = samples_ordinary(f->s, from + count);
    }
    CU_ASSERT_EQUAL_FATAL(samples_open(f->s, &appender), LEDGER_OK);
    CU_ASSERT_EQUAL(
        ledger_append(appender, receipts, &refused, &f->s->verdict, notes, count, &f->s->error),
        LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, LEDGER_VALID);
    ledger_appender_close(&appender);
}

/* Appends the record of entry `index` once more: without its row it is admitted again. */
static inline void append_again(struct fixture *f, uint64_t index)
{
    struct ledger_appender *appender = NULL;
    struct ledger_entry entry;
    struct ledger_hash text;
    f->edit = store_edit_open(f->s->path);
    struct ledger_span bytes = samples_copy(f->s, store_edit_get_at(f->edit, "entries", index));
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &f->s->verdict, bytes));
    ledger_hash_bytes(f->s->hasher, &text, entry.record.note.text);
    store_edit_delete(f->edit, "records", (struct ledger_span){text.bytes, sizeof text.bytes});
    store_edit_close(&f->edit);
    CU_ASSERT_EQUAL_FATAL(samples_open(f->s, &appender), LEDGER_OK);
    CU_ASSERT_EQUAL(samples_append(f->s, appender, entry.note, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(f->s->verdict.finding, LEDGER_VALID);
    ledger_appender_close(&appender);
}

#endif
