#include <CUnit/CUnit.h>
#include <sys/wait.h>

#include "ledger/store/image_check.h"
#include "tests/image_samples.h"
#include "tests/suites.h"

/* What the check accepts, liblmdb must survive: reading all of it and, on some, writing. */

static void damage_header(struct bytes *file, uint64_t *state)
{
    uint64_t page = below(state, file->size / PAGE);
    uint64_t place = below(state, 64);
    file->data[page * PAGE + place] ^= (uint8_t)(1u << below(state, 8));
}

static void damage_bytes(struct bytes *file, uint64_t *state)
{
    uint64_t place = below(state, file->size - 8);
    put(file->data + place, 8, next_random(state));
}

static void damage_metas(struct bytes *file, uint64_t *state)
{
    uint64_t place = below(state, 152);
    uint64_t which = below(state, 3);
    uint8_t bit = (uint8_t)(1u << below(state, 8));
    file->data[place] ^= which != 1 ? bit : 0;
    file->data[PAGE + place] ^= which != 0 ? bit : 0;
}

static void damage_by_another_page(struct bytes *file, uint64_t *state)
{
    uint64_t count = file->size / PAGE - 2;
    uint8_t *a = file->data + (2 + below(state, count)) * PAGE;
    uint8_t *b = file->data + (2 + below(state, count)) * PAGE;
    swap(a, b, PAGE);
    if (below(state, 2) == 0) {
        swap(a, b, 8);
    }
}

/* A number that is likely to matter. */
static uint64_t telling_number(uint64_t pages, uint64_t *state)
{
    static const uint64_t values[] = {0, 1, 2, 16, 48, 511, PAGE, 0xFFFF, UINT32_MAX, UINT64_MAX};
    const uint64_t count = sizeof values / sizeof values[0];
    uint64_t pick = below(state, count + 6);
    if (pick < count) {
        return values[pick];
    }
    return pick < count + 2 ? pages - (pick - count)
                            : below(state, pick < count + 4 ? pages : PAGE);
}

/* Where a number is likely to stand. */
static uint64_t telling_place(const uint8_t *page, uint64_t *state)
{
    uint64_t node = get(page + 16 + 2 * below(state, 8), 2);
    switch (below(state, 3)) {
    case 0:
        return node < PAGE - 32 ? node + 2 * below(state, 10) : node % 64;
    case 1:
        return 2 * below(state, 40);
    default:
        return 2 * below(state, PAGE / 2 - 4);
    }
}

static void damage_number(struct bytes *file, uint64_t *state)
{
    uint64_t pages = file->size / PAGE;
    uint8_t *page = file->data + below(state, pages) * PAGE;
    uint64_t place = telling_place(page, state);
    unsigned size = 2u << below(state, 3);
    put(page + place, size, telling_number(pages, state));
}

static void (*const damages[])(struct bytes *, uint64_t *) = {
    damage_header, damage_bytes, damage_metas, damage_by_another_page, damage_number,
};

/* Keeps the compiler from leaving out the reading of values. */
static void consume(uint8_t value)
{
    static volatile uint8_t sink;
    sink = value;
    (void)sink;
}

/* In a child: reads every value, and exits if there is no end to them. */
static int walk_table(MDB_txn *txn, MDB_dbi table, uint64_t *left)
{
    MDB_cursor *cursor;
    MDB_val k;
    MDB_val v;
    uint8_t sum = 0;
    int code = mdb_cursor_open(txn, table, &cursor);
    while (code == 0 && (code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == 0) {
        for (size_t i = 0; i < v.mv_size; i += 64) {
            sum ^= ((const uint8_t *)v.mv_data)[i];
        }
        if (v.mv_size > 0) {
            sum ^= ((const uint8_t *)v.mv_data)[v.mv_size - 1];
        }
        if ((*left)-- == 0) {
            _exit(3); /* it does not end */
        }
    }
    consume(sum);
    return code;
}

static void read_all(MDB_env *env, uint64_t entries)
{
    static const char *const names[] = {NULL, "entries", "hashes"};
    uint64_t left = entries;
    MDB_txn *txn;
    if (mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != 0) {
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        MDB_dbi table;
        if (mdb_dbi_open(txn, names[i], 0, &table) == 0) {
            (void)walk_table(txn, table, &left);
        }
    }
    mdb_txn_abort(txn);
}

/* Writing goes through more of liblmdb's code: splitting, merging, lists of free pages. */
static void write_some(MDB_env *env, uint64_t *state)
{
    static uint8_t value[20000];
    for (unsigned i = 0; i < 3; i++) {
        MDB_txn *txn;
        MDB_dbi table;
        if (mdb_txn_begin(env, NULL, 0, &txn) != 0) {
            return;
        }
        bool more = mdb_dbi_open(txn, i % 2 == 0 ? "hashes" : "entries", MDB_CREATE, &table) == 0;
        for (unsigned j = 0; more && j < 40; j++) {
            uint64_t key[4] = {next_random(state), next_random(state), 0, 0};
            MDB_val k = {sizeof key, key};
            MDB_val v = {below(state, j % 8 == 0 ? sizeof value : 300), value};
            more = mdb_put(txn, table, &k, &v, 0) == 0;
        }
        for (unsigned j = 0; more && j < 40; j++) {
            uint64_t key[4] = {next_random(state), 0, 0, 0};
            MDB_cursor *cursor;
            MDB_val k = {sizeof key, key};
            MDB_val v;
            more = mdb_cursor_open(txn, table, &cursor) == 0;
            if (more && mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE) == 0) {
                more = mdb_cursor_del(cursor, 0) == 0;
            }
            mdb_cursor_close(cursor);
        }
        if (!more || mdb_txn_commit(txn) != 0) {
            return;
        }
    }
}

static void use_and_exit(const char *path, uint64_t entries, bool write, uint64_t seed)
{
    MDB_env *env;
    alarm(20);
    if (mdb_env_create(&env) != 0 || mdb_env_set_maxdbs(env, 8) != 0) {
        _exit(4);
    }
    unsigned flags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC | (write ? 0 : MDB_RDONLY);
    if (mdb_env_open(env, path, flags, 0600) == 0) {
        read_all(env, entries);
        if (write) {
            write_some(env, &seed);
            struct ledger_error error = {0};
            struct ledger_image_report report;
            if (ledger_image_check(&report, path, &error) != LEDGER_OK) {
                fprintf(stderr, "%s\n", error.what);
                _exit(5); /* what liblmdb made of a sound file is sound */
            }
        }
    }
    _exit(0);
}

struct tally {
    unsigned refused;
    unsigned accepted;
    unsigned deaths;
};

static void try_damaged(struct tally *tally, const char *path, bool write, uint64_t seed)
{
    struct ledger_image_report report;
    struct ledger_error error = {0};
    if (ledger_image_check(&report, path, &error) != LEDGER_OK) {
        tally->refused++;
        return;
    }
    int outcome = 0;
    pid_t child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        use_and_exit(path, report.entries + report.tables, write, seed);
    }
    CU_ASSERT_EQUAL_FATAL(waitpid(child, &outcome, 0), child);
    tally->accepted++;
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != 0) {
        tally->deaths++;
        printf("  seed %llu: liblmdb ended with %#x\n", (unsigned long long)seed,
               (unsigned)outcome);
    }
}

static void try_many(struct tally *tally, uint64_t seed, unsigned count)
{
    struct folder folder = make_folder();
    struct bytes sample = make_sample(&folder);
    struct bytes bad = {malloc(sample.size), sample.size};
    CU_ASSERT_PTR_NOT_NULL_FATAL(bad.data);
    for (unsigned i = 0; i < count; i++) {
        uint64_t state = seed + i;
        memcpy(bad.data, sample.data, sample.size);
        uint64_t times = 1 + below(&state, 2);
        for (uint64_t j = 0; j < times; j++) {
            damages[i % (sizeof damages / sizeof damages[0])](&bad, &state);
        }
        put_file(folder.file, bad.data, bad.size);
        try_damaged(tally, folder.file, i % 4 == 0, seed + i);
    }
    free(bad.data);
    free(sample.data);
    remove_folder(&folder);
}

static void liblmdb_survives_what_is_accepted(void)
{
    struct tally tally = {0};
    try_many(&tally, SEED, 3000);
    printf("(seed %llu: %u refused, %u accepted) ", (unsigned long long)SEED, tally.refused,
           tally.accepted);
    CU_ASSERT_EQUAL(tally.deaths, 0);
    CU_ASSERT(tally.refused > 800);
    CU_ASSERT(tally.accepted > 200);
}

void ledger_suite_image_damage(void)
{
    CU_pSuite suite = CU_add_suite("image_damage", NULL, NULL);
    CU_add_test(suite, "liblmdb_survives_what_is_accepted", liblmdb_survives_what_is_accepted);
}
