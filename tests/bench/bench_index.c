/*
 * bench_index - what the index of matters costs who appends: the same records appended in bulk with
 * an index at the end and without; and its root in stores of very many matters, after some thousand
 * entries more.
 *
 * usage: bench_index DIRECTORY ENTRIES REPEATS [MATTERS...]
 */
#include "ledger/base/encoding.h"
#include "ledger/law/matter_tree.h"
#include "ledger/law/operator_record.h"
#include "ledger/ops/matter_index.h"
#include "ledger/ops/matter_parts.h"
#include "ledger/store/store_write.h"
#include "ledger/store/tree_reader.h"
#include "tests/bench/world.h"

#define MORE 3000 /* entries after the last index */
#define ROOTS 5

struct runs {
    struct world world;
    struct world_notes notes;
    char path[PATH_MAX];
    struct bench_times append_times;
    struct bench_times index_times; /* the index alone, to its receipt */
    struct bench_times again_times; /* the next one, after MORE entries */
};

static struct ledger_span index_note(struct runs *r, struct ledger_buffer *buffer, uint64_t size,
                                     const struct ledger_hash *root)
{
    char lines[2][96];
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE)];
    struct ledger_buffer base64 = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&base64, root->bytes, sizeof root->bytes);
    (void)snprintf(lines[0], sizeof lines[0], LEDGER_FIELD_SIZE " %" PRIu64, size);
    (void)snprintf(lines[1], sizeof lines[1], LEDGER_FIELD_ROOT " %.*s",
                   LEDGER_SPAN_ARGS(ledger_buffer_span(&base64)));
    struct ledger_span fields_of[2] = {ledger_span_of(lines[0]), ledger_span_of(lines[1])};
    struct ledger_record_fields fields = {.ledger = ledger_span_of(WORLD_ORIGIN),
                                          .kind = ledger_span_of(LEDGER_KIND_INDEX),
                                          .event = ledger_span_of(LEDGER_EVENT_ROOT),
                                          .matter = ledger_span_of(LEDGER_KIND_INDEX),
                                          .institution = ledger_span_of(WORLD_ORIGIN),
                                          .time = ledger_span_of("2026-11-23T10:00:00Z"),
                                          .fields = fields_of,
                                          .field_count = 2};
    bench_fill(&r->world.random, fields.nonce, sizeof fields.nonce);
    ledger_record_write(buffer, &fields);
    world_sign_note(buffer, &r->world.operator_key, 1);
    return ledger_buffer_span(buffer);
}

/* --- bulk append --- */

static void append_index(struct runs *r, struct ledger_appender *appender,
                         struct bench_times *times)
{
    uint8_t memory[WORLD_NOTE_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_matters_now now;
    struct ledger_error error;
    double start = bench_now();
    bench_ok(ledger_appender_matters(appender, &now, &error), &error);
    struct ledger_span note = index_note(r, &buffer, now.size, &now.root);
    world_append(appender, &(struct world_notes){.notes = &note, .count = 1}, 0, 1, 1);
    bench_since(times, start);
}

static void append_once(struct runs *r, size_t count)
{
    struct ledger_appender *appender;
    world_found(&r->world, r->path, "index");
    world_appender(&r->world, &appender, r->path);
    double start = bench_now();
    world_append(appender, &r->notes, 0, count, LEDGER_BATCH_MAX);
    bench_since(&r->append_times, start);
    append_index(r, appender, &r->index_times);
    world_append(appender, &r->notes, count, r->notes.count, LEDGER_BATCH_MAX);
    append_index(r, appender, &r->again_times);
    ledger_appender_close(&appender);
    world_remove(r->path);
}

static void measure_append(struct runs *r, size_t count, size_t repeats)
{
    world_notes_reserve(&r->notes, count + MORE);
    world_notes_make(&r->world, &r->notes, count + MORE);
    for (size_t i = 0; i < repeats; i++) {
        append_once(r, count);
    }
    double append = bench_median(&r->append_times);
    double index = bench_median(&r->index_times);
    double again = bench_median(&r->again_times);
    bench_row("bulk append", (double)count / append, "/s", "%zu records", count);
    bench_row("first index after them", 1e3 * index, "ms",
              "**%.3f** of the time of the records; %.2f µs a record", index / append,
              1e6 * index / (double)count);
    bench_row("next index", 1e3 * again, "ms",
              "after %d more; **%.3f** of the time of these records, %.4f of that of all", MORE,
              again / (append * MORE / (double)count), again / append);
    world_notes_free(&r->notes);
}

/* --- a store of very many matters, made directly --- */

struct large {
    struct ledger_store *store;
    uint64_t matters; /* each with one entry; then comes the index */
    struct ledger_hash *keys;
    struct ledger_matter_parts parts;
};

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, LEDGER_HASH_SIZE);
}

static void make_text(char text[32], uint64_t number)
{
    (void)snprintf(text, 32, "matter %" PRIu64, number);
}

/* Rows in the order of their keys; which entry is whose does not matter. */
static void add_rows(struct runs *r, struct large *l)
{
    struct ledger_error error;
    struct ledger_prefix_fold fold;
    ledger_prefix_fold_start(&fold, LEDGER_BUCKET_DEPTH);
    for (uint64_t i = 0; i < l->matters; i++) {
        uint8_t key[LEDGER_ROW_KEY_SIZE];
        struct ledger_hash value = {{0}};
        uint16_t bucket = ledger_bucket_of(&l->keys[i]);
        ledger_key_row(key, &l->keys[i], i);
        bench_ok(ledger_engine_append(l->store->txn, LEDGER_TABLE_MATTERS,
                                      (struct ledger_span){key, sizeof key},
                                      (struct ledger_span){NULL, 0}, &error),
                 &error);
        ledger_matter_value_add(r->world.hasher, &value, i);
        ledger_prefix_fold_add(r->world.hasher, &fold, &l->keys[i], &value);
        if (i + 1 == l->matters || ledger_bucket_of(&l->keys[i + 1]) != bucket) {
            ledger_prefix_fold_end(r->world.hasher, &fold, &l->parts.buckets[bucket]);
            bench_ok(ledger_store_set_part(l->store, bucket, &l->parts.buckets[bucket], &error),
                     &error);
            ledger_prefix_fold_start(&fold, LEDGER_BUCKET_DEPTH);
        }
    }
}

static void add_entry(struct runs *r, struct large *l, uint64_t index, struct ledger_span note)
{
    uint8_t memory[2 * WORLD_NOTE_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    struct ledger_entry entry = {.index = index, .time_ms = WORLD_BASE_MS, .note = note};
    struct ledger_verdict verdict;
    struct ledger_error error;
    ledger_verdict_clear(&verdict);
    ledger_entry_write(&buffer, &entry);
    LEDGER_ASSERT(ledger_entry_parse(&entry, &verdict, ledger_buffer_span(&buffer)));
    bench_ok(ledger_store_add_entry(l->store, r->world.hasher, &entry, ledger_buffer_span(&buffer),
                                    &error),
             &error);
}

static struct ledger_span note_of(struct runs *r, struct ledger_buffer *buffer, uint64_t number)
{
    char matter[32];
    make_text(matter, number);
    struct ledger_record_fields fields = {.ledger = ledger_span_of(WORLD_ORIGIN),
                                          .kind = ledger_span_of(world_kinds[0]),
                                          .event = ledger_span_of("issue"),
                                          .matter = ledger_span_of(matter),
                                          .institution = ledger_span_of(world_institutions[0]),
                                          .time = ledger_span_of("2026-11-23T10:00:00Z")};
    bench_fill(&r->world.random, fields.nonce, sizeof fields.nonce);
    ledger_record_write(buffer, &fields);
    world_sign_note(buffer, r->world.keys[0], 1);
    return ledger_buffer_span(buffer);
}

/* Nodes for the entries that are left out, and bytes for those of the last block: no more is asked
 * of them than that they are there. */
static void add_nodes(struct large *l)
{
    struct ledger_hash some = {{1}};
    struct ledger_error error;
    for (unsigned level = LEDGER_BLOCK_LEVEL; l->matters >> level > 0; level++) {
        uint64_t count = l->matters >> level;
        for (uint64_t i = count > 1 ? count - 2 : 0; i < count; i++) {
            bench_ok(ledger_store_add_node(l->store, (struct ledger_node){level, i}, &some, &error),
                     &error);
        }
    }
    for (uint64_t i = l->matters - LEDGER_BLOCK_SIZE; i < l->matters; i++) {
        uint8_t key[8];
        ledger_put_be64(key, i);
        bench_ok(ledger_engine_append(l->store->txn, LEDGER_TABLE_ENTRIES,
                                      (struct ledger_span){key, sizeof key}, ledger_span_of("x"),
                                      &error),
                 &error);
    }
}

/* The entries that are read: the index, and those since, of matters by chance. */
static void add_entries(struct runs *r, struct large *l)
{
    uint8_t memory[WORLD_NOTE_MAX];
    struct ledger_prefix_part whole;
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_matter_parts_fold(r->world.hasher, &whole, &l->parts, 0, 0);
    add_entry(r, l, l->matters, index_note(r, &buffer, l->matters, &whole.hash));
    for (uint64_t i = 1; i <= MORE; i++) {
        buffer = ledger_buffer_in(memory, sizeof memory);
        add_entry(r, l, l->matters + i,
                  note_of(r, &buffer, bench_below(&r->world.random, l->matters)));
    }
}

static void make_keys(struct runs *r, struct large *l)
{
    l->keys = bench_memory(l->matters * sizeof *l->keys);
    for (uint64_t i = 0; i < l->matters; i++) {
        char text[32];
        make_text(text, i);
        ledger_hash_bytes(r->world.hasher, &l->keys[i], ledger_span_of(text));
    }
    qsort(l->keys, l->matters, sizeof *l->keys, compare_keys);
}

static void make_store(struct runs *r, struct large *l)
{
    struct ledger_error error;
    bench_path(r->path, r->world.directory, "matters");
    LEDGER_ASSERT(mkdir(r->path, 0755) == 0);
    bench_ok(ledger_store_create(&l->store, r->path, ledger_span_of(WORLD_ORIGIN), 0, &error),
             &error);
    bench_ok(ledger_store_begin_write(l->store, &error), &error);
    add_rows(r, l);
    add_nodes(l);
    add_entries(r, l);
    bench_ok(ledger_store_commit(l->store, &error), &error);
}

static double time_root(struct runs *r, struct large *l, struct ledger_matter_index *index)
{
    struct bench_times times = {.count = 0};
    struct ledger_error error;
    struct ledger_hash root;
    struct ledger_hash log;
    struct ledger_frontier frontier;
    struct ledger_tree_reader reader = {l->store, r->world.hasher, &error};
    uint64_t before = l->matters + 1 + MORE;
    bench_ok(ledger_store_begin(l->store, &error), &error);
    bench_ok(ledger_tree_read_frontier(&reader, &frontier, l->matters), &error);
    for (uint64_t i = l->matters; i < before; i++) {
        struct ledger_span bytes;
        struct ledger_hash leaf;
        bench_ok(ledger_store_entry(l->store, &bytes, i, &error), &error);
        ledger_tree_leaf(r->world.hasher, &leaf, bytes);
        ledger_frontier_append(r->world.hasher, &frontier, &leaf, NULL, NULL);
    }
    ledger_frontier_root(r->world.hasher, &log, &frontier);
    for (unsigned i = 0; i < ROOTS; i++) {
        double start = bench_now();
        bench_ok(ledger_matter_index_root(index, &root, before, &log, &error), &error);
        bench_since(&times, start);
    }
    return bench_median(&times);
}

/* A multiple of 256 matters, so that of the entries before the index one block is read. */
static void measure_root(struct runs *r, uint64_t matters)
{
    struct large *l = bench_memory(sizeof *l);
    struct ledger_matter_index *index;
    struct ledger_error error;
    memset(l, 0, sizeof *l);
    l->matters = matters / LEDGER_BLOCK_SIZE * LEDGER_BLOCK_SIZE;
    make_keys(r, l);
    make_store(r, l);
    bench_ok(ledger_matter_index_new(&index, l->store, r->world.hasher, &error), &error);
    double seconds = time_root(r, l, index);
    bench_row("root of the matters of a store", 1e3 * seconds, "ms",
              "%" PRIu64 " matters, after %d entries more in matters by chance; %.1f µs each",
              l->matters, MORE, 1e6 * seconds / MORE);
    ledger_matter_index_free(&index);
    ledger_store_close(&l->store);
    world_remove(r->path);
    free(l->keys);
    free(l);
}

int main(int argc, char **argv)
{
    static struct runs r;
    size_t count = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    size_t repeats = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    if (count == 0 || repeats == 0 || repeats > BENCH_REPEATS_MAX) {
        bench_die("usage: bench_index DIRECTORY ENTRIES REPEATS [MATTERS...]");
    }
    world_open(&r.world, argv[1]);
    measure_append(&r, count, repeats);
    for (int i = 4; i < argc; i++) {
        measure_root(&r, strtoull(argv[i], NULL, 10));
    }
    world_close(&r.world);
    return 0;
}
