/* Paths in the matter tree of a store, and formats of the store with and without its parts. */
#include "ledger/ops/matter_index.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/law/matter_tree.h"
#include "ledger/store/store_write.h"
#include "tests/index_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

/* --- paths --- */

static void path_is_right(struct samples *s, struct ledger_matter_index *index,
                          struct ledger_prefix_map *map, const struct ledger_hash *key,
                          uint64_t last)
{
    static struct ledger_prefix_path path;
    static struct ledger_prefix_path expected;
    struct ledger_prefix_end end;
    struct ledger_prefix_end wanted;
    struct ledger_hash root;
    uint64_t count = 9;
    CU_ASSERT_EQUAL_FATAL(ledger_matter_index_path(index, &path, &end, &count, key, last, NULL),
                          LEDGER_OK);
    bool present = ledger_prefix_map_path(map, s->hasher, &expected, &wanted, key);
    ledger_prefix_map_root(map, s->hasher, &root);
    CU_ASSERT_EQUAL(count > 0, present);
    CU_ASSERT_EQUAL_FATAL(path.depth, expected.depth);
    CU_ASSERT_EQUAL(memcmp(path.siblings, expected.siblings, path.depth * sizeof root), 0);
    if (!present) {
        CU_ASSERT(ledger_prefix_absent(s->hasher, &path, &end, key, &root));
        CU_ASSERT_EQUAL(end.occupied, wanted.occupied);
    }
}

/* Of matters in the tree and of others, in a tree of one matter, of few and of hundreds; and of
 * matters of one bucket, whose rows are put there behind the library's back. */
static void paths_are_those_of_a_map(void)
{
    static const uint64_t sizes[] = {1, 2, 3, 40, 900};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct samples *s = samples_new();
        struct ledger_store *store = NULL;
        struct ledger_matter_index *index = NULL;
        uint64_t last = 0;
        samples_ledger(s, sizes[i]);
        struct ledger_appender *a = opened(s);
        CU_ASSERT_EQUAL(index_append(s, a), sizes[i]);
        (void)append_one(s, a, index_ordinary(s, 1), NULL);
        ledger_appender_close(&a);
        struct ledger_prefix_map *map = index_reference(s, sizes[i]);
        CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                              LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(ledger_matter_index_new(&index, store, s->hasher, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(ledger_matter_index_last(index, &last, UINT64_MAX, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(last, sizes[i]);
        CU_ASSERT_EQUAL(ledger_matter_index_last(index, &last, last, NULL), LEDGER_NOT_FOUND);
        for (uint64_t n = 0; n < 60; n++) {
            struct ledger_hash key;
            const char *matter =
                samples_text(s, "粤南〔2026〕第%llu号", (unsigned long long)(n * n / 3));
            ledger_hash_bytes(s->hasher, &key, ledger_span_of(matter));
            path_is_right(s, index, map, &key, sizes[i]);
            key.bytes[n % 32] ^= 1; /* beside one that may be there */
            path_is_right(s, index, map, &key, sizes[i]);
        }
        ledger_matter_index_free(&index);
        ledger_store_close(&store);
        ledger_prefix_map_free(&map);
        samples_free(&s);
    }
}

#define CROWD 200

/* A crowd of matters in one bucket, that share up to 40 bits or more. */
static void paths_in_a_crowded_bucket_are_those_of_a_map(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    struct ledger_matter_index *index = NULL;
    struct ledger_prefix_map *map = NULL;
    struct ledger_hash keys[CROWD];
    struct ledger_prefix_fold fold;
    struct ledger_prefix_part part;
    samples_ledger(s, 2);
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_new(&map), LEDGER_OK);
    struct store_edit *edit = store_edit_open(s->path);
    while (store_edit_count(edit, "matters") > 0) {
        store_edit_delete(edit, "matters", samples_copy(s, store_edit_first(edit, "matters")));
    }
    ledger_prefix_fold_start(&fold, 16);
    for (unsigned i = 0; i < CROWD; i++) {
        uint8_t row[LEDGER_ROW_KEY_SIZE];
        struct ledger_hash value = {{0}};
        keys[i] = (struct ledger_hash){{0x12, 0x34, 0x56, 0, 0}};
        keys[i].bytes[i % 3 == 0 ? 2 : 5] = (uint8_t)i;
        keys[i].bytes[31] = (uint8_t)(i * 7);
        ledger_key_row(row, &keys[i], i);
        store_edit_put(edit, "matters", (struct ledger_span){row, sizeof row},
                       (struct ledger_span){NULL, 0});
        ledger_matter_value_add(s->hasher, &value, i);
        CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &keys[i], &value, map), LEDGER_OK);
    }
    store_edit_close(&edit);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    ledger_hash_bytes(s->hasher, &part.hash, ledger_span_of("not compared"));
    part.size = LEDGER_PREFIX_MORE;
    CU_ASSERT_EQUAL(ledger_store_set_part(store, 0x1234, &part, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_matter_index_new(&index, store, s->hasher, NULL), LEDGER_OK);
    for (unsigned i = 0; i < CROWD; i++) {
        path_is_right(s, index, map, &keys[i], UINT64_C(1) << 40);
        for (unsigned bit = 17; bit < 256; bit += 7) {
            struct ledger_hash other = keys[i];
            other.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            path_is_right(s, index, map, &other, UINT64_C(1) << 40);
        }
    }
    ledger_matter_index_free(&index);
    ledger_store_close(&store);
    ledger_prefix_map_free(&map);
    samples_free(&s);
}

/* --- formats --- */

/* Makes format 1 of the sample ledger's store. */
static void make_old(struct samples *s)
{
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_drop(edit, "parts");
    store_edit_put(edit, "meta", ledger_span_of("format"), ledger_span_of(LEDGER_STORE_FORMAT_1));
    store_edit_close(&edit);
}

static void is_of_format(struct samples *s, const char *format, unsigned tables)
{
    struct ledger_store *store = NULL;
    struct ledger_prefix_part part;
    struct ledger_scan scan;
    struct ledger_span key;
    static const struct ledger_span any = {NULL, 0};
    uint64_t count = 9;
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, &s->error),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(store->tables, tables);
    CU_ASSERT_EQUAL(ledger_store_part(store, &part, 7, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(part.size, LEDGER_PREFIX_NONE);
    CU_ASSERT_EQUAL(ledger_store_count(store, &count, LEDGER_TABLE_PARTS, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT_EQUAL(ledger_scan_open(&scan, store, LEDGER_TABLE_PARTS, any, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_scan_next(&scan, &key, &key, any, NULL), LEDGER_NOT_FOUND);
    ledger_scan_close(&scan);
    ledger_store_close(&store);
    struct store_edit *edit = store_edit_open(s->path);
    CU_ASSERT(ledger_span_is(store_edit_get(edit, "meta", ledger_span_of("format")), format));
    store_edit_close(&edit);
}

static void an_old_store_is_read_and_becomes_new_when_it_is_written_to(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 3);
    is_of_format(s, LEDGER_STORE_FORMAT, LEDGER_TABLE_COUNT);
    make_old(s);
    is_of_format(s, LEDGER_STORE_FORMAT_1, LEDGER_TABLE_COUNT_1);
    struct ledger_appender *a = opened(s);
    CU_ASSERT(index_now(s, a).stale);
    ledger_appender_close(&a);
    is_of_format(s, LEDGER_STORE_FORMAT_1, LEDGER_TABLE_COUNT_1);
    a = opened(s);
    CU_ASSERT_EQUAL(append_one(s, a, index_ordinary(s, 1), NULL), LEDGER_VALID);
    CU_ASSERT_EQUAL(index_append(s, a), 4);
    ledger_appender_close(&a);
    make_old(s); /* with an index entry: format 1 never had the parts of one */
    a = opened(s);
    struct ledger_matters_now now;
    CU_ASSERT_EQUAL(ledger_appender_matters(a, &now, &s->error), LEDGER_DAMAGED);
    ledger_appender_close(&a);
    samples_free(&s);
}

static void a_format_and_its_tables_belong_together(void)
{
    static const enum ledger_store_mode modes[] = {LEDGER_STORE_READ, LEDGER_STORE_READ_UNLOCKED,
                                                   LEDGER_STORE_WRITE};
    for (unsigned step = 0; step < 4; step++) {
        struct samples *s = samples_new();
        struct ledger_store *store = NULL;
        samples_ledger(s, 2);
        if (step >= 2) {
            make_old(s);
        }
        struct store_edit *edit = store_edit_open(s->path);
        if (step == 0) {
            store_edit_drop(edit, "parts"); /* format 2 without parts */
        } else if (step == 1) {
            store_edit_put(edit, "meta", ledger_span_of("format"),
                           ledger_span_of(LEDGER_STORE_FORMAT_1)); /* format 1 with parts */
        } else {
            static const char *const names[] = {"notes", "another"};
            store_edit_put(edit, names[step - 2], ledger_span_of("x"), ledger_span_of("y"));
        }
        store_edit_close(&edit);
        for (size_t i = 0; i < 3; i++) {
            CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, modes[i], 0, &s->error),
                            LEDGER_DAMAGED);
            CU_ASSERT_PTR_NULL(store);
        }
        samples_free(&s);
    }
}

/* A reader that opened format 1 does not go on as if nothing had happened. */
static void a_reader_notices_that_the_format_changed(void)
{
    struct samples *s = samples_new();
    int down[2];
    char byte = 0;
    int code = 0;
    int up[2];
    samples_ledger(s, 3);
    make_old(s);
    CU_ASSERT_EQUAL_FATAL(pipe(down) | pipe(up), 0);
    pid_t child = fork();
    if (child == 0) {
        struct ledger_store *reader = NULL;
        bool good = ledger_store_open(&reader, s->path, LEDGER_STORE_READ, 0, NULL) == LEDGER_OK &&
                    ledger_store_begin(reader, NULL) == LEDGER_OK && write(up[1], "r", 1) == 1 &&
                    read(down[0], &byte, 1) == 1 && ledger_store_begin(reader, NULL) == LEDGER_BUSY;
        ledger_store_close(&reader);
        good = good && ledger_store_open(&reader, s->path, LEDGER_STORE_READ, 0, NULL) == LEDGER_OK;
        _exit(good && reader->tables == LEDGER_TABLE_COUNT ? 0 : 1);
    }
    CU_ASSERT_EQUAL(read(up[0], &byte, 1), 1);
    struct ledger_appender *a = opened(s);
    CU_ASSERT_EQUAL(append_one(s, a, index_ordinary(s, 1), NULL), LEDGER_VALID);
    ledger_appender_close(&a);
    CU_ASSERT_EQUAL(write(down[1], "w", 1), 1);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    CU_ASSERT(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    samples_free(&s);
}

/* kill -9 while format 2 is made: there is format 1 or format 2, and both go on. */
static void a_killed_upgrade_leaves_one_format_or_the_other(void)
{
    for (unsigned round = 0; round < 12; round++) {
        struct samples *s = samples_new();
        samples_ledger(s, 3);
        make_old(s);
        pid_t child = fork();
        if (child == 0) {
            struct ledger_store *store = NULL;
            bool good =
                ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, NULL) == LEDGER_OK &&
                ledger_store_begin_write(store, NULL) == LEDGER_OK;
            pause();
            _exit(good ? 0 : 1);
        }
        (void)usleep(round * 1000);
        CU_ASSERT_EQUAL(kill(child, SIGKILL), 0);
        CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
        open_gives(s, LEDGER_OK, 3);
        is_of_format(s, LEDGER_STORE_FORMAT, LEDGER_TABLE_COUNT);
        samples_free(&s);
    }
}

/* In the lock file is the commit that readers and writers go by. */
static struct ledger_span lock_file(struct samples *s)
{
    static uint8_t bytes[1 << 16];
    int fd = open(samples_text(s, "%s/lock.mdb", s->path), O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, bytes, sizeof bytes);
    CU_ASSERT_FATAL(size > 0 && size < (ssize_t)sizeof bytes && close(fd) == 0);
    return (struct ledger_span){bytes, (size_t)size};
}

static void put_lock_file(struct samples *s, struct ledger_span bytes)
{
    int fd = open(samples_text(s, "%s/lock.mdb", s->path), O_WRONLY | O_CLOEXEC);
    CU_ASSERT_EQUAL_FATAL(write(fd, bytes.data, bytes.size), (ssize_t)bytes.size);
    CU_ASSERT_EQUAL_FATAL(close(fd), 0);
}

/* A reader in a process of its own, until `*stop` is closed. */
static pid_t start_reader(struct samples *s, int *stop)
{
    int up[2];
    int down[2];
    char byte;
    CU_ASSERT_EQUAL_FATAL(pipe(up) | pipe(down), 0);
    pid_t child = fork();
    if (child == 0) {
        struct ledger_store *reader = NULL;
        bool good = close(down[1]) == 0 &&
                    ledger_store_open(&reader, s->path, LEDGER_STORE_READ, 0, NULL) == LEDGER_OK &&
                    ledger_store_begin(reader, NULL) == LEDGER_OK && write(up[1], "r", 1) == 1 &&
                    read(down[0], &byte, 1) == 0;
        _exit(good ? 0 : 1);
    }
    CU_ASSERT_EQUAL_FATAL(read(up[0], &byte, 1), 1);
    CU_ASSERT_EQUAL(close(up[0]) | close(up[1]) | close(down[0]), 0);
    *stop = down[1];
    return child;
}

static void opens_with(struct samples *s, enum ledger_store_mode mode, unsigned tables)
{
    struct ledger_store *store = NULL;
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, mode, 0, &s->error), LEDGER_OK);
    if (store != NULL) {
        CU_ASSERT_EQUAL(store->tables, tables);
        CU_ASSERT_EQUAL(ledger_store_begin(store, NULL), LEDGER_OK);
    }
    if (store != NULL && mode == LEDGER_STORE_WRITE) {
        CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
        CU_ASSERT_EQUAL(store->tables, LEDGER_TABLE_COUNT);
    }
    ledger_store_close(&store);
}

/* The file has the newer format and transactions do not see it: for a moment at the end of each
 * commit, and after a writer died in it as long as somebody reads. */
static void a_file_ahead_of_its_lock_file_is_read_and_written_to(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    int stop = -1;
    int code = 0;
    samples_ledger(s, 3);
    make_old(s);
    pid_t reader = start_reader(s, &stop);
    struct ledger_span before = lock_file(s);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, &s->error),
                          LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    ledger_store_close(&store);
    put_lock_file(s, before);
    opens_with(s, LEDGER_STORE_READ, LEDGER_TABLE_COUNT_1);
    opens_with(s, LEDGER_STORE_WRITE, LEDGER_TABLE_COUNT_1);
    opens_with(s, LEDGER_STORE_READ, LEDGER_TABLE_COUNT);
    CU_ASSERT_EQUAL(close(stop), 0);
    CU_ASSERT_EQUAL(waitpid(reader, &code, 0), reader);
    CU_ASSERT(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    is_of_format(s, LEDGER_STORE_FORMAT, LEDGER_TABLE_COUNT);
    samples_free(&s);
}

void ledger_suite_matter_index(void)
{
    CU_pSuite suite = CU_add_suite("matter_index", NULL, NULL);
    CU_ADD_TEST(suite, paths_are_those_of_a_map);
    CU_ADD_TEST(suite, paths_in_a_crowded_bucket_are_those_of_a_map);
    CU_ADD_TEST(suite, an_old_store_is_read_and_becomes_new_when_it_is_written_to);
    CU_ADD_TEST(suite, a_format_and_its_tables_belong_together);
    CU_ADD_TEST(suite, a_reader_notices_that_the_format_changed);
    CU_ADD_TEST(suite, a_killed_upgrade_leaves_one_format_or_the_other);
    CU_ADD_TEST(suite, a_file_ahead_of_its_lock_file_is_read_and_written_to);
}
