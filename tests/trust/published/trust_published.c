/*
 * trust_published - changes files of a publication in one place after the other and holds against it
 * what the library says. Exit status: 0 every change was found, 1 one was not, 2 it could not be
 * tried.
 *
 * usage: trust_published HOW STEP FIRST POLICY DIRECTORY IMPORT FILE...
 *
 * HOW is "flip" (each bit of a byte), "cut" (the file ends there), "drop" (the byte is taken out) or
 * "add" (it is there twice). Tried are the places FIRST, FIRST + STEP and so on of each FILE, a path
 * in DIRECTORY, which must hold before and afterwards. IMPORT is where ledgers are made, one after
 * the other, for one change in eight; "-": nowhere.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/ledger.h"
#include "tools/cli.h"

#define MAP_SIZE (UINT64_C(64) << 20)
#define FILE_MAX ((size_t)LEDGER_BUNDLE_MAX)
#define TOKENS_MAX 128

enum how { FLIP, CUT, DROP, ADD, HOW_COUNT };
static const char *const how_names[HOW_COUNT] = {"flip", "cut", "drop", "add"};

struct trial {
    enum how how;
    size_t step;
    size_t first;
    const char *directory;
    const char *import;
    struct ledger_policy *policy;
    struct ledger_hash root; /* as it is unchanged */
    uint8_t *good;           /* the file being changed */
    size_t size;
    uint8_t *changed; /* one byte larger */
    const char *file;
    char path[LEDGER_PATH_MAX];
    uint64_t tried;
    uint64_t imports;
    uint64_t missed;
    const char *tokens[TOKENS_MAX]; /* of what was found, and how often */
    uint64_t counts[TOKENS_MAX];
};

static void die(const char *what, const char *which)
{
    (void)fprintf(stderr, "trust_published: %s '%s'\n", what, which);
    exit(2);
}

static void count(struct trial *t, const char *token)
{
    size_t i = 0;
    while (i < TOKENS_MAX && t->tokens[i] != NULL && strcmp(t->tokens[i], token) != 0) {
        i++;
    }
    if (i == TOKENS_MAX) {
        die("too many kinds of findings", token);
    }
    t->tokens[i] = token;
    t->counts[i]++;
}

static void write_file(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        die("cannot write", path);
    }
}

/* Anything but a finding is a failure of what is tried here, or of the machine. */
static const char *answer_of(enum ledger_status status, const struct ledger_verdict *verdict)
{
    return status == LEDGER_OK ? ledger_finding_token(verdict->finding)
                               : ledger_status_token(status);
}

static bool is_refused(enum ledger_status status, const struct ledger_verdict *verdict)
{
    return status == LEDGER_OK && verdict->finding != LEDGER_VALID &&
           verdict->finding != LEDGER_NOT_CHECKED;
}

static enum ledger_status audit(const struct trial *t, struct ledger_verdict *verdict,
                                struct ledger_hash *root)
{
    struct ledger_audit_options options = {.policy = t->policy, .jobs = 1};
    struct ledger_audit_report *report = calloc(1, sizeof *report);
    struct ledger_error error;
    if (report == NULL) {
        die("no memory for", t->directory);
    }
    enum ledger_status status =
        ledger_audit_published(report, verdict, t->directory, &options, &error);
    *root = report->root;
    free(report);
    return status;
}

static void miss(struct trial *t, const char *who, size_t at, unsigned bit, const char *answer)
{
    t->missed++;
    (void)printf("missed: %s, %s at %zu (bit %u), %s: %s\n", t->file, how_names[t->how], at, bit,
                 who, answer);
}

static void remove_import(const struct trial *t)
{
    static const char *const names[] = {"/data.mdb", "/lock.mdb", "", ".guard"};
    char path[LEDGER_PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s%s", t->import, names[i]);
        (void)remove(path);
    }
}

/* Refused, or, of a hash tile, as if nothing had been changed. */
static void import(struct trial *t, size_t at, unsigned bit)
{
    struct ledger_import_options options = {.policy = t->policy, .map_size = MAP_SIZE};
    struct ledger_import_report report;
    struct ledger_verdict verdict;
    struct ledger_error error;
    enum ledger_status status =
        ledger_import(&report, &verdict, t->directory, t->import, &options, &error);
    bool is_tile = strncmp(t->file, "tile/", 5) == 0 && strncmp(t->file, "tile/entries/", 13) != 0;
    bool good = is_tile ? status == LEDGER_OK && verdict.finding == LEDGER_VALID &&
                              ledger_hash_equal(&report.root, &t->root)
                        : is_refused(status, &verdict) && access(t->import, F_OK) != 0;
    if (!good) {
        miss(t, "import", at, bit, answer_of(status, &verdict));
    }
    remove_import(t);
    t->imports++;
}

static void try_changed(struct trial *t, size_t at, unsigned bit, size_t size)
{
    struct ledger_verdict verdict;
    struct ledger_hash root;
    write_file(t->path, t->changed, size);
    enum ledger_status status = audit(t, &verdict, &root);
    if (!is_refused(status, &verdict)) {
        miss(t, "audit", at, bit, answer_of(status, &verdict));
    }
    count(t, answer_of(status, &verdict));
    if (strcmp(t->import, "-") != 0 && (t->tried & 7) == 0) {
        import(t, at, bit);
    }
    t->tried++;
}

static void try_place(struct trial *t, size_t at)
{
    memcpy(t->changed, t->good, t->size);
    switch (t->how) {
    case FLIP:
        for (unsigned bit = 0; bit < 8; bit++) {
            t->changed[at] = t->good[at] ^ (uint8_t)(1u << bit);
            try_changed(t, at, bit, t->size);
        }
        return;
    case DROP:
        memmove(t->changed + at, t->good + at + 1, t->size - at - 1);
        try_changed(t, at, 0, t->size - 1);
        return;
    case ADD:
        memcpy(t->changed + at + 1, t->good + at, t->size - at);
        try_changed(t, at, 0, t->size + 1);
        return;
    case CUT:
    case HOW_COUNT:
        try_changed(t, at, 0, at);
        return;
    }
}

static void try_file(struct trial *t, const char *file)
{
    int size = snprintf(t->path, sizeof t->path, "%s/%s", t->directory, file);
    if (size < 0 || (size_t)size >= sizeof t->path) {
        die("too long a path", file);
    }
    t->file = file;
    if (!cli_read_file(&t->good, &t->size, t->path, FILE_MAX)) {
        exit(2);
    }
    t->changed = malloc(t->size + 1);
    if (t->changed == NULL) {
        die("no memory for", file);
    }
    for (size_t at = t->first; at < t->size; at += t->step) {
        try_place(t, at);
    }
    write_file(t->path, t->good, t->size);
    free(t->changed);
    free(t->good);
}

static void holds(const struct trial *t, struct ledger_hash *root)
{
    struct ledger_verdict verdict;
    if (audit(t, &verdict, root) != LEDGER_OK || verdict.finding != LEDGER_VALID) {
        die("it does not hold unchanged:", t->directory);
    }
}

static void read_policy(struct trial *t, const char *path)
{
    struct ledger_hasher *hasher = NULL;
    struct ledger_verdict verdict;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (ledger_hasher_new(&hasher) != LEDGER_OK || ledger_policy_new(&t->policy) != LEDGER_OK ||
        !cli_read_file(&bytes, &size, path, LEDGER_POLICY_MAX) ||
        !ledger_policy_parse(hasher, t->policy, &verdict, (struct ledger_span){bytes, size})) {
        die("no policy", path);
    }
    free(bytes);
    ledger_hasher_free(&hasher);
}

static size_t number(const char *text)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        die("no number", text);
    }
    return (size_t)value;
}

static enum how how_of(const char *name)
{
    for (enum how how = 0; how < HOW_COUNT; how++) {
        if (strcmp(name, how_names[how]) == 0) {
            return how;
        }
    }
    die("unknown change", name);
    return HOW_COUNT;
}

static void report(const struct trial *t)
{
    for (size_t i = 0; i < TOKENS_MAX && t->tokens[i] != NULL; i++) {
        (void)printf("%s\t%" PRIu64 "\n", t->tokens[i], t->counts[i]);
    }
    (void)printf("tried\t%" PRIu64 "\nimports\t%" PRIu64 "\nmissed\t%" PRIu64 "\n", t->tried,
                 t->imports, t->missed);
}

int main(int argc, char **argv)
{
    static struct trial t;
    struct ledger_hash root;
    if (argc < 8) {
        die("usage: HOW STEP FIRST POLICY DIRECTORY IMPORT FILE..., see", argv[0]);
    }
    t.how = how_of(argv[1]);
    t.step = number(argv[2]);
    t.first = number(argv[3]);
    read_policy(&t, argv[4]);
    t.directory = argv[5];
    t.import = argv[6];
    if (t.step == 0) {
        die("no step", argv[2]);
    }
    holds(&t, &t.root);
    for (int i = 7; i < argc; i++) {
        try_file(&t, argv[i]);
    }
    holds(&t, &root);
    report(&t);
    ledger_policy_free(&t.policy);
    return t.missed == 0 && t.tried > 0 ? 0 : 1;
}
