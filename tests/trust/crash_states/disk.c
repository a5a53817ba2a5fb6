#include "tests/trust/crash_states/disk.h"

#include <inttypes.h>
#include <string.h>

#include "tests/trust/crash_states/disk_parts.h"
#include "tests/trust/crash_states/fatal.h"

/* --- nodes and names --- */

uint32_t disk_new_node(struct disk *disk, bool directory)
{
    disk->nodes = grown(disk->nodes, disk->count + 1, sizeof *disk->nodes);
    memset(&disk->nodes[disk->count], 0, sizeof *disk->nodes);
    disk->nodes[disk->count].directory = directory;
    return (uint32_t)disk->count++;
}

void disk_set_name(struct disk_names *names, const char *name, uint32_t node)
{
    size_t i = 0;
    while (i < names->count && strcmp(names->items[i].name, name) != 0) {
        i++;
    }
    if (i < names->count && node == 0) {
        names->items[i] = names->items[--names->count];
    } else if (i < names->count) {
        names->items[i].node = node;
    } else if (node != 0) {
        if (strlen(name) >= DISK_NAME) {
            fatal("the name '%s' is too long", name);
        }
        names->items = grown(names->items, names->count + 1, sizeof *names->items);
        (void)snprintf(names->items[i].name, DISK_NAME, "%s", name);
        names->items[names->count++].node = node;
    }
}

static uint32_t find_name(const struct disk_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i].name, name) == 0) {
            return names->items[i].node;
        }
    }
    return 0;
}

/* The directory that a path goes through last, and the last part; "" for the root itself. */
static uint32_t parent_of(const struct disk *disk, char last[DISK_NAME], const char *path)
{
    uint32_t at = DISK_ROOT;
    last[0] = '\0';
    while (*path != '\0') {
        size_t size = strcspn(path, "/");
        if (size > 0 && !(size == 1 && path[0] == '.')) {
            if (last[0] != '\0') {
                at = find_name(&disk->nodes[at].live_names, last);
            }
            if (at == 0 || !disk->nodes[at].directory || size >= DISK_NAME) {
                fatal("the trace goes through something that is no directory: '%s'", path);
            }
            (void)snprintf(last, DISK_NAME, "%.*s", (int)size, path);
        }
        path += size + (path[size] == '/' ? 1 : 0);
    }
    return at;
}

static uint32_t node_at(const struct disk *disk, const char *path)
{
    char last[DISK_NAME];
    uint32_t parent = parent_of(disk, last, path);
    return last[0] == '\0' ? parent : find_name(&disk->nodes[parent].live_names, last);
}

static void change_name(struct disk *disk, const char *path, uint32_t node)
{
    char last[DISK_NAME];
    struct disk_node *parent = &disk->nodes[parent_of(disk, last, path)];
    parent->changes = grown(parent->changes, parent->change_count + 1, sizeof *parent->changes);
    struct disk_change *change = &parent->changes[parent->change_count++];
    change->order = disk->order;
    change->node = node;
    (void)snprintf(change->name, sizeof change->name, "%s", last);
    disk_set_name(&parent->live_names, last, node);
}

/* --- inodes --- */

static void take_inode(struct disk *disk, uint64_t inode, uint32_t node)
{
    size_t i = 0;
    while (i < disk->inode_count && disk->inodes[i].inode != inode) {
        i++;
    }
    if (i == disk->inode_count) {
        disk->inodes = grown(disk->inodes, ++disk->inode_count, sizeof *disk->inodes);
    }
    disk->inodes[i] = (struct disk_inode){inode, node};
}

static struct disk_node *node_of_inode(const struct disk *disk, uint64_t inode)
{
    for (size_t i = 0; i < disk->inode_count; i++) {
        if (disk->inodes[i].inode == inode) {
            return &disk->nodes[disk->inodes[i].node];
        }
    }
    fatal("the trace names an inode that it did not open: %" PRIu64, inode);
}

/* --- content --- */

void disk_put(struct disk_bytes *bytes, uint64_t offset, const uint8_t *data, size_t size)
{
    if (offset + size > bytes->size) {
        bytes->data = grown(bytes->data, offset + size, 1);
        memset(bytes->data + bytes->size, 0, offset + size - bytes->size);
        bytes->size = offset + size;
    }
    if (size > 0) {
        memcpy(bytes->data + offset, data, size);
    }
}

static void add_size(struct disk_node *node)
{
    node->sizes = grown(node->sizes, node->size_count + 1, sizeof *node->sizes);
    node->sizes[node->size_count++] = node->live.size;
}

static void add_patch(struct disk_node *node, uint64_t offset, const uint8_t *data, size_t size)
{
    node->patches = grown(node->patches, node->patch_count + 1, sizeof *node->patches);
    struct disk_patch *patch = &node->patches[node->patch_count++];
    patch->page = (uint32_t)(offset / DISK_PAGE);
    patch->offset = (uint32_t)(offset % DISK_PAGE);
    patch->size = (uint32_t)size;
    memcpy(patch->data, data, size);
}

static void write_file(struct disk_node *node, uint64_t offset, const uint8_t *data, size_t size)
{
    size_t before = node->live.size;
    disk_put(&node->live, offset, data, size);
    if (node->live.size != before) {
        add_size(node);
    }
    while (size > 0) {
        size_t room = DISK_PAGE - offset % DISK_PAGE;
        size_t part = size < room ? size : room;
        add_patch(node, offset, data, part);
        offset += part;
        data += part;
        size -= part;
    }
}

/* O_DSYNC: the pages that were written are durable as they are now, and the size they need. */
static void sync_pages(struct disk_node *node, uint64_t offset, size_t size)
{
    uint32_t first = (uint32_t)(offset / DISK_PAGE);
    uint32_t last = (uint32_t)((offset + size - 1) / DISK_PAGE);
    size_t kept = 0;
    for (size_t i = 0; i < node->patch_count; i++) {
        struct disk_patch *patch = &node->patches[i];
        if (patch->page >= first && patch->page <= last) {
            disk_put(&node->stable, (uint64_t)patch->page * DISK_PAGE + patch->offset, patch->data,
                     patch->size);
        } else {
            node->patches[kept++] = *patch;
        }
    }
    node->patch_count = kept;
}

static void cut_file(struct disk_node *node, uint64_t size)
{
    if (size < node->live.size) {
        fatal("a file is made shorter: the model has no such thing");
    }
    if (size > node->live.size) {
        disk_put(&node->live, size, NULL, 0);
        add_size(node);
    }
}

static void copy_bytes(struct disk_bytes *to, const struct disk_bytes *from)
{
    to->size = 0;
    disk_put(to, 0, from->data, from->size);
}

static void copy_names(struct disk_names *to, const struct disk_names *from)
{
    to->items = grown(to->items, from->count, sizeof *to->items);
    to->count = from->count;
    if (from->count > 0) {
        memcpy(to->items, from->items, from->count * sizeof *to->items);
    }
}

static void sync_node(struct disk_node *node)
{
    copy_bytes(&node->stable, &node->live);
    copy_names(&node->stable_names, &node->live_names);
    node->patch_count = 0;
    node->size_count = 0;
    node->change_count = 0;
}

/* --- events --- */

static void make(struct disk *disk, const struct trace_event *event, const char *path)
{
    uint32_t node = disk_new_node(disk, event->type == TRACE_MAKE_DIRECTORY);
    take_inode(disk, event->inode, node);
    change_name(disk, path, node);
}

static void move_name(struct disk *disk, enum trace_type type, const char *from)
{
    uint32_t node = node_at(disk, from);
    if (node == 0) {
        fatal("the trace renames '%s', which is not there", from);
    }
    if (type == TRACE_RENAME) {
        change_name(disk, from, 0);
    }
    change_name(disk, from + strlen(from) + 1, node);
}

void disk_step(struct disk *disk, const struct trace_event *event, const char *path,
               const uint8_t *data)
{
    disk->order++;
    switch ((enum trace_type)event->type) {
    case TRACE_OPEN:
        take_inode(disk, event->inode, node_at(disk, path));
        break;
    case TRACE_MAKE:
    case TRACE_MAKE_DIRECTORY:
        make(disk, event, path);
        break;
    case TRACE_WRITE:
        write_file(node_of_inode(disk, event->inode), event->offset, data, event->size);
        break;
    case TRACE_WRITE_SYNCED:
        sync_pages(node_of_inode(disk, event->inode), event->offset, event->size);
        break;
    case TRACE_CUT:
        cut_file(node_of_inode(disk, event->inode), event->size);
        break;
    case TRACE_SYNC:
        sync_node(node_of_inode(disk, event->inode));
        break;
    case TRACE_RENAME:
    case TRACE_LINK:
        move_name(disk, event->type, path);
        break;
    case TRACE_UNLINK:
        change_name(disk, path, 0);
        break;
    case TRACE_TOLD:
        break;
    default:
        fatal("the trace has an event of type %u", event->type);
    }
}
