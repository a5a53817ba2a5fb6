#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ledger/law/proof_check.h"
#include "ledger/ops/append.h"
#include "ledger/ops/audit.h"
#include "ledger/ops/import.h"
#include "ledger/ops/prove.h"
#include "tests/trust/crash_states/check.h"
#include "tests/trust/crash_states/fatal.h"

typedef unsigned long long ull;

bool check_fails(char why[WHY_MAX], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, WHY_MAX, format, arguments);
    va_end(arguments);
    return false;
}

static void path_in_place(char path[PATH_MAX], const struct checks *c)
{
    (void)snprintf(path, PATH_MAX, "%s/%s", c->place, c->ledger);
}

/* In the directory that was watched, or in `place`. */
static void path_of_guard(char path[PATH_MAX], const struct checks *c, bool in_place)
{
    (void)snprintf(path, PATH_MAX, "%s%s%s%s", in_place ? c->place : "", in_place ? "/" : "",
                   c->guard != NULL ? c->guard : c->ledger, c->guard != NULL ? "" : ".guard");
}

/* --- one state --- */

static bool size_is_right(const struct checks *c, char why[WHY_MAX], uint64_t size, uint64_t told)
{
    uint64_t least = told > c->from ? told : c->from;
    uint64_t most = expected_after(&c->expected, least, c->batches);
    if (size < least) {
        return check_fails(why, "%llu entries, but %llu were told to be durable", (ull)size,
                           (ull)least);
    }
    if (size > most) {
        return check_fails(why, "%llu entries, at most %llu can be there", (ull)size, (ull)most);
    }
    return c->expected.checkpoints[size].size > 0 ||
           check_fails(why, "%llu entries: a part of a batch", (ull)size);
}

static bool entries_are_right(const struct checks *c, char why[WHY_MAX], struct ledger_store *store,
                              uint64_t size)
{
    struct ledger_span entry;
    uint64_t found;
    for (uint64_t i = 0; i < size; i++) {
        if (ledger_store_known_entry(store, &entry, i, NULL) != LEDGER_OK ||
            !ledger_span_equal(entry, c->expected.entries[i])) {
            return check_fails(why, "entry %llu is not what it was", (ull)i);
        }
        if (ledger_store_find_record(store, &found, &c->expected.texts[i], NULL) != LEDGER_OK ||
            found != i) {
            return check_fails(why, "the record of entry %llu is not found", (ull)i);
        }
    }
    return true;
}

static bool root_is_right(const struct checks *c, char why[WHY_MAX], struct ledger_store *store,
                          uint64_t size)
{
    struct ledger_tree_reader reader = {store, c->expected.hasher, NULL};
    struct ledger_frontier frontier;
    struct ledger_hash root;
    if (ledger_tree_read_frontier(&reader, &frontier, size) != LEDGER_OK) {
        return check_fails(why, "the tree of %llu entries cannot be read", (ull)size);
    }
    ledger_frontier_root(c->expected.hasher, &root, &frontier);
    return ledger_hash_equal(&root, &c->expected.roots[size]) ||
           check_fails(why, "another root of %llu entries", (ull)size);
}

/* Which of the run's checkpoints it is; 0: none. */
static uint64_t checkpoint_size(const struct checks *c, struct ledger_span note)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!ledger_checkpoint_parse(&checkpoint, &verdict, note) ||
        checkpoint.size > c->expected.size ||
        !ledger_span_equal(note, c->expected.checkpoints[checkpoint.size])) {
        return 0;
    }
    return checkpoint.size;
}

static bool checkpoints_are_right(const struct checks *c, char why[WHY_MAX],
                                  struct ledger_store *store, struct ledger_span guard,
                                  uint64_t size, uint64_t told)
{
    struct ledger_span note = {NULL, 0};
    uint64_t last = 0;
    uint64_t guarded = checkpoint_size(c, guard);
    if (guarded == 0) {
        return check_fails(why, "the guard holds %zu bytes that are no checkpoint of the run",
                           guard.size);
    }
    if (guarded < told || guarded > size) {
        return check_fails(why, "the guard is at %llu, the ledger at %llu, told was %llu",
                           (ull)guarded, (ull)size, (ull)told);
    }
    if (ledger_store_last_checkpoint(store, &last, &note, NULL) != LEDGER_OK ||
        checkpoint_size(c, note) != last || last < told || last > guarded) {
        return check_fails(why, "the last checkpoint is of %llu, the guard of %llu, told was %llu",
                           (ull)last, (ull)guarded, (ull)told);
    }
    return true;
}

static bool store_is_right(const struct checks *c, char why[WHY_MAX], struct ledger_span guard,
                           uint64_t told)
{
    char path[PATH_MAX];
    struct ledger_store *store;
    struct ledger_error error = {.status = LEDGER_OK};
    uint64_t size = 0;
    path_in_place(path, c);
    if (ledger_store_open(&store, path, LEDGER_STORE_READ_UNLOCKED, 0, &error) != LEDGER_OK) {
        return check_fails(why, "the ledger does not open: %.300s", error.what);
    }
    bool right = ledger_store_begin(store, &error) == LEDGER_OK &&
                 ledger_store_size(store, &size, &error) == LEDGER_OK;
    if (!right) {
        (void)check_fails(why, "the ledger cannot be read: %.300s", error.what);
    }
    right = right && size_is_right(c, why, size, told) && entries_are_right(c, why, store, size) &&
            root_is_right(c, why, store, size) &&
            checkpoints_are_right(c, why, store, guard, size, told);
    ledger_store_close(&store);
    return right;
}

bool check_ledger(const struct checks *checks, char why[WHY_MAX], const struct disk_image *image,
                  uint64_t told)
{
    char guard_path[PATH_MAX];
    path_of_guard(guard_path, checks, false);
    const struct disk_file *ledger = disk_image_find(image, checks->ledger);
    const struct disk_file *guard = disk_image_find(image, guard_path);
    disk_image_write(image, checks->place);
    if (ledger == NULL) {
        return (told == 0 && checks->from == 0) || check_fails(why, "the ledger is gone");
    }
    if (guard == NULL) {
        return check_fails(why, "the ledger is there without its guard");
    }
    return store_is_right(checks, why, (struct ledger_span){guard->bytes, guard->size}, told);
}

/* --- going on from it --- */

static bool import_again(const struct checks *c, char why[WHY_MAX])
{
    char path[PATH_MAX];
    char guard[PATH_MAX];
    struct ledger_import_report report;
    struct ledger_verdict verdict;
    struct ledger_error error = {.status = LEDGER_OK};
    const struct ledger_import_options options = {
        .policy = c->policy, .guard_path = guard, .map_size = 1 << 24};
    path_in_place(path, c);
    path_of_guard(guard, c, true);
    enum ledger_status status = ledger_import(&report, &verdict, c->source, path, &options, &error);
    return (status == LEDGER_OK && verdict.finding == LEDGER_VALID) ||
           check_fails(why, "it cannot be imported again: %.300s", error.what);
}

/* The last entry and the next ones are asked for again, as clients without an answer do. */
static bool append_again(const struct checks *c, char why[WHY_MAX],
                         struct ledger_appender *appender)
{
    enum { AGAIN = 4 };
    struct ledger_receipt receipts[AGAIN];
    struct ledger_verdict verdict;
    struct ledger_error error = {.status = LEDGER_OK};
    size_t refused;
    uint64_t size = ledger_appender_size(appender);
    size_t count = (size_t)(c->expected.size - size) + 1;
    count = count < AGAIN ? count : AGAIN;
    enum ledger_status status = ledger_append(appender, receipts, &refused, &verdict,
                                              &c->expected.notes[size - 1], count, &error);
    if (status != LEDGER_OK || verdict.finding != LEDGER_VALID) {
        return check_fails(why, "nothing can be appended to it: %.150s %.150s", error.what,
                           verdict.detail);
    }
    for (size_t i = 0; i < count; i++) {
        if (receipts[i].index != size - 1 + i || receipts[i].existing != (i == 0)) {
            return check_fails(why, "a record asked for again is at %llu, not at %llu",
                               (ull)receipts[i].index, (ull)(size - 1 + i));
        }
    }
    return ledger_hash_equal(&receipts[0].leaf, &c->expected.leaves[size - 1]) ||
           check_fails(why, "a record asked for again has another leaf");
}

static bool take_up(const struct checks *c, char why[WHY_MAX], const char *path, uint64_t *size)
{
    char guard[PATH_MAX];
    struct ledger_appender *appender;
    struct ledger_verdict verdict;
    struct ledger_error error = {.status = LEDGER_OK};
    const struct ledger_append_options options = {.guard_path = guard, .jobs = 1};
    path_of_guard(guard, c, true);
    enum ledger_status status =
        ledger_appender_open(&appender, &verdict, path, &c->operator_key, &options, &error);
    if (status != LEDGER_OK) {
        return check_fails(why, "it cannot be taken up: %s: %.300s", ledger_status_token(status),
                           error.what);
    }
    bool right = append_again(c, why, appender);
    *size = ledger_appender_size(appender);
    ledger_appender_close(&appender);
    return right;
}

static bool audit(const struct checks *c, char why[WHY_MAX], const char *path, uint64_t size)
{
    static struct ledger_audit_report report;
    struct ledger_verdict verdict;
    struct ledger_error error = {.status = LEDGER_OK};
    const struct ledger_audit_options options = {.policy = c->policy, .jobs = 1};
    enum ledger_status status = ledger_audit(&report, &verdict, path, &options, &error);
    return (status == LEDGER_OK && verdict.finding == LEDGER_VALID && report.size == size) ||
           check_fails(why, "taken up, it does not verify: %.150s %.150s", error.what,
                       verdict.detail);
}

static bool prove(const struct checks *c, char why[WHY_MAX], const char *path, uint64_t index)
{
    static struct ledger_proof_report report;
    static struct ledger_proof proof;
    static uint8_t memory[LEDGER_EVIDENCE_MAX];
    struct ledger_reader *reader = NULL;
    struct ledger_prover *prover = NULL;
    struct ledger_span bytes;
    struct ledger_verdict verdict;
    struct ledger_error error = {.status = LEDGER_OK};
    ledger_verdict_clear(&verdict);
    bool proved = ledger_reader_open(&reader, path, false, &error) == LEDGER_OK &&
                  ledger_prover_new(&prover, reader, &error) == LEDGER_OK &&
                  ledger_prove(prover, &bytes, index, &error) == LEDGER_OK &&
                  ledger_proof_parse(&proof, &verdict, memory, bytes) &&
                  ledger_proof_check(c->expected.hasher, &verdict, &report, &proof, c->policy) &&
                  ledger_hash_equal(&report.leaf, &c->expected.leaves[index]);
    ledger_prover_free(&prover);
    ledger_reader_close(&reader);
    return proved || check_fails(why, "entry %llu, which was told, cannot be proved", (ull)index);
}

bool check_recovery(const struct checks *checks, char why[WHY_MAX], uint64_t told, uint64_t pick)
{
    char path[PATH_MAX];
    uint64_t size = 0;
    path_in_place(path, checks);
    if (access(path, F_OK) != 0) {
        if (checks->source == NULL) {
            return true;
        }
        if (!import_again(checks, why)) {
            return false;
        }
    }
    return take_up(checks, why, path, &size) && audit(checks, why, path, size) &&
           prove(checks, why, path, told == 0 ? 0 : pick % told);
}
