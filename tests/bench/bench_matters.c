/*
 * bench_matters - what the index of matters costs an audit: the same records in a ledger without
 * index entries and in one with an index entry after every so many; and the matter tree in memory,
 * of very many matters.
 *
 * usage: bench_matters DIRECTORY ENTRIES EVERY REPEATS [MATTERS...]
 */
#include "ledger/base/encoding.h"
#include "ledger/law/matter_tree.h"
#include "ledger/law/operator_record.h"
#include "tests/bench/full_audit.h"
#include "tests/bench/world.h"

#define VARIANTS 2   /* without and with index entries */
#define BETWEEN 3000 /* entries between two roots of a large tree */
#define ROOTS 20

struct runs {
    struct world world;
    struct world_notes notes;
    struct ledger_audit_report *report;
    char log[LEDGER_VKEY_MAX + 1];
    char paths[VARIANTS][PATH_MAX];
    struct bench_times times[VARIANTS];
};

/* --- a ledger with index entries --- */

static struct ledger_span index_note(struct runs *r, struct ledger_buffer *buffer, uint64_t size,
                                     const struct ledger_hash *root)
{
    uint8_t size_field[32];
    uint8_t root_field[64];
    struct ledger_buffer size_text = ledger_buffer_in(size_field, sizeof size_field);
    struct ledger_buffer root_text = ledger_buffer_in(root_field, sizeof root_field);
    ledger_buffer_text(&size_text, LEDGER_FIELD_SIZE " ");
    ledger_buffer_decimal(&size_text, size);
    ledger_buffer_text(&root_text, LEDGER_FIELD_ROOT " ");
    ledger_buffer_base64(&root_text, root->bytes, sizeof root->bytes);
    struct ledger_span lines[] = {ledger_buffer_span(&size_text), ledger_buffer_span(&root_text)};
    struct ledger_record_fields fields = {
        .ledger = ledger_span_of(WORLD_ORIGIN),
        .kind = ledger_span_of(LEDGER_KIND_INDEX),
        .event = ledger_span_of(LEDGER_EVENT_ROOT),
        .matter = ledger_span_of(LEDGER_KIND_INDEX),
        .institution = ledger_span_of(WORLD_ORIGIN),
        .time = ledger_span_of("2026-11-23T09:00:00+08:00"),
        .fields = lines,
        .field_count = 2,
    };
    bench_fill(&r->world.random, fields.nonce, sizeof fields.nonce);
    ledger_record_write(buffer, &fields);
    world_sign_note(buffer, &r->world.operator_key, 1);
    return ledger_buffer_span(buffer);
}

static void append_index(struct runs *r, struct ledger_appender *appender)
{
    uint8_t memory[WORLD_NOTE_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_matters_now now;
    struct ledger_error error;
    bench_ok(ledger_appender_matters(appender, &now, &error), &error);
    struct ledger_span note = index_note(r, &buffer, now.size, &now.root);
    world_append(appender, &(struct world_notes){.notes = &note, .count = 1}, 0, 1, 1);
}

static void make_ledger(struct runs *r, unsigned variant, size_t every)
{
    struct ledger_appender *appender;
    world_found(&r->world, r->paths[variant], variant == 0 ? "plain" : "indexed");
    world_appender(&r->world, &appender, r->paths[variant]);
    for (size_t at = 0; at < r->notes.count; at += every) {
        size_t end = at + every < r->notes.count ? at + every : r->notes.count;
        world_append(appender, &r->notes, at, end, LEDGER_BATCH_MAX);
        if (variant != 0) {
            append_index(r, appender);
        }
    }
    ledger_appender_close(&appender);
}

static void compare_audits(struct runs *r, size_t every, size_t repeats)
{
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        make_ledger(r, variant, variant == 0 ? LEDGER_BATCH_MAX : every);
    }
    for (size_t i = 0; i < repeats * VARIANTS; i++) {
        double start = bench_now();
        full_audit(r->report, r->paths[i % VARIANTS], r->log, NULL, NULL);
        bench_since(&r->times[i % VARIANTS], start);
    }
    double plain = bench_median(&r->times[0]);
    double indexed = bench_median(&r->times[1]);
    bench_row("full audit without index entries", (double)r->notes.count / plain, "/s",
              "%zu records", r->notes.count);
    bench_row("full audit with index entries", (double)r->notes.count / indexed, "records/s",
              "**%.3f** times the time without, one after every %zu records (%llu), %llu matters",
              indexed / plain, every, (unsigned long long)r->report->index_entries,
              (unsigned long long)r->report->matters);
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        world_remove(r->paths[variant]);
    }
}

/* --- the tree alone --- */

static struct ledger_hash matter_of(struct ledger_hasher *hasher, uint64_t number)
{
    struct ledger_hash matter;
    uint8_t bytes[8];
    ledger_put_be64(bytes, number);
    ledger_hash_bytes(hasher, &matter, (struct ledger_span){bytes, sizeof bytes});
    return matter;
}

static double add_entries(struct runs *r, struct ledger_matter_tree *tree, uint64_t count,
                          uint64_t matters)
{
    double spent = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t number = matters == 0 ? i : bench_below(&r->world.random, matters);
        struct ledger_hash matter = matter_of(r->world.hasher, number);
        double start = bench_now();
        if (ledger_matter_tree_add(tree, &matter) != LEDGER_OK) {
            bench_die("out of memory");
        }
        spent += bench_now() - start;
    }
    return spent;
}

static void measure_tree(struct runs *r, uint64_t matters)
{
    struct ledger_matter_tree *tree;
    struct ledger_hash root;
    struct bench_times adding = {.count = 0};
    struct bench_times rooting = {.count = 0};
    if (ledger_matter_tree_new(&tree, r->world.hasher) != LEDGER_OK) {
        bench_die("out of memory");
    }
    double build = add_entries(r, tree, matters, 0);
    double start = bench_now();
    ledger_matter_tree_root(tree, &root);
    double whole = bench_now() - start;
    for (unsigned i = 0; i < ROOTS; i++) {
        adding.seconds[adding.count++] = add_entries(r, tree, BETWEEN, matters);
        start = bench_now();
        ledger_matter_tree_root(tree, &root);
        bench_since(&rooting, start);
    }
    double add = bench_median(&adding) / BETWEEN;
    double one = bench_median(&rooting) / BETWEEN;
    bench_row("matter tree in memory, an entry", 1e6 * (add + one), "µs",
              "%.2f added, %.2f of the root after every %d entries in matters by chance; %.0f "
              "matters, %.0f bytes each; made in %.2f s, first root %.2f s",
              1e6 * add, 1e6 * one, BETWEEN, (double)matters,
              (double)ledger_matter_tree_memory(tree) / (double)matters, build, whole);
    ledger_matter_tree_free(&tree);
}

int main(int argc, char **argv)
{
    static struct runs r;
    size_t count = argc > 4 ? strtoul(argv[2], NULL, 10) : 0;
    size_t every = argc > 4 ? strtoul(argv[3], NULL, 10) : 0;
    size_t repeats = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    if (count == 0 || every == 0 || repeats == 0 || repeats > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_matters DIRECTORY ENTRIES EVERY REPEATS [MATTERS...]");
    }
    world_open(&r.world, argv[1]);
    world_log(&r.world, r.log);
    r.report = bench_memory(sizeof *r.report);
    world_notes_reserve(&r.notes, count);
    world_notes_make(&r.world, &r.notes, count);
    compare_audits(&r, every, repeats);
    world_notes_free(&r.notes);
    for (int i = 5; i < argc; i++) {
        measure_tree(&r, strtoull(argv[i], NULL, 10));
    }
    free(r.report);
    world_close(&r.world);
    return 0;
}
