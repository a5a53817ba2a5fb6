/*
 * bench_authority - an authority of many keys: changing it, looking it up, opening a ledger that
 * has it.
 *
 * usage: bench_authority DIRECTORY KEYS
 */
#include "ledger/law/authority.h"
#include "tests/bench/world.h"

#define KEYS_A_RECORD 250
#define SMALL_CHANGES 50
#define LOOKUPS 20000
#define OPENINGS 5
#define APPENDS 50

struct runs {
    struct world world;
    char path[PATH_MAX];
    struct ledger_authority *authority;
    struct ledger_vkey *vkeys;
    size_t count;
    size_t known; /* keys set so far */
    double change_seconds;
    double append_seconds;
};

static void make_keys(struct runs *r, size_t count)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    char name[LEDGER_NAME_MAX];
    r->vkeys = bench_memory(count * sizeof r->vkeys[0]);
    r->count = count;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "%s/people/%zu",
                       world_institutions[i % WORLD_INSTITUTIONS], i);
        world_person(&r->world, &r->vkeys[i], secret, name);
    }
}

/* Writes the record that sets the next `count` keys, or the first lines if `count` is 0. */
static struct ledger_span change_note(struct runs *r, size_t count)
{
    static uint8_t lines[65536];
    static uint8_t note[65536];
    static struct ledger_span sets[KEYS_A_RECORD + 64];
    struct world_change change = {.sets = sets, .text = ledger_buffer_in(lines, sizeof lines)};
    struct ledger_buffer buffer = ledger_buffer_in(note, sizeof note);
    if (count == 0) {
        world_first_lines(&r->world, &change);
    }
    for (size_t i = 0; i < count; i++) {
        size_t n = r->known++;
        world_set(&change, &r->vkeys[n], "key %s clerk",
                  world_institutions[n % WORLD_INSTITUTIONS]);
    }
    world_authority_text(&r->world, &buffer, count == 0 ? "genesis" : "change", WORLD_ORIGIN,
                         &change);
    world_sign_note(&buffer, &r->world.governor, 1);
    return ledger_buffer_span(&buffer);
}

/* Carries the change out, and makes the root as the next entry needs it. */
static double change_authority(struct runs *r, struct ledger_span note)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_hash root;
    bool done = false;
    ledger_verdict_clear(&verdict);
    LEDGER_ASSERT(ledger_record_parse(&record, &verdict, note));
    double start = bench_now();
    enum ledger_status status =
        ledger_authority_change(r->authority, r->world.hasher, &verdict, &done, &record, 1);
    ledger_authority_root(r->authority, r->world.hasher, &root);
    double seconds = bench_now() - start;
    if (status != LEDGER_OK || !done) {
        bench_die("cannot change the authority: %s", verdict.detail);
    }
    return seconds;
}

static void append_note(struct ledger_appender *appender, struct ledger_span note)
{
    struct world_notes notes = {.notes = &note, .count = 1};
    world_append(appender, &notes, 0, 1, 1);
}

static void grow(struct runs *r)
{
    struct ledger_appender *appender;
    size_t keys = r->count - SMALL_CHANGES;
    (void)change_authority(r, change_note(r, 0));
    world_found(&r->world, r->path, "authority");
    world_appender(&r->world, &appender, r->path);
    while (r->known < keys) {
        struct ledger_span note =
            change_note(r, keys - r->known < KEYS_A_RECORD ? keys - r->known : KEYS_A_RECORD);
        r->change_seconds += change_authority(r, note);
        double start = bench_now();
        append_note(appender, note);
        r->append_seconds += bench_now() - start;
    }
    ledger_appender_close(&appender);
    bench_row("setting a key, 250 a record", 1e6 * r->change_seconds / (double)keys, "µs a key",
              "%.2f µs as an entry, durable", 1e6 * r->append_seconds / (double)keys);
}

static void change_one_by_one(struct runs *r)
{
    struct bench_times times = {0};
    for (size_t i = 0; i < SMALL_CHANGES; i++) {
        times.seconds[times.count++] = change_authority(r, change_note(r, 1));
    }
    bench_row("setting one key among all, with the root", 1e6 * bench_median(&times), "µs",
              "at %llu lines", (unsigned long long)ledger_authority_count(r->authority));
}

static void look_up(struct runs *r)
{
    struct ledger_prefix_path path;
    char subject[LEDGER_VKEY_MAX + 8];
    double start = bench_now();
    for (size_t i = 0; i < LOOKUPS; i++) {
        const struct ledger_vkey *vkey = &r->vkeys[bench_below(&r->world.random, r->known)];
        LEDGER_ASSERT(ledger_authority_find_key(r->authority, r->world.hasher, LEDGER_LINE_KEY,
                                                ledger_vkey_name(vkey), vkey->id) != NULL);
    }
    double found = bench_now() - start;
    start = bench_now();
    for (size_t i = 0; i < LOOKUPS; i++) {
        struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)subject, sizeof subject);
        ledger_buffer_text(&buffer, "key ");
        ledger_vkey_write(&buffer, &r->vkeys[bench_below(&r->world.random, r->known)]);
        LEDGER_ASSERT(ledger_authority_path(r->authority, r->world.hasher, &path,
                                            ledger_buffer_span(&buffer)));
    }
    bench_row("looking a key up", 1e6 * found / LOOKUPS, "µs", "%.2f µs for its path",
              1e6 * (bench_now() - start) / LOOKUPS);
}

static void open_ledger(struct runs *r)
{
    struct bench_times times = {0};
    struct bench_times appends = {0};
    struct world_notes notes;
    struct ledger_appender *appender;
    for (size_t i = 0; i < OPENINGS; i++) {
        double start = bench_now();
        world_appender(&r->world, &appender, r->path);
        bench_since(&times, start);
        ledger_appender_close(&appender);
    }
    world_notes_reserve(&notes, APPENDS);
    world_notes_make(&r->world, &notes, APPENDS);
    world_appender(&r->world, &appender, r->path);
    for (size_t i = 0; i < APPENDS; i++) {
        double start = bench_now();
        world_append(appender, &notes, i, i + 1, 1);
        bench_since(&appends, start);
    }
    ledger_appender_close(&appender);
    world_notes_free(&notes);
    bench_row("opening the ledger to append", 1e3 * bench_median(&times), "ms",
              "then %.2f ms for one durable append", 1e3 * bench_median(&appends));
}

int main(int argc, char **argv)
{
    static struct runs r;
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count <= SMALL_CHANGES) {
        bench_die("usage: bench_authority DIRECTORY KEYS");
    }
    world_open(&r.world, argv[1]);
    make_keys(&r, count);
    if (ledger_authority_new(&r.authority) != LEDGER_OK) {
        bench_die("out of memory");
    }
    grow(&r);
    change_one_by_one(&r);
    look_up(&r);
    open_ledger(&r);
    world_remove(r.path);
    ledger_authority_free(&r.authority);
    free(r.vkeys);
    world_close(&r.world);
    return 0;
}
