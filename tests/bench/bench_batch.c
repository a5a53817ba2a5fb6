/*
 * bench_batch - the same records, each signed by itself and signed 1,024 at a time: bulk append and
 * full audit of both, on one core and on all of them, against libsodium's rate of verifying
 * signatures on as many.
 *
 * usage: bench_batch DIRECTORY ENTRIES REPEATS
 */
#include "ledger/format/batch_maker.h"
#include "ledger/ops/ahead.h"
#include "tests/bench/full_audit.h"
#include "tests/bench/on_cores.h"
#include "tests/bench/sodium_rate.h"

enum { ALONE, BATCHED, SORTS };

struct sort {
    const char *name;
    struct world_notes notes;
    char path[PATH_MAX];
    struct bench_times append_times;
    struct bench_times audit_times;
    struct bench_times wide_append_times; /* on all cores */
    struct bench_times wide_audit_times;
};

struct runs {
    struct world world;
    struct sort sorts[SORTS];
    struct world_notes texts;
    size_t *institutions; /* of the texts: its first key signs */
    struct sodium_sample sample;
    struct bench_times sodium_times;
    struct bench_times wide_sodium_times; /* so many on each core at once */
    struct bench_times floor_times;       /* hashing alone, on all of them */
    unsigned cores;
    struct bench_times signing_times; /* 1,024 at a time */
    struct ledger_audit_report *report;
    char vkey[LEDGER_VKEY_MAX + 1];
};

/* ---- the records, signed in two ways ---- */

static void make_texts(struct runs *r, size_t count)
{
    struct ledger_buffer *memory = &r->texts.memory;
    for (size_t i = 0; i < count; i++) {
        struct world_record record;
        world_next(&r->world, &record);
        struct ledger_buffer text =
            ledger_buffer_in(memory->data + memory->size, memory->capacity - memory->size);
        ledger_record_write(&text, &record.fields);
        LEDGER_ASSERT(!text.overflow);
        r->texts.notes[i] = ledger_buffer_span(&text);
        r->institutions[i] = record.institution;
        memory->size += text.size;
    }
    r->texts.count = count;
}

/* Makes note `nth` of a text that is followed by an empty line and one signature line. */
static struct ledger_buffer start_note(struct runs *r, struct world_notes *notes, size_t nth)
{
    struct ledger_buffer note =
        ledger_buffer_in(notes->memory.data + nth * WORLD_NOTE_MAX, WORLD_NOTE_MAX);
    ledger_buffer_add(&note, r->texts.notes[nth]);
    return note;
}

static void keep_note(struct world_notes *notes, const struct ledger_buffer *note, size_t nth)
{
    LEDGER_ASSERT(!note->overflow);
    notes->notes[nth] = ledger_buffer_span(note);
}

static void sign_alone(struct runs *r)
{
    struct world_notes *notes = &r->sorts[ALONE].notes;
    for (size_t i = 0; i < r->texts.count; i++) {
        struct ledger_buffer note = start_note(r, notes, i);
        world_sign_note(&note, &r->world.keys[r->institutions[i]][0], 1);
        keep_note(notes, &note, i);
    }
    notes->count = r->texts.count;
}

struct gathered {
    struct ledger_batch_maker maker;
    size_t places[LEDGER_BATCH_RECORDS_MAX];
};

static void sign_gathered(struct runs *r, struct gathered *batch, struct ledger_signer *signer)
{
    struct world_notes *notes = &r->sorts[BATCHED].notes;
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    LEDGER_ASSERT(batch->maker.count >= LEDGER_BATCH_RECORDS_MIN);
    ledger_batch_to_sign(&batch->maker, &message);
    ledger_signer_sign(signer, signature, ledger_buffer_span(&message));
    for (unsigned i = 0; i < batch->maker.count; i++) {
        struct ledger_buffer note = start_note(r, notes, batch->places[i]);
        ledger_buffer_text(&note, "\n");
        ledger_batch_write_line(&batch->maker, &note, ledger_signer_vkey(signer), signature, i);
        keep_note(notes, &note, batch->places[i]);
    }
    ledger_batch_start(&batch->maker, r->world.hasher);
}

/* Each institution signs its records, which come mixed with those of the others. */
static void sign_batched(struct runs *r)
{
    static struct gathered batches[WORLD_INSTITUTIONS];
    double start = bench_now();
    for (size_t i = 0; i < WORLD_INSTITUTIONS; i++) {
        ledger_batch_start(&batches[i].maker, r->world.hasher);
    }
    for (size_t i = 0; i < r->texts.count; i++) {
        struct gathered *batch = &batches[r->institutions[i]];
        batch->places[batch->maker.count] = i;
        ledger_batch_add(&batch->maker, r->texts.notes[i]);
        if (batch->maker.count == LEDGER_BATCH_RECORDS_MAX) {
            sign_gathered(r, batch, r->world.keys[r->institutions[i]][0]);
        }
    }
    for (size_t i = 0; i < WORLD_INSTITUTIONS; i++) {
        sign_gathered(r, &batches[i], r->world.keys[i][0]);
    }
    r->sorts[BATCHED].notes.count = r->texts.count;
    bench_since(&r->signing_times, start);
}

/* ---- the runs ---- */

static void append(struct runs *r, struct sort *sort, unsigned jobs, struct bench_times *times)
{
    struct ledger_appender *appender;
    world_remove(sort->path);
    world_found(&r->world, sort->path, sort->name);
    world_appender_jobs(&r->world, &appender, sort->path, jobs);
    double start = bench_now();
    world_append(appender, &sort->notes, 0, sort->notes.count, LEDGER_BATCH_MAX);
    bench_since(times, start);
    ledger_appender_close(&appender);
}

static void audit(struct runs *r, struct sort *sort, unsigned jobs, struct bench_times *times)
{
    double start = bench_now();
    full_audit_jobs(r->report, sort->path, r->vkey, jobs, NULL, NULL);
    bench_since(times, start);
}

static void verify_sample(void *context, struct ledger_hasher *hasher, unsigned core,
                          unsigned cores)
{
    const struct runs *r = context;
    (void)hasher;
    (void)core;
    (void)cores;
    sodium_sample_verify(&r->sample);
}

/* All that an audit has to hash of records signed 1,024 at a time: entry, a node of the tree,
 * record, leaf of the batch, path, matter. */
static void hash_share(void *context, struct ledger_hasher *hasher, unsigned core, unsigned cores)
{
    const struct runs *r = context;
    const struct world_notes *notes = &r->sorts[BATCHED].notes;
    struct ledger_hash out = {{0}};
    for (size_t i = core; i < notes->count; i += cores) {
        ledger_tree_leaf(hasher, &out, notes->notes[i]);
        ledger_hash_bytes(hasher, &out, r->texts.notes[i]);
        ledger_tree_leaf(hasher, &out, r->texts.notes[i]);
        for (unsigned node = 0; node < 1 + LEDGER_BATCH_PATH_MAX; node++) {
            ledger_tree_parent(hasher, &out, &out, &out);
        }
        ledger_hash_bytes(hasher, &out, (struct ledger_span){notes->notes[i].data, 32});
    }
}

static void run_once(struct runs *r)
{
    for (size_t i = 0; i < SORTS; i++) {
        sodium_sample_time(&r->sample, &r->sodium_times);
        append(r, &r->sorts[i], 1, &r->sorts[i].append_times);
        append(r, &r->sorts[i], r->cores, &r->sorts[i].wide_append_times);
    }
    for (size_t i = 0; i < SORTS; i++) {
        sodium_sample_time(&r->sample, &r->sodium_times);
        audit(r, &r->sorts[i], 1, &r->sorts[i].audit_times);
        on_cores(r->cores, r, verify_sample, &r->wide_sodium_times);
        audit(r, &r->sorts[i], r->cores, &r->sorts[i].wide_audit_times);
    }
    on_cores(r->cores, r, hash_share, &r->floor_times);
    sign_batched(r);
}

static void report(struct runs *r)
{
    double count = (double)r->texts.count;
    double rate = SODIUM_VERIFICATIONS / bench_median(&r->sodium_times);
    double appends[SORTS];
    double audits[SORTS];
    for (size_t i = 0; i < SORTS; i++) {
        appends[i] = count / bench_median(&r->sorts[i].append_times);
        audits[i] = count / bench_median(&r->sorts[i].audit_times);
    }
    bench_row("full audit, a signature each", audits[ALONE], "/s",
              "%.3f of libsodium, which verifies %.0f /s on one thread", audits[ALONE] / rate,
              rate);
    bench_row("full audit, signed 1,024 at a time", audits[BATCHED], "/s",
              "**%.2f** of one with a signature each, %.2f of libsodium",
              audits[BATCHED] / audits[ALONE], audits[BATCHED] / rate);
    bench_row("bulk append of signed records, a signature each", appends[ALONE], "/s",
              "%.3f of libsodium", appends[ALONE] / rate);
    bench_row("bulk append of signed records, signed 1,024 at a time", appends[BATCHED], "/s",
              "**%.2f** of one with a signature each, %.2f of libsodium",
              appends[BATCHED] / appends[ALONE], appends[BATCHED] / rate);
    bench_row("signing 1,024 at a time", count / bench_median(&r->signing_times), "/s",
              "records; each with a path of ten hashes");
}

static void report_wide(struct runs *r)
{
    static const char *const names[SORTS] = {"a signature each", "signed 1,024 at a time"};
    double count = (double)r->texts.count;
    double rate = SODIUM_VERIFICATIONS * r->cores / bench_median(&r->wide_sodium_times);
    double bottom = count / bench_median(&r->floor_times);
    char what[96];
    for (size_t i = 0; i < SORTS; i++) {
        struct sort *sort = &r->sorts[i];
        double wide = count / bench_median(&sort->wide_audit_times);
        (void)snprintf(what, sizeof what, "full audit on %u cores, %s", r->cores, names[i]);
        bench_row(what, wide, "/s",
                  "**%.2f** of one core, **%.3f** of libsodium on as many (%.0f /s)",
                  wide * bench_median(&sort->audit_times) / count, wide / rate, rate);
        wide = count / bench_median(&sort->wide_append_times);
        (void)snprintf(what, sizeof what, "bulk append on %u cores, %s", r->cores, names[i]);
        bench_row(what, wide, "/s", "**%.2f** of one core, %.3f of libsodium on as many",
                  wide * bench_median(&sort->append_times) / count, wide / rate);
    }
    (void)snprintf(what, sizeof what, "hashing alone on %u cores, signed 1,024 at a time",
                   r->cores);
    bench_row(what, bottom, "/s", "an audit on as many reaches **%.3f** of it",
              count / bench_median(&r->sorts[BATCHED].wide_audit_times) / bottom);
}

int main(int argc, char **argv)
{
    static struct runs r;
    static const char *const names[SORTS] = {"alone", "batched"};
    size_t count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    size_t repeats = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (count < SODIUM_VERIFICATIONS || repeats == 0 || repeats * 4 > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_batch DIRECTORY ENTRIES REPEATS");
    }
    r.cores = ledger_jobs_default();
    world_open(&r.world, argv[1]);
    world_log(&r.world, r.vkey);
    r.report = bench_memory(sizeof *r.report);
    r.institutions = bench_memory(count * sizeof *r.institutions);
    world_notes_reserve(&r.texts, count);
    make_texts(&r, count);
    for (size_t i = 0; i < SORTS; i++) {
        r.sorts[i].name = names[i];
        bench_path(r.sorts[i].path, argv[1], names[i]);
        world_notes_reserve(&r.sorts[i].notes, count);
    }
    sign_alone(&r);
    sign_batched(&r);
    sodium_sample_make(&r.sample, &r.sorts[ALONE].notes);
    for (size_t i = 0; i < repeats; i++) {
        run_once(&r);
    }
    report(&r);
    report_wide(&r);
    for (size_t i = 0; i < SORTS; i++) {
        world_remove(r.sorts[i].path);
        world_notes_free(&r.sorts[i].notes);
    }
    sodium_sample_free(&r.sample);
    world_notes_free(&r.texts);
    free(r.institutions);
    free(r.report);
    world_close(&r.world);
    return 0;
}
