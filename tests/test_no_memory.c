/* Memory that runs out, at each place of the code that asks for some: what is under way ends with a
 * status, never with a verdict on what is valid, and leaves nothing that could not be freed. */
#include <CUnit/CUnit.h>
#include <string.h>
#include <unistd.h>

#include "ledger/law/matter_tree.h"
#include "ledger/law/proof_check.h"
#include "ledger/law/statistics.h"
#include "ledger/ops/audit_published.h"
#include "ledger/ops/publish.h"
#include "ledger/tree/prefix_map.h"
#include "tests/fake_memory.h"
#include "tests/ledger_samples.h"
#include "tests/suites.h"

#define TIMES 3u /* that a place is passed, before it fails */

/* Something that starts and ends the fake around what it is about, and returns whether it failed. */
typedef bool scenario(struct samples *s, const char *name, unsigned time);

/* Runs `what` until nothing fails any more; how many places asked for memory in it. */
static unsigned at_each_place(scenario *what, const char *name)
{
    unsigned places = 0;
    struct samples *s = samples_new();
    for (unsigned time = 1; time <= TIMES; time++) {
        fake_memory_forget();
        while (what(s, name, time)) {
            places += time == 1 ? 1 : 0;
        }
    }
    samples_free(&s);
    return places;
}

static struct ledger_policy *policy_of(struct samples *s, const char *golden)
{
    struct ledger_policy *policy;
    struct ledger_span bytes = samples_file(s, samples_text(s, "fixtures/%s/policy", golden));
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&policy), LEDGER_OK);
    CU_ASSERT_FATAL(ledger_policy_parse(s->hasher, policy, &s->verdict, bytes));
    return policy;
}

/* --- trees and figures --- */

#define KEYS 3000u /* more than any part of a tree holds by itself */

static struct ledger_hash key_of(struct ledger_hasher *hasher, unsigned number)
{
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, (struct ledger_span){(const uint8_t *)&number, sizeof number});
    return key;
}

static bool make_map(struct samples *s, const char *name, unsigned time)
{
    struct ledger_prefix_map *map = NULL;
    (void)name;
    fake_memory_start(time);
    enum ledger_status status = ledger_prefix_map_new(&map);
    unsigned put = 0;
    for (; status == LEDGER_OK && put < KEYS; put++) {
        struct ledger_hash key = key_of(s->hasher, put);
        status = ledger_prefix_map_put(map, &key, &key, s);
    }
    bool failed = fake_memory_end();
    CU_ASSERT_EQUAL(status, failed ? LEDGER_NO_MEMORY : LEDGER_OK);
    CU_ASSERT(map == NULL || ledger_prefix_map_count(map) == put - (failed ? 1 : 0));
    ledger_prefix_map_free(&map);
    return failed;
}

static void a_map_without_memory_is_as_it_was(void)
{
    CU_ASSERT(at_each_place(make_map, NULL) >= 2);
}

/* What could not be added is added afterwards; the root is that of a tree that never failed. */
static bool make_tree(struct samples *s, const char *name, unsigned time)
{
    struct ledger_matter_tree *tree = NULL;
    struct ledger_hash root;
    static struct ledger_hash good;
    (void)name;
    fake_memory_start(time);
    enum ledger_status status = ledger_matter_tree_new(&tree, s->hasher);
    if (status != LEDGER_OK) {
        CU_ASSERT(fake_memory_end());
        CU_ASSERT_EQUAL(status, LEDGER_NO_MEMORY);
        CU_ASSERT_PTR_NULL(tree);
        return true;
    }
    for (unsigned i = 0; i < KEYS; i++) {
        struct ledger_hash key = key_of(s->hasher, i % (KEYS - 100));
        status = ledger_matter_tree_add(tree, &key);
        if (status != LEDGER_OK) {
            CU_ASSERT_EQUAL(status, LEDGER_NO_MEMORY);
            CU_ASSERT_EQUAL(ledger_matter_tree_size(tree), i);
            CU_ASSERT_EQUAL(ledger_matter_tree_add(tree, &key), LEDGER_OK);
        }
    }
    bool failed = fake_memory_end();
    CU_ASSERT_EQUAL(ledger_matter_tree_count(tree), KEYS - 100);
    ledger_matter_tree_root(tree, &root);
    if (failed) {
        good = root;
    } else {
        CU_ASSERT(ledger_hash_equal(&root, &good));
    }
    ledger_matter_tree_free(&tree);
    return failed;
}

static void a_tree_of_matters_without_memory_is_as_it_was(void)
{
    CU_ASSERT(at_each_place(make_tree, NULL) >= 5);
}

static bool count_all(struct samples *s, const char *name, unsigned time)
{
    struct ledger_statistics *statistics = NULL;
    struct ledger_entry entry = {.time_ms = SAMPLE_TIME};
    const struct ledger_step step = {0};
    (void)name;
    entry.record = samples_parsed(s, samples_ordinary(s, 1));
    fake_memory_start(time);
    enum ledger_status status = ledger_statistics_new(&statistics);
    uint64_t counted = 0;
    for (unsigned i = 0; status == LEDGER_OK && i < 800; i++) {
        char event[16];
        (void)snprintf(event, sizeof event, "e%u", i * 7919 % 800);
        entry.record.event = ledger_span_of(event);
        status = ledger_statistics_add(statistics, &entry, &step);
        counted += status == LEDGER_OK ? 1 : 0;
    }
    bool failed = fake_memory_end();
    CU_ASSERT_EQUAL(status, failed ? LEDGER_NO_MEMORY : LEDGER_OK);
    CU_ASSERT(statistics == NULL || ledger_statistics_entries(statistics) == counted);
    ledger_statistics_free(&statistics);
    return failed;
}

static void figures_without_memory_are_as_they_were(void)
{
    CU_ASSERT(at_each_place(count_all, NULL) >= 4);
}

/* --- small things --- */

static bool make_policy(struct samples *s, const char *name, unsigned time)
{
    struct ledger_policy *policy = NULL;
    (void)s;
    (void)name;
    fake_memory_start(time);
    enum ledger_status status = ledger_policy_new(&policy);
    bool failed = fake_memory_end();
    CU_ASSERT_EQUAL(status, failed ? LEDGER_NO_MEMORY : LEDGER_OK);
    CU_ASSERT_EQUAL(policy == NULL, failed);
    ledger_policy_free(&policy);
    return failed;
}

/* The lines that the genesis sets are looked at as a whole. */
static bool check_genesis(struct samples *s, const char *golden, unsigned time)
{
    struct ledger_policy *policy = policy_of(s, golden);
    struct ledger_span bytes =
        samples_file(s, samples_text(s, "fixtures/%s/proofs/genesis.proof", golden));
    struct ledger_proof_report *report = samples_memory(s, sizeof *report);
    struct ledger_proof proof;
    uint8_t *memory = samples_memory(s, LEDGER_EVIDENCE_MAX);
    ledger_verdict_clear(&s->verdict);
    CU_ASSERT_FATAL(ledger_proof_parse(&proof, &s->verdict, memory, bytes));
    fake_memory_start(time);
    bool valid = ledger_proof_check(s->hasher, &s->verdict, report, &proof, policy);
    bool failed = fake_memory_end();
    CU_ASSERT_EQUAL(valid, !failed);
    CU_ASSERT_EQUAL(s->verdict.finding, failed ? LEDGER_NOT_CHECKED : LEDGER_VALID);
    ledger_policy_free(&policy);
    return failed;
}

static void what_cannot_be_looked_at_is_not_checked(void)
{
    CU_ASSERT(at_each_place(make_policy, NULL) >= 1);
    CU_ASSERT(at_each_place(check_genesis, "golden-rules") >= 4);
}

/* --- whole ledgers --- */

/* An audit whose memory runs out says so; one that can do without is as good as any. */
static bool audit(struct samples *s, const char *golden, unsigned time)
{
    struct ledger_policy *policy = policy_of(s, golden);
    struct ledger_audit_options options = {.policy = policy, .unlocked = true, .jobs = 1};
    struct ledger_audit_report *report = samples_memory(s, sizeof *report);
    const char *path = samples_text(s, "fixtures/%s/ledger", golden);
    fake_memory_start(time);
    enum ledger_status status = ledger_audit(report, &s->verdict, path, &options, &s->error);
    bool failed = fake_memory_end();
    CU_ASSERT(status == LEDGER_NO_MEMORY ||
              (status == LEDGER_OK && s->verdict.finding == LEDGER_VALID));
    CU_ASSERT(status == LEDGER_OK || (failed && s->verdict.finding != LEDGER_VALID));
    ledger_policy_free(&policy);
    return failed;
}

static void an_audit_without_memory_gives_no_verdict(void)
{
    CU_ASSERT(at_each_place(audit, "golden-rules") >= 20);
    CU_ASSERT(at_each_place(audit, "golden-matters") >= 20);
    CU_ASSERT(at_each_place(audit, "golden-batch") >= 10);
}

static bool audit_files(struct samples *s, const char *golden, unsigned time)
{
    struct ledger_policy *policy = policy_of(s, golden);
    struct ledger_audit_options options = {.policy = policy, .unlocked = true, .jobs = 1};
    struct ledger_publish_options how = {.unlocked = true};
    struct ledger_publish_report published;
    struct ledger_audit_report *report = samples_memory(s, sizeof *report);
    const char *ledger = samples_text(s, "fixtures/%s/ledger", golden);
    if (s->directory[0] == '\0') {
        samples_directory(s);
    }
    const char *files = samples_text(s, "%s/files", s->directory);
    CU_ASSERT_EQUAL_FATAL(ledger_publish(&published, ledger, files, &how, &s->error), LEDGER_OK);
    fake_memory_start(time);
    enum ledger_status status =
        ledger_audit_published(report, &s->verdict, files, &options, &s->error);
    bool failed = fake_memory_end();
    CU_ASSERT(status == LEDGER_NO_MEMORY ||
              (status == LEDGER_OK && s->verdict.finding == LEDGER_VALID));
    CU_ASSERT(status == LEDGER_OK || (failed && s->verdict.finding != LEDGER_VALID));
    ledger_policy_free(&policy);
    return failed;
}

static void an_audit_of_files_without_memory_gives_no_verdict(void)
{
    CU_ASSERT(at_each_place(audit_files, "golden-rules") >= 20);
}

/* --- the appender --- */

/* A change of rules, which are looked at as a whole, and records: what was not acknowledged may be
 * asked again. */
static bool append(struct samples *s, const char *name, unsigned time)
{
    struct ledger_appender *appender = NULL;
    struct ledger_append_options options = {.clock = samples_clock, .clock_context = s, .jobs = 1};
    (void)name;
    if (s->directory[0] == '\0') {
        samples_ledger(s, 3);
    }
    struct sample_record accept =
        samples_appraisal(samples_text(s, "粤鉴〔2026〕%u号", ++s->nonces), "accept");
    struct ledger_span notes[] = {samples_ordinary(s, ++s->nonces), samples_record(s, &accept)};
    fake_memory_start(time);
    enum ledger_status status = ledger_appender_open(&appender, &s->verdict, s->path,
                                                     &s->operator_key, &options, &s->error);
    struct ledger_receipt receipts[2];
    size_t refused;
    if (status == LEDGER_OK) {
        status = ledger_append(appender, receipts, &refused, &s->verdict, notes, 2, &s->error);
    }
    bool failed = fake_memory_end();
    CU_ASSERT(status == LEDGER_OK ||
              (failed && (status == LEDGER_NO_MEMORY || status == LEDGER_UNKNOWN)));
    ledger_appender_close(&appender);
    return failed;
}

/* The last entry is a change of the authority, which is made again. */
static bool resume(struct samples *s, const char *name, unsigned time)
{
    struct ledger_appender *appender = NULL;
    struct ledger_append_options options = {.clock = samples_clock, .clock_context = s, .jobs = 1};
    (void)name;
    if (s->directory[0] == '\0') {
        samples_ledger(s, 3);
    }
    fake_memory_start(time);
    enum ledger_status status = ledger_appender_open(&appender, &s->verdict, s->path,
                                                     &s->operator_key, &options, &s->error);
    bool failed = fake_memory_end();
    CU_ASSERT(status == LEDGER_OK || (failed && status == LEDGER_NO_MEMORY));
    CU_ASSERT_EQUAL(status == LEDGER_OK, appender != NULL);
    ledger_appender_close(&appender);
    return failed;
}

static void what_cannot_be_resumed_is_not_appended_to(void)
{
    CU_ASSERT(at_each_place(resume, NULL) >= 10);
}

static void an_append_without_memory_is_refused_and_may_be_asked_again(void)
{
    CU_ASSERT(at_each_place(append, NULL) >= 10);
}

void ledger_suite_no_memory(void)
{
    CU_pSuite suite = CU_add_suite("no_memory", NULL, NULL);
    CU_ADD_TEST(suite, a_map_without_memory_is_as_it_was);
    CU_ADD_TEST(suite, a_tree_of_matters_without_memory_is_as_it_was);
    CU_ADD_TEST(suite, figures_without_memory_are_as_they_were);
    CU_ADD_TEST(suite, what_cannot_be_looked_at_is_not_checked);
    CU_ADD_TEST(suite, an_audit_without_memory_gives_no_verdict);
    CU_ADD_TEST(suite, an_audit_of_files_without_memory_gives_no_verdict);
    CU_ADD_TEST(suite, what_cannot_be_resumed_is_not_appended_to);
    CU_ADD_TEST(suite, an_append_without_memory_is_refused_and_may_be_asked_again);
}
