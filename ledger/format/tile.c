#include "ledger/format/tile.h"

#include <stdio.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"

unsigned ledger_tile_width(unsigned level, uint64_t index, uint64_t size)
{
    unsigned shift = level * LEDGER_TILE_HEIGHT;
    uint64_t hashes = shift < 64 ? size >> shift : 0;
    uint64_t full = hashes / LEDGER_TILE_WIDTH;
    if (index == full) {
        return (unsigned)(hashes % LEDGER_TILE_WIDTH);
    }
    return index < full ? LEDGER_TILE_WIDTH : 0;
}

/* An index in groups of three digits, an "x" before all groups but the last. */
static void write_index(char out[LEDGER_TILE_PATH_MAX], uint64_t index)
{
    unsigned groups[7]; /* 2^64 has 20 digits */
    unsigned count = 0;
    int size = 0;
    do {
        groups[count++] = (unsigned)(index % 1000);
        index /= 1000;
    } while (index > 0);
    while (count > 1) {
        count--;
        size += snprintf(out + size, LEDGER_TILE_PATH_MAX - (size_t)size, "x%03u/", groups[count]);
    }
    (void)snprintf(out + size, LEDGER_TILE_PATH_MAX - (size_t)size, "%03u", groups[0]);
}

void ledger_tile_path(char path[LEDGER_TILE_PATH_MAX], const struct ledger_tile *tile)
{
    char level[16] = "entries";
    char index[LEDGER_TILE_PATH_MAX];
    char part[16] = "";
    LEDGER_ASSERT(tile->width > 0 && tile->width <= LEDGER_TILE_WIDTH);
    LEDGER_ASSERT(tile->level <= (tile->entries ? 0 : LEDGER_TILE_LEVEL_MAX));
    if (!tile->entries) {
        (void)snprintf(level, sizeof level, "%u", tile->level);
    }
    if (tile->width < LEDGER_TILE_WIDTH) {
        (void)snprintf(part, sizeof part, ".p/%u", tile->width);
    }
    write_index(index, tile->index);
    int size = snprintf(path, LEDGER_TILE_PATH_MAX, "tile/%s/%s%s", level, index, part);
    LEDGER_ASSERT(size > 0 && size < LEDGER_TILE_PATH_MAX);
}

/* Takes what stands before the next `end` off `rest`; all of it if there is none. */
static struct ledger_span take_until(struct ledger_span *rest, char end)
{
    struct ledger_span taken = *rest;
    const uint8_t *at = rest->size == 0 ? NULL : memchr(rest->data, end, rest->size);
    if (at == NULL) {
        *rest = (struct ledger_span){rest->data + rest->size, 0};
        return taken;
    }
    taken.size = (size_t)(at - rest->data);
    *rest = (struct ledger_span){at + 1, rest->size - taken.size - 1};
    return taken;
}

static bool read_level(struct ledger_tile *tile, struct ledger_span text)
{
    uint64_t level = 0;
    tile->entries = ledger_span_is(text, "entries");
    if (!tile->entries && !ledger_read_decimal(&level, text, LEDGER_TILE_LEVEL_MAX)) {
        return false;
    }
    tile->level = (unsigned)level;
    return true;
}

/* The groups of an index, whatever their spelling: that is compared later. */
static bool read_index(struct ledger_tile *tile, struct ledger_span text)
{
    tile->index = 0;
    while (text.size > 0) {
        struct ledger_span group = take_until(&text, '/');
        for (size_t i = group.size > 0 && group.data[0] == 'x' ? 1 : 0; i < group.size; i++) {
            unsigned digit = (unsigned)group.data[i] - '0';
            if (digit > 9 || tile->index > LEDGER_TREE_SIZE_MAX / 10) {
                return false;
            }
            tile->index = tile->index * 10 + digit;
        }
    }
    return true;
}

static bool read_parts(struct ledger_tile *tile, struct ledger_span path)
{
    struct ledger_span rest;
    uint64_t width = LEDGER_TILE_WIDTH;
    if (path.size >= LEDGER_TILE_PATH_MAX || !ledger_line_after(path, "tile/", &rest) ||
        !read_level(tile, take_until(&rest, '/'))) {
        return false;
    }
    struct ledger_span index = take_until(&rest, '.');
    if (rest.size > 0 &&
        (!ledger_line_after(rest, "p/", &rest) ||
         !ledger_read_decimal(&width, rest, LEDGER_TILE_WIDTH - 1) || width == 0)) {
        return false;
    }
    tile->width = (unsigned)width;
    return read_index(tile, index);
}

bool ledger_tile_path_parse(struct ledger_tile *tile, struct ledger_span path)
{
    struct ledger_tile read;
    char written[LEDGER_TILE_PATH_MAX];
    if (!read_parts(&read, path)) {
        return false;
    }
    ledger_tile_path(written, &read);
    if (!ledger_span_is(path, written)) {
        return false;
    }
    *tile = read;
    return true;
}

bool ledger_tile_parse(struct ledger_hash hashes[LEDGER_TILE_WIDTH], struct ledger_span bytes,
                       unsigned width)
{
    LEDGER_ASSERT(width <= LEDGER_TILE_WIDTH);
    if (bytes.size != (size_t)width * LEDGER_HASH_SIZE) {
        return false;
    }
    for (unsigned i = 0; i < width; i++) {
        memcpy(hashes[i].bytes, bytes.data + (size_t)i * LEDGER_HASH_SIZE, LEDGER_HASH_SIZE);
    }
    return true;
}

bool ledger_bundle_next(struct ledger_span *rest, struct ledger_span *entry)
{
    if (rest->size < 2) {
        return false;
    }
    size_t size = (size_t)rest->data[0] << 8 | rest->data[1];
    if (rest->size - 2 < size) {
        return false;
    }
    *entry = (struct ledger_span){rest->data + 2, size};
    *rest = (struct ledger_span){rest->data + 2 + size, rest->size - 2 - size};
    return true;
}

bool ledger_bundle_check(struct ledger_span bytes, unsigned width)
{
    struct ledger_span entry;
    unsigned count = 0;
    while (count < width && ledger_bundle_next(&bytes, &entry)) {
        count++;
    }
    return count == width && bytes.size == 0;
}

void ledger_bundle_add(struct ledger_buffer *buffer, struct ledger_span entry)
{
    LEDGER_ASSERT(entry.size <= LEDGER_ENTRY_MAX);
    const uint8_t size[2] = {(uint8_t)(entry.size >> 8), (uint8_t)entry.size};
    ledger_buffer_add(buffer, (struct ledger_span){size, sizeof size});
    ledger_buffer_add(buffer, entry);
}
