#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/trust/crash_states/disk_parts.h"
#include "tests/trust/crash_states/fatal.h"

/* --- what may be there or not --- */

static void reach(struct disk *disk, uint32_t node)
{
    struct disk_node *at = &disk->nodes[node];
    if (node == 0 || at->reachable) {
        return;
    }
    at->reachable = true;
    for (size_t i = 0; i < at->stable_names.count; i++) {
        reach(disk, at->stable_names.items[i].node);
    }
    for (size_t i = 0; i < at->change_count; i++) {
        reach(disk, at->changes[i].node);
    }
}

static void add_unit(struct disk *disk, struct disk_unit unit)
{
    disk->units = grown(disk->units, disk->unit_count + 1, sizeof *disk->units);
    disk->units[disk->unit_count++] = unit;
}

/* Memory for one number a page of the file, which may end at `size`; the counts are 0. */
static void make_room(struct disk *disk, size_t size)
{
    size_t pages = size / DISK_PAGE + 1;
    if (pages > disk->page_room) {
        disk->versions = grown(disk->versions, pages, sizeof *disk->versions);
        disk->chosen = grown(disk->chosen, pages, sizeof *disk->chosen);
        disk->page_room = pages;
    }
    memset(disk->versions, 0, pages * sizeof *disk->versions);
    memset(disk->chosen, 0, pages * sizeof *disk->chosen);
}

static void add_file_units(struct disk *disk, uint32_t index)
{
    const struct disk_node *node = &disk->nodes[index];
    make_room(disk, node->live.size);
    for (size_t i = 0; i < node->patch_count; i++) {
        disk->versions[node->patches[i].page]++;
    }
    for (size_t i = 0; i < node->patch_count; i++) {
        uint32_t page = node->patches[i].page;
        uint32_t versions = disk->versions[page];
        disk->versions[page] = 0; /* one unit a page */
        if (versions > 255) {
            fatal("a page is written %u times without a sync", versions);
        }
        if (versions > 0) {
            add_unit(disk, (struct disk_unit){.type = DISK_UNIT_PAGE,
                                              .node = index,
                                              .page = page,
                                              .choices = versions + 1});
        }
    }
    if (node->size_count > 0) {
        add_unit(disk, (struct disk_unit){.type = DISK_UNIT_SIZE,
                                          .node = index,
                                          .choices = (uint32_t)node->size_count + 1});
    }
}

static void add_name_units(struct disk *disk, uint32_t index)
{
    const struct disk_node *node = &disk->nodes[index];
    for (size_t i = 0; i < node->change_count; i++) {
        if (i == 0 || node->changes[i].order != node->changes[i - 1].order) {
            add_unit(disk, (struct disk_unit){.type = DISK_UNIT_NAMES,
                                              .node = index,
                                              .order = node->changes[i].order,
                                              .choices = 2});
        }
    }
}

size_t disk_units(struct disk *disk, const struct disk_unit **units)
{
    disk->unit_count = 0;
    for (size_t i = 0; i < disk->count; i++) {
        disk->nodes[i].reachable = false;
    }
    reach(disk, DISK_ROOT);
    for (uint32_t i = 0; i < disk->count; i++) {
        if (disk->nodes[i].reachable && disk->nodes[i].directory) {
            add_name_units(disk, i);
        } else if (disk->nodes[i].reachable) {
            add_file_units(disk, i);
        }
    }
    *units = disk->units;
    return disk->unit_count;
}

uint64_t disk_whole_page(uint32_t version)
{
    return version * UINT64_C(0x0101010101010101);
}

/* --- one state after a crash --- */

static struct disk_file *add_file(struct disk *disk, const char *base, const char *name)
{
    struct disk_image *image = &disk->image;
    if (image->count == disk->image_room) {
        image->files = grown(image->files, ++disk->image_room, sizeof *image->files);
        memset(&image->files[image->count], 0, sizeof *image->files);
    }
    struct disk_file *file = &image->files[image->count++];
    int size =
        snprintf(file->path, sizeof file->path, "%s%s%s", base, base[0] == '\0' ? "" : "/", name);
    if (size < 0 || (size_t)size >= sizeof file->path) {
        fatal("the path '%s/%s' is too long", base, name);
    }
    file->size = 0;
    file->directory = false;
    return file;
}

/* The part of a patch that the chosen versions of its sectors have. */
static void apply_patch(struct disk_file *file, const struct disk_patch *patch, uint32_t version,
                        uint64_t chosen)
{
    uint32_t at = patch->offset;
    uint32_t end = patch->offset + patch->size;
    while (at < end) {
        uint32_t sector = at / DISK_SECTOR;
        uint32_t stop = (sector + 1) * DISK_SECTOR < end ? (sector + 1) * DISK_SECTOR : end;
        if (version <= (chosen >> (8 * sector) & 255)) {
            uint64_t to = (uint64_t)patch->page * DISK_PAGE + at;
            memcpy(file->bytes + to, patch->data + (at - patch->offset), stop - at);
            file->size = to + (stop - at) > file->size ? to + (stop - at) : file->size;
        }
        at = stop;
    }
}

static void choose_size(struct disk_file *file, const struct disk_node *node, uint64_t value)
{
    size_t size = value == 0 ? file->size : node->sizes[value - 1];
    file->size = size > node->stable.size ? size : node->stable.size;
}

static void fill_file(struct disk *disk, struct disk_file *file, uint32_t index,
                      const uint64_t *values)
{
    const struct disk_node *node = &disk->nodes[index];
    size_t room = node->live.size > node->stable.size ? node->live.size : node->stable.size;
    uint64_t size = 0;
    file->bytes = grown(file->bytes, room, 1);
    memset(file->bytes + node->stable.size, 0, room - node->stable.size);
    if (node->stable.size > 0) {
        memcpy(file->bytes, node->stable.data, node->stable.size);
    }
    file->size = node->stable.size;
    make_room(disk, room);
    for (size_t i = 0; values != NULL && i < disk->unit_count; i++) {
        if (disk->units[i].type == DISK_UNIT_PAGE && disk->units[i].node == index) {
            disk->chosen[disk->units[i].page] = values[i];
        } else if (disk->units[i].type == DISK_UNIT_SIZE && disk->units[i].node == index) {
            size = values[i];
        }
    }
    for (size_t i = 0; i < node->patch_count; i++) {
        uint32_t page = node->patches[i].page;
        apply_patch(file, &node->patches[i], ++disk->versions[page],
                    values == NULL ? UINT64_MAX : disk->chosen[page]);
    }
    choose_size(file, node, values == NULL ? node->size_count : size);
}

static bool is_done(const struct disk *disk, uint32_t index, uint64_t order, const uint64_t *values)
{
    for (size_t i = 0; i < disk->unit_count; i++) {
        const struct disk_unit *unit = &disk->units[i];
        if (unit->type == DISK_UNIT_NAMES && unit->node == index && unit->order == order) {
            return values[i] != 0;
        }
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b); /* the name stands first */
}

/* The names of a directory; the caller frees them, as it looks at directories inside meanwhile. */
static struct disk_names names_of(struct disk *disk, uint32_t index, const uint64_t *values)
{
    const struct disk_node *node = &disk->nodes[index];
    struct disk_names names = {grown(NULL, node->stable_names.count, sizeof *names.items),
                               node->stable_names.count};
    if (names.count > 0) {
        memcpy(names.items, node->stable_names.items, names.count * sizeof *names.items);
    }
    for (size_t i = 0; i < node->change_count; i++) {
        const struct disk_change *change = &node->changes[i];
        if (values == NULL || is_done(disk, index, change->order, values)) {
            disk_set_name(&names, change->name, change->node);
        }
    }
    qsort(names.items, names.count, sizeof *names.items, by_name);
    return names;
}

static void walk(struct disk *disk, uint32_t index, const char *base, const uint64_t *values)
{
    struct disk_names names = names_of(disk, index, values);
    char path[256];
    for (size_t i = 0; i < names.count; i++) {
        uint32_t node = names.items[i].node;
        struct disk_file *file = add_file(disk, base, names.items[i].name);
        if (disk->nodes[node].directory) {
            file->directory = true;
            (void)snprintf(path, sizeof path, "%s", file->path);
            walk(disk, node, path, values);
        } else {
            fill_file(disk, file, node, values);
        }
    }
    free(names.items);
}

const struct disk_image *disk_image_of(struct disk *disk, const uint64_t *values)
{
    disk->image.count = 0;
    walk(disk, DISK_ROOT, "", values);
    return &disk->image;
}

const struct disk_file *disk_image_find(const struct disk_image *image, const char *path)
{
    for (size_t i = 0; i < image->count; i++) {
        if (strcmp(image->files[i].path, path) == 0) {
            return &image->files[i];
        }
    }
    return NULL;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t word = 0;
    hash = mix(hash, size);
    for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    if (size > 0) {
        memcpy(&word, at, size);
    }
    return mix(hash, word);
}

uint64_t disk_image_hash(const struct disk_image *image)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < image->count; i++) {
        const struct disk_file *file = &image->files[i];
        hash = mix_bytes(hash, file->path, strlen(file->path));
        hash = mix_bytes(hash, file->bytes, file->directory ? 0 : file->size);
    }
    return hash;
}

/* --- the image as files --- */

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    return place->level == 0 ? 0 : remove(path);
}

static void write_one(const struct disk_file *file, const char *path)
{
    if (file->directory) {
        if (mkdir(path, 0777) != 0) {
            fatal("cannot make '%s': %s", path, strerror(errno));
        }
        return;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    size_t done = 0;
    while (fd >= 0 && done < file->size) {
        ssize_t n = write(fd, file->bytes + done, file->size - done);
        if (n <= 0) {
            break;
        }
        done += (size_t)n;
    }
    if (fd < 0 || done < file->size || close(fd) != 0) {
        fatal("cannot write '%s': %s", path, strerror(errno));
    }
}

void disk_image_write(const struct disk_image *image, const char *directory)
{
    char path[PATH_MAX];
    if (nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        fatal("cannot empty '%s': %s", directory, strerror(errno));
    }
    for (size_t i = 0; i < image->count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", directory, image->files[i].path);
        write_one(&image->files[i], path);
    }
}
