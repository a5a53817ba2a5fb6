/* What is wrong with the files of a publication is found, and where. */
#include "ledger/ops/published.h"

#include <errno.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "tests/published_samples.h"
#include "tests/suites.h"

#define FULL 600 /* two full bundles, a partial one of 88 */

static struct ledger_span cut(struct ledger_span bytes, size_t size)
{
    return (struct ledger_span){bytes.data, size};
}

static struct ledger_span longer(struct fixture *f, struct ledger_span bytes)
{
    uint8_t *copy = samples_memory(f->s, bytes.size + 1);
    memcpy(copy, bytes.data, bytes.size);
    copy[bytes.size] = 0;
    return (struct ledger_span){copy, bytes.size + 1};
}

static void missing(struct fixture *f, const char *name, enum ledger_finding finding,
                    uint64_t entry)
{
    const char *away = samples_text(f->s, "%s/away", f->s->directory);
    CU_ASSERT_EQUAL(rename(published_file(f, name), away), 0);
    files_are(f, finding, entry);
    CU_ASSERT_EQUAL(rename(away, published_file(f, name)), 0);
}

static void files_that_are_missing_are_found(void)
{
    struct fixture f = published_new(FULL);
    missing(&f, "tile/entries/000", LEDGER_ENTRY_MISSING, 0);
    missing(&f, "tile/entries/001", LEDGER_ENTRY_MISSING, 256);
    missing(&f, "tile/entries/002.p/88", LEDGER_CHECKPOINT_BEYOND, 512);
    missing(&f, "tile/entries", LEDGER_ENTRY_MISSING, 0);
    missing(&f, "tile/0/000", LEDGER_WRONG_NODE, 0);
    missing(&f, "tile/0/001", LEDGER_WRONG_NODE, 256);
    missing(&f, "tile/0/002.p/88", LEDGER_WRONG_NODE, 512);
    missing(&f, "tile/1/000.p/2", LEDGER_WRONG_NODE, 255);
    missing(&f, "tile/0", LEDGER_WRONG_NODE, 0);
    CU_ASSERT_EQUAL(unlink(published_file(&f, "checkpoint")), 0);
    CU_ASSERT_EQUAL(audit_files(&f), LEDGER_NOT_FOUND);
    fixture_free(&f);
}

/* Who publishes may complete and remove a partial tile while somebody reads. */
static void a_full_file_stands_for_the_partial_one_that_is_gone(void)
{
    struct fixture f = published_new(300);
    struct ledger_span old = samples_file(f.s, published_file(&f, "checkpoint"));
    grow_to(&f, 300, 600);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    CU_ASSERT_FALSE(file_is_there(&f, "tile/entries/001.p"));
    samples_write_file(published_file(&f, "checkpoint"), old);
    files_hold(&f);
    CU_ASSERT_EQUAL(f.report->entries, 300);
    CU_ASSERT_EQUAL(f.report->nodes, 301);
    changed_file_is(&f, "tile/0/001", flipped(&f, "tile/0/001", 43 * 32), LEDGER_WRONG_NODE, 299);
    samples_write_file(published_file(&f, "tile/0/001"), flipped(&f, "tile/0/001", 44 * 32));
    files_hold(&f);
    struct ledger_span bundle = samples_file(f.s, published_file(&f, "tile/entries/001"));
    changed_file_is(&f, "tile/entries/001", cut(bundle, bundle.size - 1), LEDGER_STORE_DAMAGED,
                    256);
    fixture_free(&f);
}

static void files_cut_off_or_too_long_are_found(void)
{
    static const struct {
        const char *name;
        enum ledger_finding finding;
        uint64_t entry;
    } files[] = {
        {"tile/entries/000", LEDGER_STORE_DAMAGED, 0},
        {"tile/entries/001", LEDGER_STORE_DAMAGED, 256},
        {"tile/entries/002.p/88", LEDGER_STORE_DAMAGED, 512},
        {"tile/0/001", LEDGER_WRONG_NODE, 256},
        {"tile/0/002.p/88", LEDGER_WRONG_NODE, 512},
        {"tile/1/000.p/2", LEDGER_WRONG_NODE, 255},
    };
    struct fixture f = published_new(FULL);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct ledger_span good = samples_file(f.s, published_file(&f, files[i].name));
        size_t sizes[] = {0, 1, good.size / 2, good.size - 1};
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            changed_file_is(&f, files[i].name, cut(good, sizes[k]), files[i].finding,
                            files[i].entry);
        }
        changed_file_is(&f, files[i].name, longer(&f, good), files[i].finding, files[i].entry);
    }
    CU_ASSERT_EQUAL(truncate(published_file(&f, "tile/entries/002.p/88"), INT64_C(1) << 40), 0);
    files_are(&f, LEDGER_STORE_DAMAGED, 512);
    CU_ASSERT_EQUAL(truncate(published_file(&f, "checkpoint"), INT64_C(1) << 40), 0);
    files_are(&f, LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY);
    fixture_free(&f);
}

static void a_bundle_of_another_width_is_found(void)
{
    struct fixture f = published_new(FULL);
    struct ledger_span full = samples_file(f.s, published_file(&f, "tile/entries/001"));
    struct ledger_span rest = full;
    struct ledger_span entry;
    for (unsigned i = 0; i < 255; i++) {
        CU_ASSERT(ledger_bundle_next(&rest, &entry));
    }
    changed_file_is(&f, "tile/entries/001", cut(full, full.size - rest.size), LEDGER_STORE_DAMAGED,
                    256);
    struct ledger_span tile = samples_file(f.s, published_file(&f, "tile/0/001"));
    changed_file_is(&f, "tile/0/001", cut(tile, tile.size - 32), LEDGER_WRONG_NODE, 256);
    fixture_free(&f);
}

static void files_that_changed_places_are_found(void)
{
    static const struct {
        const char *one;
        const char *other;
        enum ledger_finding finding;
        uint64_t entry;
    } pairs[] = {
        {"tile/entries/000", "tile/entries/001", LEDGER_WRONG_INDEX, 0},
        {"tile/entries/001", "tile/entries/002.p/88", LEDGER_STORE_DAMAGED, 256},
        {"tile/0/000", "tile/0/001", LEDGER_WRONG_NODE, 0},
        {"tile/0/001", "tile/entries/001", LEDGER_STORE_DAMAGED, 256},
        {"tile/1/000.p/2", "tile/0/002.p/88", LEDGER_WRONG_NODE, 255},
        {"checkpoint", "tile/1/000.p/2", LEDGER_BAD_TEXT, LEDGER_NO_ENTRY},
    };
    struct fixture f = published_new(FULL);
    const char *away = samples_text(f.s, "%s/away", f.s->directory);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *one = published_file(&f, pairs[i].one);
        const char *other = published_file(&f, pairs[i].other);
        for (int turn = 0; turn < 2; turn++) {
            CU_ASSERT_EQUAL(rename(one, away), 0);
            CU_ASSERT_EQUAL(rename(other, one), 0);
            CU_ASSERT_EQUAL(rename(away, other), 0);
            if (turn == 0) {
                files_are(&f, pairs[i].finding, pairs[i].entry);
            }
        }
    }
    files_hold(&f);
    fixture_free(&f);
}

static void every_hash_of_a_tile_is_compared(void)
{
    struct fixture f = published_new(FULL);
    for (size_t i = 0; i < 256; i += 17) {
        changed_file_is(&f, "tile/0/000", flipped(&f, "tile/0/000", 32 * i + i % 32),
                        LEDGER_WRONG_NODE, i);
    }
    changed_file_is(&f, "tile/0/002.p/88", flipped(&f, "tile/0/002.p/88", 87 * 32 + 31),
                    LEDGER_WRONG_NODE, 599);
    changed_file_is(&f, "tile/1/000.p/2", flipped(&f, "tile/1/000.p/2", 0), LEDGER_WRONG_NODE, 255);
    changed_file_is(&f, "tile/1/000.p/2", flipped(&f, "tile/1/000.p/2", 63), LEDGER_WRONG_NODE,
                    511);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.s->verdict.detail, "tile/1/000.p/2"));
    fixture_free(&f);
}

static void every_byte_of_a_bundle_is_judged(void)
{
    struct fixture f = published_new(ENTRIES);
    struct ledger_span good = samples_file(f.s, published_file(&f, "tile/entries/000.p/12"));
    for (size_t i = 0; i < good.size; i += 7) {
        samples_write_file(published_file(&f, "tile/entries/000.p/12"),
                           flipped(&f, "tile/entries/000.p/12", i));
        CU_ASSERT_EQUAL(audit_files(&f), LEDGER_OK);
        CU_ASSERT_NOT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
        CU_ASSERT_NOT_EQUAL(f.s->verdict.finding, LEDGER_NOT_CHECKED);
        CU_ASSERT_NOT_EQUAL(f.s->verdict.finding, LEDGER_WRONG_NODE);
        samples_write_file(published_file(&f, "tile/entries/000.p/12"), good);
    }
    files_hold(&f);
    fixture_free(&f);
}

static void symbolic_links_and_what_is_no_file_are_refused(void)
{
    static const struct {
        const char *name;
        enum ledger_finding finding;
        uint64_t entry;
    } names[] = {
        {"tile", LEDGER_STORE_DAMAGED, 0},
        {"tile/entries", LEDGER_STORE_DAMAGED, 0},
        {"tile/entries/001", LEDGER_STORE_DAMAGED, 256},
        {"tile/entries/002.p", LEDGER_STORE_DAMAGED, 512},
        {"tile/0", LEDGER_WRONG_NODE, 0},
        {"tile/0/001", LEDGER_WRONG_NODE, 256},
        {"checkpoint", LEDGER_STORE_DAMAGED, LEDGER_NO_ENTRY},
    };
    struct fixture f = published_new(FULL);
    const char *away = samples_text(f.s, "%s/away", f.s->directory);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *file = published_file(&f, names[i].name);
        CU_ASSERT_EQUAL(rename(file, away), 0);
        CU_ASSERT_EQUAL(symlink(away, file), 0);
        files_are(&f, names[i].finding, names[i].entry);
        CU_ASSERT_EQUAL(unlink(file), 0);
        CU_ASSERT_EQUAL(mkfifo(file, 0600), 0);
        files_are(&f, names[i].finding, names[i].entry);
        CU_ASSERT_EQUAL(unlink(file), 0);
        CU_ASSERT_EQUAL(rename(away, file), 0);
    }
    CU_ASSERT_EQUAL(unlink(published_file(&f, "tile/0/001")), 0);
    CU_ASSERT_EQUAL(mkdir(published_file(&f, "tile/0/001"), 0700), 0);
    files_are(&f, LEDGER_WRONG_NODE, 256);
    fixture_free(&f);
}

/* To open a device can do something to it. */
static void what_is_no_file_is_not_even_opened(void)
{
    static const char *const names[] = {"checkpoint", "tile/entries/001", "tile/0/001"};
    struct fixture f = published_new(FULL);
    const char *away = samples_text(f.s, "%s/away", f.s->directory);
    char events[4096];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *file = published_file(&f, names[i]);
        int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        CU_ASSERT_FATAL(watch >= 0);
        CU_ASSERT_FATAL(inotify_add_watch(watch, file, IN_OPEN) >= 0);
        files_hold(&f);
        CU_ASSERT(read(watch, events, sizeof events) > 0); /* a file is opened, and that is seen */
        CU_ASSERT_EQUAL(rename(file, away), 0);
        CU_ASSERT_EQUAL(mkfifo(file, 0600), 0);
        CU_ASSERT_FATAL(inotify_add_watch(watch, file, IN_OPEN) >= 0);
        CU_ASSERT_EQUAL(audit_files(&f), LEDGER_OK);
        CU_ASSERT_NOT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
        CU_ASSERT(read(watch, events, sizeof events) < 0 && errno == EAGAIN);
        CU_ASSERT_EQUAL(close(watch), 0);
        CU_ASSERT_EQUAL(unlink(file), 0);
        CU_ASSERT_EQUAL(rename(away, file), 0);
    }
    fixture_free(&f);
}

static void sign_over(struct fixture *f, uint64_t size, enum sample_who who, const char *origin)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_span note = samples_file(f->s, published_file(f, "checkpoint"));
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &f->s->verdict, note));
    struct ledger_span other = samples_checkpoint(f->s, origin, size, &checkpoint.root, who);
    samples_write_file(published_file(f, "checkpoint"), other);
}

static void checkpoints_that_do_not_hold_are_found(void)
{
    struct fixture f = published_new(ENTRIES);
    struct ledger_span good = samples_file(f.s, published_file(&f, "checkpoint"));
    sign_over(&f, 512, SAMPLE_OPERATOR, SAMPLE_ORIGIN);
    files_are(&f, LEDGER_ENTRY_MISSING, 0);
    sign_over(&f, ENTRIES, SAMPLE_STRANGER, SAMPLE_ORIGIN);
    files_are(&f, LEDGER_CHECKPOINT_UNSIGNED, ENTRIES - 1);
    sign_over(&f, ENTRIES, SAMPLE_OPERATOR, "other.example");
    files_are(&f, LEDGER_OTHER_ORIGIN, ENTRIES - 1);
    sign_over(&f, LEDGER_TREE_SIZE_MAX, SAMPLE_OPERATOR, SAMPLE_ORIGIN);
    files_are(&f, LEDGER_ENTRY_MISSING, 0);
    struct ledger_hash root = {{1}};
    samples_write_file(published_file(&f, "checkpoint"),
                       samples_checkpoint(f.s, SAMPLE_ORIGIN, ENTRIES, &root, SAMPLE_OPERATOR));
    files_are(&f, LEDGER_CHECKPOINT_ROOT, ENTRIES - 1);
    samples_write_file(published_file(&f, "checkpoint"), good);
    ledger_policy_of_log(f.policy, samples_vkey(f.s, SAMPLE_STRANGER));
    files_are(&f, LEDGER_LOG_UNTRUSTED, LEDGER_NO_ENTRY);
    fixture_free(&f);
}

static void a_checkpoint_beyond_the_bundles_is_found(void)
{
    struct fixture f = published_new(256);
    sign_over(&f, 700, SAMPLE_OPERATOR, SAMPLE_ORIGIN);
    files_are(&f, LEDGER_CHECKPOINT_BEYOND, 256);
    sign_over(&f, LEDGER_TREE_SIZE_MAX, SAMPLE_OPERATOR, SAMPLE_ORIGIN);
    files_are(&f, LEDGER_CHECKPOINT_BEYOND, 256);
    sign_over(&f, 700, SAMPLE_STRANGER, SAMPLE_ORIGIN);
    files_are(&f, LEDGER_CHECKPOINT_UNSIGNED, 256);
    fixture_free(&f);
}

static void what_was_seen_before_is_compared(void)
{
    struct fixture f = published_new(5);
    struct ledger_hash root = {{7}};
    struct ledger_span five = samples_file(f.s, published_file(&f, "checkpoint"));
    f.since = five;
    files_hold(&f);
    CU_ASSERT_EQUAL(f.report->since_size, 5);
    grow_to(&f, 5, 300);
    files_hold(&f);
    CU_ASSERT_EQUAL(publish(&f), LEDGER_OK);
    files_hold(&f);
    f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, 5, &root, SAMPLE_OPERATOR);
    files_are(&f, LEDGER_FORK, 4);
    f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, 301, &root, SAMPLE_OPERATOR);
    files_are(&f, LEDGER_OLDER_THAN_SEEN, 300);
    f.since = samples_checkpoint(f.s, SAMPLE_ORIGIN, 5, &root, SAMPLE_STRANGER);
    files_are(&f, LEDGER_LOG_UNTRUSTED, LEDGER_NO_ENTRY);
    fixture_free(&f);
}

void ledger_suite_published(void)
{
    CU_pSuite suite = CU_add_suite("published", NULL, NULL);
    CU_ADD_TEST(suite, files_that_are_missing_are_found);
    CU_ADD_TEST(suite, a_full_file_stands_for_the_partial_one_that_is_gone);
    CU_ADD_TEST(suite, files_cut_off_or_too_long_are_found);
    CU_ADD_TEST(suite, a_bundle_of_another_width_is_found);
    CU_ADD_TEST(suite, files_that_changed_places_are_found);
    CU_ADD_TEST(suite, every_hash_of_a_tile_is_compared);
    CU_ADD_TEST(suite, every_byte_of_a_bundle_is_judged);
    CU_ADD_TEST(suite, symbolic_links_and_what_is_no_file_are_refused);
    CU_ADD_TEST(suite, what_is_no_file_is_not_even_opened);
    CU_ADD_TEST(suite, checkpoints_that_do_not_hold_are_found);
    CU_ADD_TEST(suite, a_checkpoint_beyond_the_bundles_is_found);
    CU_ADD_TEST(suite, what_was_seen_before_is_compared);
}
