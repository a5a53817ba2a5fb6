#include "ledger/store/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/store/store_write.h"
#include "tests/busy_file.h"
#include "tests/fake_statfs.h"
#include "tests/ledger_samples.h"
#include "tests/store_edit.h"
#include "tests/suites.h"

/* An empty store in s->path. */
static struct ledger_store *created(struct samples *s, uint64_t map_size)
{
    struct ledger_store *store = NULL;
    samples_directory(s);
    CU_ASSERT_EQUAL_FATAL(mkdir(s->path, 0755), 0);
    CU_ASSERT_EQUAL_FATAL(
        ledger_store_create(&store, s->path, ledger_span_of(SAMPLE_ORIGIN), map_size, &s->error),
        LEDGER_OK);
    return store;
}

/* An entry that parses, with this index. */
static struct ledger_entry entry_of(struct samples *s, uint64_t index, struct ledger_span note,
                                    struct ledger_span *bytes)
{
    struct ledger_entry entry = {.index = index, .time_ms = SAMPLE_TIME, .note = note};
    *bytes = samples_entry(s, &entry);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &s->verdict, *bytes));
    return entry;
}

static enum ledger_status add(struct samples *s, struct ledger_store *store, uint64_t index,
                              struct ledger_span note)
{
    struct ledger_span bytes;
    struct ledger_entry entry = entry_of(s, index, note, &bytes);
    return ledger_store_add_entry(store, s->hasher, &entry, bytes, &s->error);
}

static uint64_t size_of(struct ledger_store *store)
{
    uint64_t size = UINT64_MAX;
    CU_ASSERT_EQUAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_size(store, &size, NULL), LEDGER_OK);
    ledger_store_end(store);
    return size;
}

static void what_was_committed_is_found_again(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    struct ledger_span bytes;
    uint64_t number = 0;
    CU_ASSERT_EQUAL(size_of(store), 0);
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(add(s, store, 0, samples_genesis(s)), LEDGER_OK);
    CU_ASSERT_EQUAL(add(s, store, 1, samples_ordinary(s, 2)), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_add_checkpoint(store, 2, ledger_span_of("two"), NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_commit(store, NULL), LEDGER_OK);
    ledger_store_close(&store);
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(size_of(store), 2);
    CU_ASSERT_EQUAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_entry(store, &bytes, 1, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_entry(store, &bytes, 2, &s->error), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_store_known_entry(store, &bytes, 2, &s->error), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(ledger_store_checkpoint(store, &bytes, 1, NULL), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_store_last_checkpoint(store, &number, &bytes, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(number, 2);
    CU_ASSERT(ledger_span_is(bytes, "two"));
    CU_ASSERT_EQUAL(ledger_store_origin(store, &bytes, NULL), LEDGER_OK);
    CU_ASSERT(ledger_span_is(bytes, SAMPLE_ORIGIN));
    ledger_store_close(&store);
    samples_free(&s);
}

static void a_row_is_never_replaced(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    const struct ledger_hash hash = {{1}};
    const struct ledger_node node = {8, 0};
    struct ledger_span note = samples_ordinary(s, 1);
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(add(s, store, 5, note), LEDGER_OK);
    CU_ASSERT_EQUAL(add(s, store, 5, samples_ordinary(s, 1)), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(add(s, store, 4, samples_ordinary(s, 1)), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(add(s, store, 6, note), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(ledger_store_add_node(store, node, &hash, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_add_node(store, node, &hash, NULL), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(ledger_store_add_checkpoint(store, 3, ledger_span_of("a"), NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_add_checkpoint(store, 3, ledger_span_of("b"), NULL),
                    LEDGER_EXISTS);
    ledger_store_end(store);
    CU_ASSERT_EQUAL(size_of(store), 0);
    ledger_store_close(&store);
    samples_free(&s);
}

static void nodes_below_a_block_are_not_kept(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    const struct ledger_hash hash = {{1}};
    struct ledger_hash found;
    uint64_t count = 9;
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    for (unsigned level = 0; level < LEDGER_BLOCK_LEVEL; level++) {
        CU_ASSERT_EQUAL(ledger_store_add_node(store, (struct ledger_node){level, 1}, &hash, NULL),
                        LEDGER_OK);
    }
    CU_ASSERT_EQUAL(ledger_store_count(store, &count, LEDGER_TABLE_NODES, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT_EQUAL(ledger_store_node(store, &found, (struct ledger_node){8, 0}, &s->error),
                    LEDGER_DAMAGED);
    ledger_store_close(&store);
    samples_free(&s);
}

static void a_reader_sees_one_state_while_a_writer_goes_on(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    int down[2];
    int up[2];
    char byte = 0;
    int code = 0;
    CU_ASSERT_EQUAL_FATAL(pipe(down) | pipe(up), 0);
    ledger_store_close(&store);
    pid_t child = fork();
    if (child == 0) {
        struct ledger_store *reader = NULL;
        struct ledger_store beside = {NULL, NULL, 0};
        uint64_t sizes[4] = {9, 9, 9, 9};
        bool good = ledger_store_open(&reader, s->path, LEDGER_STORE_READ, 0, NULL) == LEDGER_OK &&
                    ledger_store_begin(reader, NULL) == LEDGER_OK &&
                    ledger_store_size(reader, &sizes[0], NULL) == LEDGER_OK &&
                    ledger_store_begin_beside(&beside, reader, NULL) == LEDGER_OK &&
                    write(up[1], "r", 1) == 1 && read(down[0], &byte, 1) == 1 &&
                    ledger_store_size(reader, &sizes[1], NULL) == LEDGER_OK &&
                    ledger_store_size(&beside, &sizes[3], NULL) == LEDGER_OK;
        ledger_store_end(&beside);
        good = good && ledger_store_begin_beside(&beside, reader, NULL) == LEDGER_BUSY &&
               beside.txn == NULL && ledger_store_begin(reader, NULL) == LEDGER_OK &&
               ledger_store_size(reader, &sizes[2], NULL) == LEDGER_OK;
        _exit(good && sizes[0] == 0 && sizes[1] == 0 && sizes[2] == 1 && sizes[3] == 0 ? 0 : 1);
    }
    CU_ASSERT_EQUAL(read(up[0], &byte, 1), 1);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(add(s, store, 0, samples_ordinary(s, 1)), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_commit(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(write(down[1], "w", 1), 1);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    CU_ASSERT(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    for (unsigned i = 0; i < 2; i++) {
        close(down[i]);
        close(up[i]);
    }
    ledger_store_close(&store);
    samples_free(&s);
}

static void a_full_map_is_said_to_be_and_leaves_what_was_there(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, 256 * 1024);
    char *data = samples_memory(s, 30001);
    uint64_t index = 0;
    enum ledger_status status = LEDGER_OK;
    memset(data, 'a', 30000);
    data[0] = data[29999] = '"';
    for (; status == LEDGER_OK && index < 100; index++) {
        struct sample_record what = {.data = data};
        CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
        status = add(s, store, index, samples_record(s, &what));
        if (status == LEDGER_OK) {
            status = ledger_store_commit(store, &s->error);
        }
    }
    CU_ASSERT(index > 1 && index < 100);
    CU_ASSERT_EQUAL(status, LEDGER_MAP_FULL);
    CU_ASSERT_EQUAL(s->error.status, LEDGER_MAP_FULL);
    ledger_store_end(store);
    CU_ASSERT_EQUAL(size_of(store), index - 1);
    /* With more room it goes on. */
    ledger_store_close(&store);
    CU_ASSERT_EQUAL_FATAL(
        ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, SAMPLE_MAP_SIZE, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin_write(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(add(s, store, index - 1, samples_ordinary(s, 1)), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_commit(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(size_of(store), index);
    ledger_store_close(&store);
    samples_free(&s);
}

static void only_a_store_of_this_format_is_opened(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    static const enum ledger_store_mode modes[] = {LEDGER_STORE_READ, LEDGER_STORE_READ_UNLOCKED,
                                                   LEDGER_STORE_WRITE};
    ledger_store_close(&store);
    for (unsigned step = 0; step < 3; step++) {
        static const enum ledger_status expected[] = {LEDGER_OK, LEDGER_NEWER_FORMAT,
                                                      LEDGER_DAMAGED};
        for (size_t i = 0; i < 3; i++) {
            CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, modes[i], 0, &s->error),
                            expected[step]);
            CU_ASSERT_EQUAL(store != NULL, expected[step] == LEDGER_OK);
            ledger_store_close(&store);
        }
        struct store_edit *edit = store_edit_open(s->path);
        store_edit_put(edit, "meta", ledger_span_of("format"),
                       ledger_span_of(LEDGER_STORE_FORMAT "0"));
        if (step == 1) {
            store_edit_drop(edit, "matters");
        }
        store_edit_close(&edit);
    }
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->directory, LEDGER_STORE_READ, 0, &s->error),
                    LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_store_open(&store, "/no/such", LEDGER_STORE_WRITE, 0, &s->error),
                    LEDGER_NOT_FOUND);
    samples_free(&s);
}

static void a_store_is_opened_on_a_local_disk(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    samples_ledger(s, 2);
    fake_statfs(s->path, NFS_SUPER_MAGIC);
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, LEDGER_STORE_WRITE, 0, &s->error),
                    LEDGER_REMOTE);
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, &s->error),
                    LEDGER_REMOTE);
    /* A copy that nobody writes to may be anywhere. */
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ_UNLOCKED, 0, NULL),
                    LEDGER_OK);
    fake_statfs(NULL, 0);
    ledger_store_close(&store);
    samples_free(&s);
}

/* liblmdb maps what is there and dies of what is not: it must not get to see it. */
static void a_store_that_was_cut_off_is_not_given_to_liblmdb(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    static const enum ledger_store_mode modes[] = {LEDGER_STORE_READ, LEDGER_STORE_READ_UNLOCKED,
                                                   LEDGER_STORE_WRITE};
    samples_ledger(s, 40);
    CU_ASSERT_EQUAL(truncate(samples_text(s, "%s/data.mdb", s->path), 3L * 4096), 0);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, modes[i], 0, &s->error), LEDGER_DAMAGED);
        CU_ASSERT_PTR_NOT_NULL(strstr(s->error.what, "is damaged: page"));
        CU_ASSERT_PTR_NULL(store);
    }
    samples_free(&s);
}

static void a_size_is_given_only_if_it_is_one(void)
{
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    static const uint8_t key[9] = {0xFF};
    uint64_t size = 77;
    samples_ledger(s, 2);
    struct store_edit *edit = store_edit_open(s->path);
    store_edit_put(edit, "entries", (struct ledger_span){key, sizeof key}, ledger_span_of("x"));
    store_edit_close(&edit);
    CU_ASSERT_EQUAL_FATAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_size(store, &size, &s->error), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(size, 77);
    ledger_store_close(&store);
    samples_free(&s);
}

/* A file that somebody changes all the time was never found sound, whoever wants to write to it, or
 * to read it as one that nobody writes to. */
static void a_store_that_keeps_changing_is_not_opened(void)
{
    static const enum ledger_store_mode modes[] = {LEDGER_STORE_READ_UNLOCKED, LEDGER_STORE_WRITE};
    struct samples *s = samples_new();
    struct ledger_store *store = NULL;
    samples_ledger(s, 3);
    const char *file = samples_text(s, "%s/data.mdb", s->path);
    busy_file_damage(file);
    busy_file_start(file);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, modes[i], 0, &s->error), LEDGER_BUSY);
        CU_ASSERT_PTR_NULL(store);
        ledger_store_close(&store);
    }
    busy_file_stop();
    samples_free(&s);
}

static unsigned files_in(const char *path)
{
    unsigned count = 0;
    DIR *directory = opendir(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    for (struct dirent *d = readdir(directory); d != NULL; d = readdir(directory)) {
        count += strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
    }
    closedir(directory);
    return count;
}

static enum ledger_status create(struct samples *s, struct ledger_span genesis, uint64_t map_size)
{
    struct ledger_create_options options = {
        .map_size = map_size, .clock = samples_clock, .clock_context = s};
    return ledger_create(&s->verdict, s->path, genesis, &s->operator_key, &options, &s->error);
}

static void a_ledger_that_is_not_founded_leaves_nothing_behind(void)
{
    struct samples *s = samples_new();
    struct sample_record founding = samples_founding(s);
    samples_directory(s);
    founding.signers[0] = SAMPLE_LI_NA;
    CU_ASSERT_EQUAL(create(s, samples_record(s, &founding), 0), LEDGER_INVALID);
    CU_ASSERT_EQUAL(s->verdict.finding, LEDGER_TOO_FEW_GOVERNORS);
    CU_ASSERT_EQUAL(create(s, ledger_span_of("x"), 0), LEDGER_INVALID);
    struct ledger_signing right = s->operator_key;
    s->operator_key = s->operator_next;
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), 0), LEDGER_WRONG_KEY);
    s->operator_key = right;
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), 32768), LEDGER_MAP_FULL);
    s->now = -1;
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), 0), LEDGER_CLOCK);
    s->now = SAMPLE_TIME;
    CU_ASSERT_EQUAL(files_in(s->directory), 0);
    samples_write_file(s->guard, ledger_span_of("x"));
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), SAMPLE_MAP_SIZE), LEDGER_EXISTS);
    CU_ASSERT(ledger_span_is(samples_file(s, s->guard), "x"));
    CU_ASSERT_EQUAL(files_in(s->directory), 1);
    samples_free(&s);
}

static void a_ledger_and_its_guard_are_founded_on_local_disks(void)
{
    struct samples *s = samples_new();
    samples_directory(s);
    const char *parent = samples_text(s, "%s/", s->directory);
    fake_statfs(parent, NFS_SUPER_MAGIC);
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), SAMPLE_MAP_SIZE), LEDGER_REMOTE);
    CU_ASSERT_EQUAL(files_in(s->directory), 0);
    fake_statfs(NULL, 0);
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), SAMPLE_MAP_SIZE), LEDGER_OK);
    samples_free(&s);
}

static void the_umask_says_who_may_enter_a_new_ledger(void)
{
    static const mode_t masks[] = {0077, 0027, 0022, 0002};
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        struct samples *s = samples_new();
        struct stat info;
        samples_directory(s);
        mode_t before = umask(masks[i]);
        CU_ASSERT_EQUAL(create(s, samples_genesis(s), SAMPLE_MAP_SIZE), LEDGER_OK);
        (void)umask(before);
        CU_ASSERT_EQUAL(stat(s->path, &info), 0);
        CU_ASSERT_EQUAL(info.st_mode & 0777, 0777 & ~masks[i]);
        samples_free(&s);
    }
}

static void a_ledger_is_founded_once(void)
{
    struct samples *s = samples_new();
    samples_ledger(s, 2);
    struct ledger_span guard = samples_file(s, s->guard);
    CU_ASSERT_EQUAL(files_in(s->directory), 2);
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), SAMPLE_MAP_SIZE), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(unlink(s->guard), 0);
    CU_ASSERT_EQUAL(create(s, samples_genesis(s), SAMPLE_MAP_SIZE), LEDGER_EXISTS);
    CU_ASSERT_EQUAL(files_in(s->directory), 1);
    samples_write_file(s->guard, guard);
    struct ledger_appender *a = NULL;
    CU_ASSERT_EQUAL(samples_open(s, &a), LEDGER_OK);
    ledger_appender_close(&a);
    samples_free(&s);
}

/* The rows of one hash among those of its neighbours, at every bound. */
static void the_row_before_a_bound_is_one_of_the_same_hash(void)
{
    static const uint64_t rows[] = {0, 3, 4, 255, 256, 1 << 20};
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    const enum ledger_table table = LEDGER_TABLE_MATTERS;
    uint64_t found = 0;
    ledger_store_close(&store);
    struct store_edit *edit = store_edit_open(s->path);
    for (uint8_t hash = 1; hash <= 5; hash += 2) {
        uint8_t key[LEDGER_ROW_KEY_SIZE];
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            ledger_key_row(key, &(struct ledger_hash){{hash}}, rows[i]);
            store_edit_put(edit, "matters", (struct ledger_span){key, sizeof key},
                           (struct ledger_span){NULL, 0});
        }
    }
    store_edit_close(&edit);
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, LEDGER_STORE_READ, 0, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(ledger_store_begin(store, NULL), LEDGER_OK);
    for (uint8_t hash = 0; hash <= 6; hash++) {
        const struct ledger_hash of = {{hash}};
        enum ledger_status there = hash % 2 == 1 ? LEDGER_OK : LEDGER_NOT_FOUND;
        CU_ASSERT_EQUAL(ledger_store_first_row(store, &found, table, &of, NULL), there);
        CU_ASSERT(there != LEDGER_OK || found == 0);
        CU_ASSERT_EQUAL(ledger_store_row_before(store, &found, table, &of, 0, NULL),
                        LEDGER_NOT_FOUND);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            CU_ASSERT_EQUAL(ledger_store_row_before(store, &found, table, &of, rows[i] + 1, NULL),
                            there);
            CU_ASSERT(there != LEDGER_OK || found == rows[i]);
        }
        CU_ASSERT_EQUAL(ledger_store_row_before(store, &found, table, &of, UINT64_MAX, NULL),
                        there);
        CU_ASSERT(there != LEDGER_OK || found == 1 << 20);
    }
    /* And in a table without any row. */
    const struct ledger_hash none = {{1}};
    CU_ASSERT_EQUAL(ledger_store_row_before(store, &found, LEDGER_TABLE_DOCUMENTS, &none, 7, NULL),
                    LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(ledger_store_first_row(store, &found, LEDGER_TABLE_DOCUMENTS, &none, NULL),
                    LEDGER_NOT_FOUND);
    ledger_store_close(&store);
    samples_free(&s);
}

/* No page but the two of the head says its number now: liblmdb does not ask, the check does. With
 * its empty end the file is larger than one that is checked whole for every reader. */
static void damage_a_large_file(const struct samples *s)
{
    static const uint8_t none[8] = {0};
    char file[PATH_MAX];
    struct stat info;
    snprintf(file, sizeof file, "%s/data.mdb", s->path);
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0 && fstat(fd, &info) == 0);
    for (off_t at = 2 * 4096; at < info.st_size; at += 4096) {
        CU_ASSERT_EQUAL_FATAL(pwrite(fd, none, sizeof none, at), (ssize_t)sizeof none);
    }
    CU_ASSERT_EQUAL_FATAL(ftruncate(fd, ((off_t)1 << 30) + 4096), 0);
    close(fd);
}

static void an_audit_looks_at_the_whole_file_however_large(void)
{
    static const struct {
        enum ledger_store_mode mode;
        enum ledger_status status;
    } cases[] = {{LEDGER_STORE_READ, LEDGER_OK},
                 {LEDGER_STORE_AUDIT, LEDGER_DAMAGED},
                 {LEDGER_STORE_READ_UNLOCKED, LEDGER_DAMAGED},
                 {LEDGER_STORE_WRITE, LEDGER_DAMAGED}};
    struct samples *s = samples_new();
    struct ledger_store *store = created(s, SAMPLE_MAP_SIZE);
    ledger_store_close(&store);
    CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, LEDGER_STORE_AUDIT, 0, NULL), LEDGER_OK);
    ledger_store_close(&store);
    damage_a_large_file(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(ledger_store_open(&store, s->path, cases[i].mode, 0, NULL),
                        cases[i].status);
        ledger_store_close(&store);
    }
    samples_free(&s);
}

void ledger_suite_store(void)
{
    CU_pSuite suite = CU_add_suite("store", NULL, NULL);
    CU_ADD_TEST(suite, what_was_committed_is_found_again);
    CU_ADD_TEST(suite, a_row_is_never_replaced);
    CU_ADD_TEST(suite, nodes_below_a_block_are_not_kept);
    CU_ADD_TEST(suite, a_reader_sees_one_state_while_a_writer_goes_on);
    CU_ADD_TEST(suite, a_full_map_is_said_to_be_and_leaves_what_was_there);
    CU_ADD_TEST(suite, only_a_store_of_this_format_is_opened);
    CU_ADD_TEST(suite, a_store_is_opened_on_a_local_disk);
    CU_ADD_TEST(suite, a_store_that_was_cut_off_is_not_given_to_liblmdb);
    CU_ADD_TEST(suite, a_size_is_given_only_if_it_is_one);
    CU_ADD_TEST(suite, a_store_that_keeps_changing_is_not_opened);
    CU_ADD_TEST(suite, a_ledger_that_is_not_founded_leaves_nothing_behind);
    CU_ADD_TEST(suite, a_ledger_and_its_guard_are_founded_on_local_disks);
    CU_ADD_TEST(suite, the_umask_says_who_may_enter_a_new_ledger);
    CU_ADD_TEST(suite, a_ledger_is_founded_once);
    CU_ADD_TEST(suite, the_row_before_a_bound_is_one_of_the_same_hash);
    CU_ADD_TEST(suite, an_audit_looks_at_the_whole_file_however_large);
}
