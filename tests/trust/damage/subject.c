/* subject.c - a ledger in files, and the copy of it that is damaged. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/ops/audit_published.h"
#include "tests/trust/damage/damage.h"

#define NAME_MAX_HERE (sizeof((struct damage_file *)NULL)->name)

static void die(const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

/* --- Loading --- */

static struct ledger_span read_whole(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        die(path);
    }
    size_t size = (size_t)info.st_size;
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL || read(fd, bytes, size) != (ssize_t)size) {
        die(path);
    }
    (void)close(fd);
    return (struct ledger_span){bytes, size};
}

static void add_file(struct subject *subject, const char *path, const char *name)
{
    struct damage_file *file = &subject->files[subject->count++];
    char copy[PATH_MAX];
    if (subject->count == FILES_MAX || strlen(name) >= sizeof file->name) {
        die("too many files");
    }
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    (void)snprintf(copy, sizeof copy, "%s/%s", subject->path, name);
    file->bytes = read_whole(path);
    file->classes = malloc(file->bytes.size + 1);
    file->fd = open(copy, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file->classes == NULL || file->fd < 0) {
        die(copy);
    }
    memset(file->classes, BYTE_RECORD, file->bytes.size);
    subject->total += file->bytes.size;
    subject_write(file, file->bytes);
}

static int not_dots(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
           strcmp(entry->d_name, "lock.mdb") != 0;
}

static void add_directory(struct subject *subject, const char *path, const char *name)
{
    struct dirent **entries;
    int count = scandir(path, &entries, not_dots, alphasort);
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        char below_name[NAME_MAX_HERE];
        char copy[PATH_MAX];
        struct stat info;
        (void)snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        int size = snprintf(below_name, sizeof below_name, "%s%s%s", name,
                            name[0] == '\0' ? "" : "/", entries[i]->d_name);
        (void)snprintf(copy, sizeof copy, "%s/%s", subject->path, below_name);
        if (size >= (int)sizeof below_name || stat(below, &info) != 0) {
            die(below);
        }
        if (!S_ISDIR(info.st_mode)) {
            add_file(subject, below, below_name);
        } else if (mkdir(copy, 0700) == 0) {
            add_directory(subject, below, below_name);
        }
        free(entries[i]);
    }
    free(entries);
}

void subject_load(struct subject *subject, const char *path)
{
    *subject = (struct subject){.path = "/dev/shm/ledger-damage-XXXXXX"};
    if (mkdtemp(subject->path) == NULL) {
        die(subject->path);
    }
    add_directory(subject, path, "");
    subject->published = subject->count != 1;
    if (!subject->published && !image_classes(subject->files[0].classes, subject->files[0].bytes)) {
        die("not a sound data.mdb");
    }
}

void subject_remove(struct subject *subject)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", subject->path);
    if (system(command) != 0) {
        die("cannot remove the copy");
    }
}

void subject_write(const struct damage_file *file, struct ledger_span bytes)
{
    if (pwrite(file->fd, bytes.data, bytes.size, 0) != (ssize_t)bytes.size ||
        ftruncate(file->fd, (off_t)bytes.size) != 0) {
        die(file->name);
    }
}

/* --- Reading --- */

static uint64_t digest(uint64_t sum, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ at[i]) * UINT64_C(1099511628211);
    }
    return sum;
}

static void take_notice(void *context, const struct ledger_notice *notice)
{
    uint64_t *sum = context;
    uint64_t numbers[] = {(uint64_t)notice->type, notice->entry, notice->from, notice->term_days,
                          (uint64_t)notice->late_ms};
    *sum = digest(*sum, numbers, sizeof numbers);
    *sum = digest(*sum, notice->key.data, notice->key.size);
}

void audit_subject(struct outcome *outcome, const struct subject *subject,
                   const struct ledger_policy *policy)
{
    static struct ledger_audit_report report;
    struct ledger_verdict verdict;
    struct ledger_error error = {0};
    uint64_t sum = UINT64_C(14695981039346656037);
    struct ledger_audit_options options = {.policy = policy,
                                           .unlocked = true,
                                           .jobs = 1,
                                           .notice = take_notice,
                                           .notice_context = &sum};
    memset(&verdict, 0, sizeof verdict);
    memset(&report, 0, sizeof report);
    outcome->status = (subject->published ? ledger_audit_published : ledger_audit)(
        &report, &verdict, subject->path, &options, &error);
    outcome->finding = verdict.finding;
    const char *said = outcome->status == LEDGER_OK ? verdict.detail : error.what;
    sum = digest(sum, &report, sizeof report);
    sum = digest(sum, &verdict.entry, sizeof verdict.entry);
    outcome->said = digest(sum, said, strlen(said));
    if (outcome->status != LEDGER_OK && said[0] == '\0') {
        die("refused without a word");
    }
}

static void walk_table(MDB_txn *txn, MDB_dbi table)
{
    static volatile uint8_t sink;
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    if (mdb_cursor_open(txn, table, &cursor) != 0) {
        return;
    }
    for (unsigned i = 0; i < 100000 && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0; i++) {
        const uint8_t *at = value.mv_data;
        for (size_t j = 0; j < value.mv_size; j++) {
            sink = (uint8_t)(sink ^ at[j]);
        }
    }
    mdb_cursor_close(cursor);
}

void read_unchecked(const struct subject *subject)
{
    static const char *const names[] = {"meta", "entries", "nodes", "checkpoints", "records"};
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi table;
    if (mdb_env_create(&env) != 0 || mdb_env_set_maxdbs(env, 16) != 0) {
        die("no memory");
    }
    if (mdb_env_open(env, subject->path, MDB_NOLOCK | MDB_RDONLY, 0) == 0 &&
        mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == 0) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            if (mdb_dbi_open(txn, names[i], 0, &table) == 0) {
                walk_table(txn, table);
            }
        }
        mdb_txn_abort(txn);
    }
    mdb_env_close(env);
}
