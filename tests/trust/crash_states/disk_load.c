#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/trust/crash_states/disk_parts.h"
#include "tests/trust/crash_states/fatal.h"

static void load_file(struct disk_node *node, const char *path)
{
    uint8_t block[65536];
    size_t n;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        fatal("cannot open '%s': %s", path, strerror(errno));
    }
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        disk_put(&node->stable, node->stable.size, block, n);
        disk_put(&node->live, node->live.size, block, n);
    }
    if (ferror(file)) {
        fatal("cannot read '%s'", path);
    }
    (void)fclose(file);
}

/* Adds what is in the directory, and in the directories there. */
static void load_names(struct disk *disk, uint32_t parent, const char *path)
{
    char inner[PATH_MAX];
    struct stat info;
    const struct dirent *item;
    DIR *directory = opendir(path);
    if (directory == NULL) {
        fatal("cannot read directory '%s': %s", path, strerror(errno));
    }
    while ((item = readdir(directory)) != NULL) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0 ||
            strcmp(item->d_name, "lock.mdb") == 0) {
            continue;
        }
        int size = snprintf(inner, sizeof inner, "%s/%s", path, item->d_name);
        if (size < 0 || (size_t)size >= sizeof inner || lstat(inner, &info) != 0) {
            fatal("cannot read '%s/%s'", path, item->d_name);
        }
        uint32_t node = disk_new_node(disk, S_ISDIR(info.st_mode));
        disk_set_name(&disk->nodes[parent].stable_names, item->d_name, node);
        disk_set_name(&disk->nodes[parent].live_names, item->d_name, node);
        if (S_ISDIR(info.st_mode)) {
            load_names(disk, node, inner);
        } else {
            load_file(&disk->nodes[node], inner);
        }
    }
    (void)closedir(directory);
}

struct disk *disk_load(const char *directory)
{
    struct disk *disk = grown(NULL, 1, sizeof *disk);
    memset(disk, 0, sizeof *disk);
    (void)disk_new_node(disk, false); /* 0 means "none" */
    (void)disk_new_node(disk, true);  /* DISK_ROOT */
    load_names(disk, DISK_ROOT, directory);
    return disk;
}

void disk_free(struct disk **disk)
{
    struct disk *d = *disk;
    if (d == NULL) {
        return;
    }
    for (size_t i = 0; i < d->count; i++) {
        struct disk_node *node = &d->nodes[i];
        free(node->stable.data);
        free(node->live.data);
        free(node->patches);
        free(node->sizes);
        free(node->stable_names.items);
        free(node->live_names.items);
        free(node->changes);
    }
    for (size_t i = 0; i < d->image_room; i++) {
        free(d->image.files[i].bytes);
    }
    free(d->nodes);
    free(d->inodes);
    free(d->units);
    free(d->image.files);
    free(d->versions);
    free(d->chosen);
    free(d);
    *disk = NULL;
}
