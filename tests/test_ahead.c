/* Looking ahead on other threads: what comes out, in what order, and that an audit and a bulk append
 * find what they find on one thread. */
#include "ledger/ops/ahead.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/suites.h"
#include "tests/told_samples.h"

/* Enough for several blocks of each of several threads. */
#define MANY 700
static struct told *audited(struct fixture *f, unsigned jobs, size_t stop_after)
{
    struct told *told = samples_memory(f->s, sizeof *told);
    struct ledger_error error;
    struct ledger_audit_options options = told_options(f, told, jobs, stop_after);
    told->status = ledger_audit(&told->report, &told->verdict, f->s->path, &options, &error);
    return told;
}

/* With any number of threads the audit is the one on this thread alone, which is given back. */
static const struct told *agreed(struct fixture *f, size_t stop_after)
{
    static const unsigned jobs[] = {2, 3, 8};
    const struct told *plain = audited(f, 1, stop_after);
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        CU_ASSERT(same(plain, audited(f, jobs[i], stop_after)));
    }
    return plain;
}

static void a_valid_ledger_is_valid_on_any_number_of_threads(void)
{
    static const uint64_t sizes[] = {1, 2, 64, 65, 66, 129, MANY};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture f = fixture_new(sizes[i]);
        const struct told *told = agreed(&f, 0);
        CU_ASSERT_EQUAL(told->verdict.finding, LEDGER_VALID);
        CU_ASSERT_EQUAL(told->leaf_count, sizes[i]);
        fixture_free(&f);
    }
}

/* Registrars, parties, rules, batches, indexes: what other ledgers of the tests have not. */
static void golden_ledgers_are_valid_on_any_number_of_threads(void)
{
    static const char *const golden[] = {"golden-rules", "golden-batch", "golden-matters"};
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        struct fixture f = fixture_new(1);
        struct ledger_span policy =
            samples_file(f.s, samples_text(f.s, "fixtures/%s/policy", golden[i]));
        CU_ASSERT_FATAL(ledger_policy_parse(f.s->hasher, f.policy, &f.s->verdict, policy));
        struct ledger_audit_options options = {.policy = f.policy, .unlocked = true, .jobs = 4};
        CU_ASSERT_EQUAL(ledger_audit(f.report, &f.s->verdict,
                                     samples_text(f.s, "fixtures/%s/ledger", golden[i]), &options,
                                     &f.s->error),
                        LEDGER_OK);
        CU_ASSERT_EQUAL(f.s->verdict.finding, LEDGER_VALID);
        fixture_free(&f);
    }
}

/* Changes, cuts, lengthens, drops or swaps an entry. */
static void mutate(struct fixture *f, uint64_t *seed, uint64_t index, struct ledger_span bytes)
{
    uint8_t *changed = samples_memory(f->s, 2 * (size_t)LEDGER_ENTRY_MAX);
    memcpy(changed, bytes.data, bytes.size);
    struct ledger_span with = {changed, bytes.size};
    switch (any(seed, 8)) {
    case 0:
        store_edit_delete_at(f->edit, "entries", index);
        return;
    case 1:
        with.size = any(seed, bytes.size);
        break;
    case 2:
        memset(changed + bytes.size, '\n', 2 * (size_t)LEDGER_ENTRY_MAX - bytes.size);
        with.size = LEDGER_ENTRY_MAX + any(seed, 2000);
        break;
    case 3:
        with = samples_copy(f->s, store_edit_get_at(f->edit, "entries", any(seed, MANY)));
        break;
    default:
        changed[any(seed, bytes.size)] ^= (uint8_t)(1u << any(seed, 7));
    }
    store_edit_put_at(f->edit, "entries", index, with);
}

static void whatever_was_changed_the_same_is_found(void)
{
    struct fixture f = fixture_new(MANY);
    uint64_t seed = 20261124;
    unsigned valid = 0;
    for (unsigned round = 0; round < 24; round++) {
        uint64_t index = any(&seed, MANY);
        f.edit = store_edit_open(f.s->path);
        struct ledger_span old = samples_copy(f.s, store_edit_get_at(f.edit, "entries", index));
        mutate(&f, &seed, index, old);
        store_edit_close(&f.edit);
        valid += agreed(&f, 0)->verdict.finding == LEDGER_VALID ? 1 : 0;
        f.edit = store_edit_open(f.s->path);
        store_edit_put_at(f.edit, "entries", index, old);
        store_edit_close(&f.edit);
    }
    CU_ASSERT(valid <= 1); /* an entry that took its own place */
    CU_ASSERT_EQUAL(agreed(&f, 0)->verdict.finding, LEDGER_VALID);
    fixture_free(&f);
}

/* A row that is gone, or says something else, of the first entry by the order of keys. */
static void whatever_row_was_changed_the_same_is_found(void)
{
    static const char *const tables[] = {"records", "matters", "documents", "authority"};
    struct fixture f = fixture_new(MANY);
    uint8_t wrong[8] = {0};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        f.edit = store_edit_open(f.s->path);
        struct ledger_span key = samples_copy(f.s, store_edit_first(f.edit, tables[i]));
        struct ledger_span value = samples_copy(f.s, store_edit_get(f.edit, tables[i], key));
        store_edit_delete(f.edit, tables[i], key);
        store_edit_close(&f.edit);
        CU_ASSERT_EQUAL(agreed(&f, 0)->verdict.finding, LEDGER_WRONG_INDEX_ROW);
        f.edit = store_edit_open(f.s->path);
        store_edit_put(f.edit, tables[i], key, (struct ledger_span){wrong, sizeof wrong});
        store_edit_close(&f.edit);
        CU_ASSERT_EQUAL(agreed(&f, 0)->verdict.finding, LEDGER_WRONG_INDEX_ROW);
        f.edit = store_edit_open(f.s->path);
        store_edit_put(f.edit, tables[i], key, value);
        store_edit_close(&f.edit);
    }
    CU_ASSERT_EQUAL(agreed(&f, 0)->verdict.finding, LEDGER_VALID);
    fixture_free(&f);
}

/* Keys come and go around every border of blocks, and within them. */
static void keys_that_come_and_go_are_followed(void)
{
    struct fixture f = fixture_new(3);
    struct ledger_appender *appender;
    uint64_t index = 0;
    const char *line = samples_line(f.s, "key ", SAMPLE_NEWCOMER, "");
    const char *grant = samples_line(f.s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary");
    bool enrolled = false;
    CU_ASSERT_EQUAL_FATAL(samples_open(f.s, &appender), LEDGER_OK);
    while (index < 400) {
        bool change = index % 64 < 2 || index % 64 > 61 || index % 7 == 0;
        struct sample_record what = {.signers = {enrolled ? SAMPLE_NEWCOMER : SAMPLE_ZHANG}};
        struct ledger_span note =
            !change ? samples_record(f.s, &what)
                    : samples_change(f.s, enrolled ? line : NULL, enrolled ? NULL : grant);
        enrolled = change ? !enrolled : enrolled;
        CU_ASSERT_EQUAL_FATAL(samples_append(f.s, appender, note, &index), LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(f.s->verdict.finding, LEDGER_VALID);
    }
    ledger_appender_close(&appender);
    CU_ASSERT_EQUAL(agreed(&f, 0)->verdict.finding, LEDGER_VALID);
    fixture_free(&f);
}

static void an_audit_that_is_stopped_stops(void)
{
    struct fixture f = fixture_new(MANY);
    static const size_t stops[] = {1, 2, 64, 65, 300, MANY};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        const struct told *told = agreed(&f, stops[i]);
        CU_ASSERT_EQUAL(told->status, LEDGER_DISK_FULL);
        CU_ASSERT_EQUAL(told->leaf_count, stops[i]);
    }
    fixture_free(&f);
}

/* --- the threads themselves --- */

struct texts {
    uint64_t next;
    uint64_t count;
    char (*bytes)[16];
};

static bool next_text(void *context, struct ledger_span *bytes)
{
    struct texts *texts = context;
    if (texts->next == texts->count) {
        return false;
    }
    char *text = texts->bytes[texts->next];
    (void)snprintf(text, sizeof texts->bytes[0], "%llu", (unsigned long long)texts->next++);
    *bytes = ledger_span_of(text);
    return true;
}

/* Takes `wanted` of `count` texts, which are no entries; how many threads there were. */
static unsigned taken(struct samples *s, unsigned jobs, uint64_t count, uint64_t wanted)
{
    struct texts texts = {0, count, samples_memory(s, (count + 1) * 16)};
    const struct ledger_ahead_source source = {&texts, next_text, false, NULL};
    struct ledger_state *state;
    struct ledger_ahead *ahead;
    struct ledger_ahead_item item;
    CU_ASSERT_EQUAL_FATAL(ledger_state_new(&state, s->hasher), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_ahead_new(&ahead, jobs, &source, state, s->hasher), LEDGER_OK);
    unsigned threads = ledger_ahead_threads(ahead);
    for (uint64_t i = 0; i < wanted; i++) {
        CU_ASSERT_FATAL(ledger_ahead_next(ahead, &item));
        CU_ASSERT(ledger_span_is(item.bytes, texts.bytes[i]));
        CU_ASSERT_PTR_NULL(item.foreseen);
        if (i % 50 == 0) {
            ledger_ahead_hold(ahead);
            ledger_ahead_release(ahead);
        }
    }
    CU_ASSERT(wanted < count || !ledger_ahead_next(ahead, &item));
    CU_ASSERT(wanted < count || !ledger_ahead_next(ahead, &item));
    ledger_ahead_free(&ahead);
    ledger_state_free(&state);
    return threads;
}

static unsigned threads_now(void)
{
    unsigned count = 0;
    DIR *directory = opendir("/proc/self/task");
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    for (struct dirent *d = readdir(directory); d != NULL; d = readdir(directory)) {
        count += d->d_name[0] != '.' ? 1 : 0;
    }
    closedir(directory);
    return count;
}

/* A thread that was joined is listed for a moment more. */
static bool threads_are(unsigned wanted)
{
    for (unsigned i = 0; i < 1000 && threads_now() != wanted; i++) {
        (void)usleep(5000);
    }
    return threads_now() == wanted;
}

/* However far it came before, and whatever is under way. */
static void one_that_rested_begins_anew(void)
{
    static const uint64_t stops[] = {0, 1, 2, 65, 200, 1000};
    struct samples *s = samples_new();
    struct texts texts = {0, 1000, samples_memory(s, (uint64_t)1001 * 16)};
    const struct ledger_ahead_source source = {&texts, next_text, false, NULL};
    struct ledger_state *state;
    struct ledger_ahead *ahead;
    struct ledger_ahead_item item;
    unsigned before = threads_now();
    CU_ASSERT_EQUAL_FATAL(ledger_state_new(&state, s->hasher), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_ahead_new(&ahead, 4, &source, state, s->hasher), LEDGER_OK);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        CU_ASSERT_EQUAL(ledger_ahead_threads(ahead), 3);
        for (uint64_t n = 0; n < stops[i]; n++) {
            CU_ASSERT_FATAL(ledger_ahead_next(ahead, &item));
            CU_ASSERT(ledger_span_is(item.bytes, texts.bytes[n]));
        }
        ledger_ahead_rest(ahead);
        CU_ASSERT(threads_are(before));
        texts.next = 0;
        ledger_ahead_again(ahead, &source, state);
    }
    ledger_ahead_free(&ahead);
    CU_ASSERT(threads_are(before));
    ledger_state_free(&state);
    samples_free(&s);
}

static void what_goes_in_comes_out_in_order(void)
{
    static const uint64_t counts[] = {0, 1, 2, 63, 64, 65, 66, 1000, 5000};
    struct samples *s = samples_new();
    unsigned before = threads_now();
    for (unsigned jobs = 1; jobs <= 8; jobs++) {
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            CU_ASSERT_EQUAL(taken(s, jobs, counts[i], counts[i]), jobs - 1);
            (void)taken(s, jobs, counts[i], counts[i] / 2);
        }
    }
    CU_ASSERT(taken(s, 1000, 10, 10) < LEDGER_JOBS_MAX);
    CU_ASSERT(threads_are(before));
    CU_ASSERT(ledger_jobs_default() >= 1 && ledger_jobs_default() <= LEDGER_JOBS_MAX);
    samples_free(&s);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Without room for another stack or ring the same comes out, by fewer threads or none. */
static void threads_that_cannot_be_had_are_done_without(void)
{
#ifndef SANITIZED /* whose shadow memory is over any limit */
    struct samples *s = samples_new();
    struct rlimit before;
    unsigned fewest = LEDGER_JOBS_MAX;
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_AS, &before), 0);
    for (rlim_t room = (rlim_t)4 << 30; room >= (rlim_t)1 << 24; room /= 2) {
        struct rlimit limit = before;
        limit.rlim_cur = room;
        CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_AS, &limit), 0);
        unsigned threads = taken(s, LEDGER_JOBS_MAX, 300, 300);
        CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_AS, &before), 0);
        fewest = threads < fewest ? threads : fewest;
    }
    CU_ASSERT_EQUAL(fewest, 0);
    samples_free(&s);
#endif
}

/* --- bulk append --- */

/* A batch of ordinary records; `spoilt` (if less) has another signature, `change` takes ZHANG's key
 * away. What is found, and at which note. */
static enum ledger_finding batch(unsigned jobs, size_t spoilt, size_t change, size_t *refused,
                                 uint64_t *size, struct ledger_hash *root)
{
    enum { COUNT = 300 };
    struct fixture f = fixture_new(3);
    struct ledger_span *notes = samples_memory(f.s, COUNT * sizeof *notes);
    struct ledger_receipt *receipts = samples_memory(f.s, COUNT * sizeof *receipts);
    struct ledger_append_options options = {
        .jobs = jobs, .clock = samples_clock, .clock_context = f.s};
    struct ledger_appender *appender;
    for (size_t i = 0; i < COUNT; i++) {
        notes[i] = samples_ordinary(f.s, 100 + i);
    }
    if (spoilt < COUNT) {
        notes[spoilt] = samples_replaced(f.s, notes[spoilt], "institution ", "institution x");
    }
    if (change < COUNT) {
        notes[change] = samples_change(f.s, samples_line(f.s, "key ", SAMPLE_ZHANG, ""), NULL);
    }
    CU_ASSERT_EQUAL_FATAL(ledger_appender_open(&appender, &f.s->verdict, f.s->path,
                                               &f.s->operator_key, &options, &f.s->error),
                          LEDGER_OK);
    CU_ASSERT_EQUAL(
        ledger_append(appender, receipts, refused, &f.s->verdict, notes, COUNT, &f.s->error),
        LEDGER_OK);
    *size = ledger_appender_size(appender);
    ledger_appender_close(&appender);
    *root = audited(&f, 1, 0)->report.root;
    enum ledger_finding finding = f.s->verdict.finding;
    fixture_free(&f);
    return finding;
}

static void a_batch_is_admitted_alike_on_any_number_of_threads(void)
{
    static const size_t places[] = {0, 1, 64, 65, 150, 299, 300};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (unsigned way = 0; way < 2; way++) {
            size_t spoilt = way == 0 ? places[i] : 300;
            size_t change = way == 1 ? places[i] : 300;
            size_t refused[2] = {0, 0};
            uint64_t size[2];
            struct ledger_hash root[2];
            enum ledger_finding plain = batch(1, spoilt, change, &refused[0], &size[0], &root[0]);
            CU_ASSERT_EQUAL(batch(4, spoilt, change, &refused[1], &size[1], &root[1]), plain);
            CU_ASSERT_EQUAL(plain == LEDGER_VALID, size[0] > 3);
            CU_ASSERT_EQUAL(size[0], size[1]);
            CU_ASSERT(ledger_hash_equal(&root[0], &root[1]));
            CU_ASSERT(plain == LEDGER_VALID || refused[0] == refused[1]);
            CU_ASSERT(places[i] < 299 || way == 0 || plain == LEDGER_VALID);
        }
    }
}

void ledger_suite_ahead(void)
{
    CU_pSuite suite = CU_add_suite("ahead", NULL, NULL);
    CU_ADD_TEST(suite, a_valid_ledger_is_valid_on_any_number_of_threads);
    CU_ADD_TEST(suite, golden_ledgers_are_valid_on_any_number_of_threads);
    CU_ADD_TEST(suite, whatever_was_changed_the_same_is_found);
    CU_ADD_TEST(suite, whatever_row_was_changed_the_same_is_found);
    CU_ADD_TEST(suite, keys_that_come_and_go_are_followed);
    CU_ADD_TEST(suite, an_audit_that_is_stopped_stops);
    CU_ADD_TEST(suite, what_goes_in_comes_out_in_order);
    CU_ADD_TEST(suite, one_that_rested_begins_anew);
    CU_ADD_TEST(suite, threads_that_cannot_be_had_are_done_without);
    CU_ADD_TEST(suite, a_batch_is_admitted_alike_on_any_number_of_threads);
}
