/*
 * explore_crashes - builds the states that a power cut could have left while a program ran, from the
 * trace that watch.c made of it, and checks each.
 *
 *     explore_crashes --trace FILE --before DIR --after DIR --told FILE --place DIR --ledger NAME
 *         --operator KEYFILE [--guard NAME] [--from N] [--batches N] [--source PUBLICATION]
 *         [--publication NAME --references DIR --original LEDGER]
 *         [--images N] [--deep N] [--keep N --keep-in DIR] [--seed N]
 *
 * BEFORE and AFTER are the watched directory at both ends, TOLD what stood on standard output,
 * PLACE an empty directory in memory. After each event of the trace all states are built if they are
 * few enough, and then, in rounds over the whole trace, states drawn by lot, until N different ones
 * were checked. Every `--deep` N-th is also taken up again and verified in full. Exits with 0 if no
 * state violates a rule, 1 if one does, 2 if it could not be done.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/signer.h"
#include "tests/trust/crash_states/check.h"
#include "tests/trust/crash_states/fatal.h"
#include "tests/trust/crash_states/told.h"
#include "tools/signers.h"

#define ENOUGH 100  /* violations */
#define PER_ROUND 4 /* states of one moment in one round */

struct explorer {
    struct checks checks;
    const char *trace_path;
    const char *before;
    const char *after;
    const char *told_path;
    const char *keep_in;
    const char *key;
    uint64_t wanted;
    uint64_t deep_every;
    uint64_t keep;
    uint64_t random;    /* state of the generator */
    uint64_t all_up_to; /* so many states of one moment are all built */
    struct told told;
    struct {
        uint8_t *data;
        size_t size;
    } trace;
    struct disk *disk;
    uint64_t *values;
    size_t value_room;
    uint64_t *seen; /* hashes, 0 for none */
    size_t seen_size;
    uint64_t moment; /* number of the event after which the power fails */
    uint64_t moments;
    uint64_t images;
    uint64_t deep;
    uint64_t kept;
    uint64_t violations;
};

static uint64_t random_next(struct explorer *x)
{
    uint64_t z = x->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* --- one state --- */

static bool is_new(struct explorer *x, uint64_t hash)
{
    hash = hash == 0 ? 1 : hash;
    size_t at = (size_t)(hash % x->seen_size);
    while (x->seen[at] != 0) {
        if (x->seen[at] == hash) {
            return false;
        }
        at = at + 1 == x->seen_size ? 0 : at + 1;
    }
    x->seen[at] = hash;
    return true;
}

static void tell_violation(struct explorer *x, const char *why, uint64_t told)
{
    x->violations++;
    if (x->violations <= 5) {
        (void)printf("violation: after event %" PRIu64 ", %" PRIu64 " told: %s\n", x->moment, told,
                     why);
    }
}

static void keep_image(struct explorer *x, const struct disk_image *image)
{
    char path[PATH_MAX];
    if (x->kept >= x->keep || x->images < x->kept * x->wanted / x->keep) {
        return;
    }
    (void)snprintf(path, sizeof path, "%s/%" PRIu64, x->keep_in, ++x->kept);
    if (mkdir(path, 0777) != 0) {
        fatal("cannot make '%s': %s", path, strerror(errno));
    }
    disk_image_write(image, path);
}

static bool holds(struct explorer *x, char why[WHY_MAX], const struct disk_image *image,
                  uint64_t told)
{
    const struct checks *c = &x->checks;
    bool deep = x->images % x->deep_every == 0;
    x->deep += deep ? 1 : 0;
    if (c->publication != NULL) {
        return check_published(c, why, image, told) &&
               (!deep || check_publishing_again(c, why, image));
    }
    return check_ledger(c, why, image, told) &&
           (!deep || check_recovery(c, why, told, random_next(x)));
}

static void try_state(struct explorer *x, uint64_t told)
{
    char why[WHY_MAX] = "";
    const struct disk_image *image = disk_image_of(x->disk, x->values);
    if (!is_new(x, disk_image_hash(image) * 31 + told)) {
        return;
    }
    if (x->checks.ledger != NULL && disk_image_find(image, x->checks.ledger) != NULL) {
        keep_image(x, image);
    }
    x->images++;
    if (!holds(x, why, image, told)) {
        tell_violation(x, why, told);
    }
}

static bool enough(const struct explorer *x)
{
    return x->images >= x->wanted || x->violations >= ENOUGH;
}

/* --- all states of one moment --- */

/* At most `max` + 1. */
static uint64_t count_states(const struct disk_unit *units, size_t count, uint64_t max)
{
    uint64_t states = 1;
    for (size_t i = 0; i < count && states <= max; i++) {
        states *= units[i].type == DISK_UNIT_SIZE ? 1 : units[i].choices;
    }
    return states <= max ? states : max + 1;
}

/* The n-th state, sizes being as the pages ask for. */
static void choose_nth(struct explorer *x, const struct disk_unit *units, size_t count, uint64_t n)
{
    for (size_t i = 0; i < count; i++) {
        if (units[i].type == DISK_UNIT_SIZE) {
            x->values[i] = 0;
            continue;
        }
        uint32_t value = (uint32_t)(n % units[i].choices);
        n /= units[i].choices;
        x->values[i] = units[i].type == DISK_UNIT_PAGE ? disk_whole_page(value) : value;
    }
}

static void try_all(struct explorer *x, const struct disk_unit *units, size_t count, uint64_t told)
{
    uint64_t states = count_states(units, count, x->all_up_to);
    for (uint64_t n = 0; states <= x->all_up_to && n < states && !enough(x); n++) {
        choose_nth(x, units, count, n);
        try_state(x, told);
    }
}

/* --- states by lot --- */

static uint64_t random_page(struct explorer *x, uint32_t choices, bool tear)
{
    uint64_t value = 0;
    if (!tear || random_next(x) % 4 != 0) {
        return disk_whole_page((uint32_t)(random_next(x) % choices));
    }
    for (unsigned i = 0; i < DISK_SECTORS; i++) {
        value = value << 8 | random_next(x) % choices;
    }
    return value;
}

/* Names: any of the operations, or, as a journal does it, all up to one of them. */
static void choose_random(struct explorer *x, const struct disk_unit *units, size_t count)
{
    bool tear = random_next(x) % 2 == 0;
    bool journal = random_next(x) % 2 == 0;
    uint64_t first = x->moment;
    for (size_t i = 0; i < count; i++) {
        if (units[i].type == DISK_UNIT_NAMES && units[i].order < first) {
            first = units[i].order;
        }
    }
    uint64_t upto = first - 1 + random_next(x) % (x->moment - first + 2);
    for (size_t i = 0; i < count; i++) {
        switch (units[i].type) {
        case DISK_UNIT_PAGE:
            x->values[i] = random_page(x, units[i].choices, tear);
            break;
        case DISK_UNIT_SIZE:
            x->values[i] = random_next(x) % 4 == 0 ? random_next(x) % units[i].choices : 0;
            break;
        case DISK_UNIT_NAMES:
        default:
            x->values[i] = journal ? units[i].order <= upto : random_next(x) % 2;
            break;
        }
    }
}

static void try_some(struct explorer *x, const struct disk_unit *units, size_t count, uint64_t told)
{
    for (unsigned n = 0; n < PER_ROUND && !enough(x); n++) {
        choose_random(x, units, count);
        try_state(x, told);
    }
}

/* --- the trace --- */

typedef void at_moment(struct explorer *x, const struct disk_unit *units, size_t count,
                       uint64_t told);

static void visit(struct explorer *x, at_moment *visitor, uint64_t told)
{
    const struct disk_unit *units;
    size_t count = disk_units(x->disk, &units);
    if (count > x->value_room) {
        x->values = grown(x->values, count, sizeof *x->values);
        x->value_room = count;
    }
    visitor(x, units, count, told);
}

/* Takes the event at `at`; returns where the next one is. */
static size_t event_at(const struct explorer *x, size_t at, struct trace_event *event,
                       char path[2 * PATH_MAX], const uint8_t **data)
{
    size_t left = x->trace.size - at;
    memcpy(event, x->trace.data + at, left < sizeof *event ? left : sizeof *event);
    bool has_data = event->type == TRACE_WRITE || event->type == TRACE_WRITE_SYNCED;
    size_t size = sizeof *event + event->path_size + (has_data ? event->size : 0);
    if (left < sizeof *event || left < size || event->path_size >= 2 * PATH_MAX - 1) {
        fatal("the trace is cut off");
    }
    memcpy(path, x->trace.data + at + sizeof *event, event->path_size);
    path[event->path_size] = '\0';
    *data = x->trace.data + at + sizeof *event + event->path_size;
    return at + size;
}

/* From the beginning; a write that is synced is first one that is not. */
static void replay(struct explorer *x, at_moment *visitor)
{
    static char path[2 * PATH_MAX];
    struct trace_event event;
    const uint8_t *data;
    uint64_t told = 0;
    disk_free(&x->disk);
    x->disk = disk_load(x->before);
    x->moment = 0;
    for (size_t at = 0; at < x->trace.size && !enough(x);) {
        at = event_at(x, at, &event, path, &data);
        x->moment++;
        if (event.type == TRACE_TOLD) {
            told = told_upto(&x->told, event.size);
        }
        if (event.type == TRACE_WRITE_SYNCED) {
            event.type = TRACE_WRITE;
            disk_step(x->disk, &event, path, data);
            visit(x, visitor, told);
            event.type = TRACE_WRITE_SYNCED;
        }
        disk_step(x->disk, &event, path, data);
        visit(x, visitor, told);
    }
    if (!enough(x)) {
        visit(x, visitor, told_upto(&x->told, UINT64_MAX));
    }
}

/* Nothing may have been written past the shim. */
static void check_replay(struct explorer *x)
{
    struct disk *after = disk_load(x->after);
    if (disk_image_hash(disk_image_of(x->disk, NULL)) !=
        disk_image_hash(disk_image_of(after, NULL))) {
        fatal("the files at the end are not those of the trace: something wrote past the shim");
    }
    disk_free(&after);
}

/* --- how many states are all built --- */

static uint64_t sum_of_states;

static void count_all(struct explorer *x, const struct disk_unit *units, size_t count,
                      uint64_t told)
{
    uint64_t states = count_states(units, count, x->all_up_to);
    (void)told;
    sum_of_states += states <= x->all_up_to ? states : 0;
}

/* So that most of the states wanted are at moments that have few, and none is left out. */
static void find_limit(struct explorer *x)
{
    for (x->all_up_to = 1024; x->all_up_to > 1; x->all_up_to /= 2) {
        sum_of_states = 0;
        replay(x, count_all);
        if (sum_of_states <= x->wanted / 3 * 2) {
            break;
        }
    }
    x->moments = x->moment;
    check_replay(x);
}

static void explore(struct explorer *x)
{
    find_limit(x);
    replay(x, try_all);
    uint64_t idle = 0;
    while (!enough(x) && idle < 3) {
        uint64_t before = x->images;
        replay(x, try_some);
        idle = x->images == before ? idle + 1 : 0;
    }
    (void)printf("%" PRIu64 " states, %" PRIu64 " of them gone on from, at %" PRIu64
                 " moments (all states up to %" PRIu64 " at one), %" PRIu64 " violations\n",
                 x->images, x->deep, x->moments, x->all_up_to, x->violations);
}

/* --- the command line --- */

static uint64_t number_of(const char *text)
{
    char *end;
    uint64_t number = strtoull(text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        fatal("'%s' is no number", text);
    }
    return number;
}

static void take_option(struct explorer *x, const char *name, const char *value)
{
    struct checks *c = &x->checks;
    const struct {
        const char *name;
        const char **text;
        uint64_t *number;
    } places[] = {
        {"trace", &x->trace_path, NULL},
        {"before", &x->before, NULL},
        {"after", &x->after, NULL},
        {"told", &x->told_path, NULL},
        {"place", &c->place, NULL},
        {"ledger", &c->ledger, NULL},
        {"operator", &x->key, NULL},
        {"source", &c->source, NULL},
        {"publication", &c->publication, NULL},
        {"original", &c->original, NULL},
        {"guard", &c->guard, NULL},
        {"keep-in", &x->keep_in, NULL},
        {"from", NULL, &c->from},
        {"images", NULL, &x->wanted},
        {"deep", NULL, &x->deep_every},
        {"keep", NULL, &x->keep},
        {"seed", NULL, &x->random},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(places[i].name, name) == 0 && places[i].text != NULL) {
            *places[i].text = value;
        } else if (strcmp(places[i].name, name) == 0) {
            *places[i].number = number_of(value);
        }
    }
    if (strcmp(name, "batches") == 0) {
        c->batches = (unsigned)number_of(value);
    } else if (strcmp(name, "references") == 0) {
        check_load_references(c, value);
    }
}

static void take_options(struct explorer *x, int argc, char **argv)
{
    static const struct option options[] = {
        {"trace", 1, NULL, 0},    {"before", 1, NULL, 0},     {"after", 1, NULL, 0},
        {"told", 1, NULL, 0},     {"place", 1, NULL, 0},      {"ledger", 1, NULL, 0},
        {"operator", 1, NULL, 0}, {"source", 1, NULL, 0},     {"publication", 1, NULL, 0},
        {"guard", 1, NULL, 0},    {"references", 1, NULL, 0}, {"original", 1, NULL, 0},
        {"from", 1, NULL, 0},     {"batches", 1, NULL, 0},    {"images", 1, NULL, 0},
        {"deep", 1, NULL, 0},     {"keep", 1, NULL, 0},       {"keep-in", 1, NULL, 0},
        {"seed", 1, NULL, 0},     {NULL, 0, NULL, 0}};
    int place;
    int code;
    while ((code = getopt_long(argc, argv, "", options, &place)) == 0) {
        take_option(x, options[place].name, optarg);
    }
    if (code != -1 || optind != argc || x->trace_path == NULL || x->before == NULL ||
        x->after == NULL || x->told_path == NULL || x->checks.place == NULL || x->key == NULL ||
        x->wanted == 0 || x->deep_every == 0 ||
        (x->checks.publication == NULL) != (x->checks.original == NULL)) {
        fatal("wrong usage: see the head of explore.c");
    }
}

static void load_trace(struct explorer *x)
{
    struct stat info;
    FILE *file = fopen(x->trace_path, "rbe");
    if (file == NULL || fstat(fileno(file), &info) != 0 || info.st_size == 0) {
        fatal("there is no trace '%s'", x->trace_path);
    }
    x->trace.size = (size_t)info.st_size;
    x->trace.data = grown(NULL, x->trace.size, 1);
    if (fread(x->trace.data, 1, x->trace.size, file) != x->trace.size) {
        fatal("cannot read '%s'", x->trace_path);
    }
    (void)fclose(file);
}

static void load_all(struct explorer *x)
{
    char path[PATH_MAX];
    struct ledger_signer *signer;
    struct ledger_error error = {.status = LEDGER_OK};
    if (ledger_signer_open(&signer, x->key, (struct ledger_span){NULL, 0}, &error) != LEDGER_OK ||
        ledger_policy_new(&x->checks.policy) != LEDGER_OK) {
        fatal("cannot open the operator's key: %s", error.what);
    }
    x->checks.operator_key = signers_signing(signer);
    ledger_policy_of_log(x->checks.policy, ledger_signer_vkey(signer));
    (void)snprintf(path, sizeof path, "%s/%s", x->after,
                   x->checks.ledger != NULL ? x->checks.ledger : "");
    expected_load(&x->checks.expected, x->checks.original != NULL ? x->checks.original : path);
    load_trace(x);
    told_load(&x->told, x->told_path, &x->checks.expected);
    x->seen_size = (size_t)x->wanted * 3 + 1024;
    x->seen = grown(NULL, x->seen_size, sizeof *x->seen);
    memset(x->seen, 0, x->seen_size * sizeof *x->seen);
}

int main(int argc, char **argv)
{
    static struct explorer x = {.wanted = 1000, .deep_every = 50, .checks = {.batches = 1}};
    take_options(&x, argc, argv);
    load_all(&x);
    explore(&x);
    return x.violations == 0 ? 0 : 1;
}
