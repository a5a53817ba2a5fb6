#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ledger/ops/audit_published.h"
#include "ledger/ops/publish.h"
#include "tests/trust/crash_states/check.h"
#include "tests/trust/crash_states/fatal.h"

typedef unsigned long long ull;

struct reference {
    uint64_t size;
    const struct disk_image *image;
};

void check_load_references(struct checks *checks, const char *path)
{
    char inner[PATH_MAX];
    const struct dirent *item;
    DIR *directory = opendir(path);
    if (directory == NULL) {
        fatal("cannot read '%s': %s", path, strerror(errno));
    }
    while ((item = readdir(directory)) != NULL) {
        char *end;
        uint64_t size = strtoull(item->d_name, &end, 10);
        if (*end != '\0' || size == 0) {
            continue;
        }
        (void)snprintf(inner, sizeof inner, "%s/%s", path, item->d_name);
        checks->references =
            grown(checks->references, checks->reference_count + 1, sizeof *checks->references);
        checks->references[checks->reference_count++] =
            (struct reference){size, disk_image_of(disk_load(inner), NULL)};
    }
    (void)closedir(directory);
    if (checks->reference_count == 0) {
        fatal("'%s' has no publications", path);
    }
}

static const struct reference *reference_of(const struct checks *c, const struct disk_file *file)
{
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (ledger_checkpoint_parse(&checkpoint, &verdict,
                                (struct ledger_span){file->bytes, file->size})) {
        for (size_t i = 0; i < c->reference_count; i++) {
            if (c->references[i].size == checkpoint.size) {
                return &c->references[i];
            }
        }
    }
    return NULL;
}

static bool has_file(const struct disk_image *image, const struct disk_file *wanted,
                     const char *directory)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", directory, wanted->path);
    const struct disk_file *file = disk_image_find(image, path);
    return file != NULL && file->directory == wanted->directory &&
           (file->directory ||
            (file->size == wanted->size && memcmp(file->bytes, wanted->bytes, wanted->size) == 0));
}

bool check_published(const struct checks *checks, char why[WHY_MAX], const struct disk_image *image,
                     uint64_t told)
{
    char path[PATH_MAX];
    uint64_t least = told > checks->from ? told : checks->from;
    (void)snprintf(path, sizeof path, "%s/checkpoint", checks->publication);
    const struct disk_file *checkpoint = disk_image_find(image, path);
    if (checkpoint == NULL) {
        return least == 0 || check_fails(why, "the checkpoint is gone");
    }
    const struct reference *reference = reference_of(checks, checkpoint);
    if (reference == NULL) {
        return check_fails(why, "the checkpoint is none of those that were published");
    }
    if (reference->size < least) {
        return check_fails(why, "the checkpoint is of %llu, %llu were told to be published",
                           (ull)reference->size, (ull)least);
    }
    for (size_t i = 0; i < reference->image->count; i++) {
        if (!has_file(image, &reference->image->files[i], checks->publication)) {
            return check_fails(why, "the checkpoint is of %llu, and %s is not as it must be",
                               (ull)reference->size, reference->image->files[i].path);
        }
    }
    return true;
}

static bool verifies(const struct checks *c, char why[WHY_MAX], const char *path, uint64_t *size)
{
    static struct ledger_audit_report report;
    struct ledger_verdict verdict;
    struct ledger_error error = {.status = LEDGER_OK};
    const struct ledger_audit_options options = {.policy = c->policy, .jobs = 1};
    enum ledger_status status = ledger_audit_published(&report, &verdict, path, &options, &error);
    *size = report.size;
    return (status == LEDGER_OK && verdict.finding == LEDGER_VALID) ||
           check_fails(why, "the publication does not verify: %.150s %.150s", error.what,
                       verdict.detail);
}

bool check_publishing_again(const struct checks *checks, char why[WHY_MAX],
                            const struct disk_image *image)
{
    char path[PATH_MAX];
    char checkpoint[PATH_MAX + 16];
    struct ledger_publish_report report;
    struct ledger_error error = {.status = LEDGER_OK};
    const struct ledger_publish_options options = {.unlocked = true};
    uint64_t size;
    disk_image_write(image, checks->place);
    (void)snprintf(path, sizeof path, "%s/%s", checks->place, checks->publication);
    (void)snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", path);
    if (access(checkpoint, F_OK) == 0 && !verifies(checks, why, path, &size)) {
        return false;
    }
    if (ledger_publish(&report, checks->original, path, &options, &error) != LEDGER_OK) {
        return check_fails(why, "it cannot be published again: %.300s", error.what);
    }
    return verifies(checks, why, path, &size) &&
           (size == checks->expected.size ||
            check_fails(why, "published again it has %llu entries", (ull)size));
}
