/*
 * trust_damage.c - damages a ledger in every way of a kind, and audits it each time.
 *
 *     trust_damage KIND TRIES SEED POLICY LEDGER [OTHER-LEDGER]
 *
 * TRIES of all damages of the KIND (kinds.c), chosen by SEED, or every one if there are no more. The
 * audits run in a process of their own, so that one that dies or hangs is counted and the next goes
 * on. LEDGER_DAMAGE_CONTROL=unchecked reads with liblmdb alone, =classes takes unused bytes for
 * covered ones: with both there must be violations.
 *
 * Exit status: 0, 1 for a violation. The last line of the output is
 *     <tries> tries, <refused> refused, <same> same, <violations> violations
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ledger/base/hash.h"
#include "tests/trust/damage/damage.h"

#define PATIENCE 10 /* seconds for one audit */
#define FINDINGS_MAX 128

/* Shared with the process that audits. */
struct progress {
    uint64_t next;    /* the try that is being made */
    uint64_t refused; /* and all that follows counts tries */
    uint64_t same;
    uint64_t violations;
    uint64_t by_class[BYTE_CLASSES];
    uint64_t by_finding[FINDINGS_MAX];
    uint64_t by_status[FINDINGS_MAX];
};

struct test {
    struct subject subject;
    struct subject other;
    struct damage damage;
    struct ledger_policy *policy;
    struct outcome sound;
    uint64_t tries;
    uint64_t seed;
    bool unchecked;
    bool wrong_classes;
    struct progress *progress;
};

static int die(const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t choice(const struct test *test, uint64_t number)
{
    return test->tries == test->damage.count
               ? number
               : mix(test->seed * UINT64_C(1000003) + number) % test->damage.count;
}

static void violation(const struct test *test, uint64_t which, const char *what)
{
    char name[256];
    test->damage.name(name, sizeof name, &test->subject, which);
    test->progress->violations++;
    (void)fprintf(stderr, "violation: %s: %s\n", name, what);
}

/* --- One try --- */

static void judge(const struct test *test, uint64_t which, enum byte_class class,
                  const struct outcome *outcome)
{
    struct progress *progress = test->progress;
    bool refused = outcome->status != LEDGER_OK || outcome->finding != LEDGER_VALID;
    bool same = !refused && outcome->said == test->sound.said;
    if (test->wrong_classes && class == BYTE_UNUSED) {
        class = BYTE_RECORD;
    }
    progress->refused += refused;
    progress->same += same;
    progress->by_class[class]++;
    if (outcome->status != LEDGER_OK) {
        progress->by_status[(unsigned)outcome->status % FINDINGS_MAX]++;
    } else {
        progress->by_finding[(unsigned)outcome->finding % FINDINGS_MAX]++;
    }
    if (!refused && !same) {
        violation(test, which, "accepted, and something else is reported");
    } else if (class == BYTE_RECORD && !refused) {
        violation(test, which, "accepted, and the byte is one of the ledger");
    } else if (class == BYTE_UNUSED && !same) {
        violation(test, which, "refused, and the byte has no meaning");
    }
}

static void run_one(const struct test *test, uint64_t number)
{
    struct outcome outcome = {0};
    uint64_t which = choice(test, number);
    enum byte_class class = test->damage.make(&test->subject, &test->other, which);
    if (test->unchecked) {
        read_unchecked(&test->subject);
    } else {
        audit_subject(&outcome, &test->subject, test->policy);
        judge(test, which, class, &outcome);
    }
    test->damage.undo(&test->subject, which);
}

/* --- All of them --- */

static void work(const struct test *test)
{
    while (test->progress->next < test->tries) {
        run_one(test, test->progress->next);
        __atomic_add_fetch(&test->progress->next, 1, __ATOMIC_SEQ_CST);
    }
    _exit(0);
}

/* Waits for the worker, and ends one that hangs. Its wait status. */
static int wait_for(const struct test *test, pid_t worker, bool *hung)
{
    uint64_t seen = UINT64_MAX;
    struct timespec pause = {0, 20000000};
    unsigned waited = 0;
    int status;
    *hung = false;
    while (waitpid(worker, &status, WNOHANG) == 0) {
        uint64_t now = __atomic_load_n(&test->progress->next, __ATOMIC_SEQ_CST);
        waited = now == seen ? waited + 1 : 0;
        seen = now;
        if (waited > PATIENCE * 50) {
            *hung = true;
            (void)kill(worker, SIGKILL);
            (void)waitpid(worker, &status, 0);
            break;
        }
        (void)nanosleep(&pause, NULL);
    }
    return status;
}

static void run_all(const struct test *test)
{
    struct progress *progress = test->progress;
    while (progress->next < test->tries) {
        bool hung;
        pid_t worker = fork();
        if (worker == 0) {
            work(test);
        }
        int status = worker < 0 ? die("fork") : wait_for(test, worker, &hung);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            continue;
        }
        char what[64];
        uint64_t which = choice(test, progress->next);
        (void)snprintf(what, sizeof what, hung ? "hangs" : "ended with wait status %#x",
                       (unsigned)status);
        violation(test, which, what);
        test->damage.undo(&test->subject, which);
        progress->next++;
    }
}

/* --- Beginning and end --- */

static void read_policy(struct test *test, const char *path)
{
    static uint8_t bytes[LEDGER_POLICY_MAX];
    struct ledger_hasher *hasher;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
    if (size < 0 || ledger_hasher_new(&hasher) != LEDGER_OK ||
        ledger_policy_new(&test->policy) != LEDGER_OK ||
        !ledger_policy_parse(hasher, test->policy, &verdict,
                             (struct ledger_span){bytes, (size_t)size})) {
        die(path);
    }
    ledger_hasher_free(&hasher);
    (void)close(fd);
}

static void tell(const struct test *test)
{
    static const char *const classes[] = {"of no meaning", "of the structure", "of the ledger"};
    const struct progress *progress = test->progress;
    for (unsigned i = 0; i < BYTE_CLASSES; i++) {
        (void)printf("bytes %s: %llu\n", classes[i], (unsigned long long)progress->by_class[i]);
    }
    for (unsigned i = 0; i < FINDINGS_MAX; i++) {
        if (progress->by_finding[i] > 0) {
            (void)printf("found %s: %llu\n", ledger_finding_token((enum ledger_finding)i),
                         (unsigned long long)progress->by_finding[i]);
        }
        if (progress->by_status[i] > 0) {
            (void)printf("status %s: %llu\n", ledger_status_token((enum ledger_status)i),
                         (unsigned long long)progress->by_status[i]);
        }
    }
    (void)printf("%llu tries, %llu refused, %llu same, %llu violations\n",
                 (unsigned long long)test->tries, (unsigned long long)progress->refused,
                 (unsigned long long)progress->same, (unsigned long long)progress->violations);
}

int main(int argc, char **argv)
{
    static struct test test;
    const char *control = getenv("LEDGER_DAMAGE_CONTROL");
    if (argc < 6 || argc > 7) {
        (void)fprintf(stderr, "usage: trust_damage KIND TRIES SEED POLICY LEDGER [OTHER]\n");
        return 2;
    }
    test.unchecked = control != NULL && strcmp(control, "unchecked") == 0;
    test.wrong_classes = control != NULL && strcmp(control, "classes") == 0;
    test.seed = strtoull(argv[3], NULL, 10);
    test.progress = mmap(NULL, sizeof *test.progress, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    read_policy(&test, argv[4]);
    subject_load(&test.subject, argv[5]);
    if (argc == 7) {
        subject_load(&test.other, argv[6]);
    }
    if (test.progress == MAP_FAILED ||
        !damage_find(&test.damage, argv[1], &test.subject, argc == 7 ? &test.other : NULL)) {
        return die(argv[1]);
    }
    test.tries = strtoull(argv[2], NULL, 10);
    test.tries = test.tries < test.damage.count ? test.tries : test.damage.count;
    audit_subject(&test.sound, &test.subject, test.policy);
    if (test.sound.status != LEDGER_OK || test.sound.finding != LEDGER_VALID) {
        (void)fprintf(stderr, "not valid before it is damaged\n");
        return 2;
    }
    run_all(&test);
    tell(&test);
    subject_remove(&test.subject);
    if (argc == 7) {
        subject_remove(&test.other);
    }
    return test.progress->violations == 0 ? 0 : 1;
}
