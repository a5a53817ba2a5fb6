#include <stdlib.h>
#include <string.h>

#include "tests/trust/proofs/case.h"

#define STRANGERS 8

static void change_bit(struct ledger_hash *hash, unsigned bit)
{
    hash->bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
}

/* A key that agrees with `key` in its first bits, and in no more. */
static struct ledger_hash relative(const struct ledger_hash *key, uint64_t *seed)
{
    struct ledger_hash other;
    unsigned bits = (unsigned)(draw(seed) % 256);
    draw_hash(seed, &other);
    for (unsigned bit = 0; bit <= bits; bit++) {
        bool same = ledger_prefix_bit(&other, bit) == ledger_prefix_bit(key, bit);
        if (same != (bit < bits)) {
            other.bytes[bit / 8] ^= (uint8_t)(0x80U >> bit % 8);
        }
    }
    return other;
}

/* A leaf one step below where its prefix is unique, under the root that this would give: no tree has
 * such a root. */
static void deepen(struct ledger_hasher *hasher, const struct ledger_prefix_path *path,
                   const struct ledger_hash *key, const struct ledger_hash *value)
{
    struct ledger_prefix_path deeper = {.depth = path->depth + 1};
    struct ledger_hash root;
    memcpy(deeper.siblings + 1, path->siblings, path->depth * sizeof *path->siblings);
    ledger_prefix_leaf(hasher, &root, key, value);
    for (unsigned i = 0; i < deeper.depth; i++) {
        const struct ledger_hash *other = &deeper.siblings[i];
        bool right = ledger_prefix_bit(key, deeper.depth - 1 - i) == 1;
        ledger_prefix_node(hasher, &root, right ? other : &root, right ? &root : other);
    }
    write_present(hasher, REFUSE, &deeper, key, value, &root);
}

static void change_present(struct ledger_hasher *hasher, struct ledger_prefix_path *path,
                           const struct ledger_hash *key, const struct ledger_hash *value,
                           const struct ledger_hash *root, uint64_t *seed)
{
    struct ledger_hash changed = *value;
    change_bit(&changed, (unsigned)draw(seed) % 256);
    write_present(hasher, REFUSE, path, key, &changed, root);
    changed = *root;
    change_bit(&changed, (unsigned)draw(seed) % 256);
    write_present(hasher, REFUSE, path, key, value, &changed);
    for (unsigned i = 0; i < path->depth; i++) {
        unsigned bit = (unsigned)draw(seed) % 256;
        change_bit(&path->siblings[i], bit);
        write_present(hasher, REFUSE, path, key, value, root);
        change_bit(&path->siblings[i], bit);
    }
    if (path->depth < LEDGER_PREFIX_DEPTH) {
        deepen(hasher, path, key, value);
        path->siblings[path->depth++] = *root;
        write_present(hasher, REFUSE, path, key, value, root);
        path->depth--;
    }
    if (path->depth > 0) {
        path->depth--;
        write_present(hasher, REFUSE, path, key, value, root);
        path->depth++;
    }
    struct ledger_prefix_end end = {true, *key, *value};
    write_absent(hasher, REFUSE, path, &end, key, root);
    end.occupied = false;
    write_absent(hasher, REFUSE, path, &end, key, root);
    changed = relative(key, seed);
    end.occupied = true;
    write_absent(hasher, AGREE, path, &end, &changed, root);
    write_present(hasher, REFUSE, path, &changed, value, root);
}

static void change_absent(struct ledger_hasher *hasher, struct ledger_prefix_path *path,
                          const struct ledger_prefix_end *end, const struct ledger_hash *key,
                          const struct ledger_hash *root, uint64_t *seed)
{
    struct ledger_prefix_end other = *end;
    other.occupied = !end->occupied;
    write_absent(hasher, REFUSE, path, &other, key, root);
    other = *end;
    change_bit(&other.value, (unsigned)draw(seed) % 256);
    write_absent(hasher, end->occupied ? REFUSE : AGREE, path, &other, key, root);
    for (unsigned i = 0; i < path->depth; i++) {
        unsigned bit = (unsigned)draw(seed) % 256;
        change_bit(&path->siblings[i], bit);
        write_absent(hasher, REFUSE, path, end, key, root);
        change_bit(&path->siblings[i], bit);
    }
    write_present(hasher, REFUSE, path, key, &end->value, root);
    if (end->occupied) {
        write_absent(hasher, REFUSE, path, end, &end->key, root);
    }
    struct ledger_hash somewhere = relative(key, seed);
    write_absent(hasher, AGREE, path, end, &somewhere, root);
}

static void present_cases(struct ledger_hasher *hasher, struct ledger_prefix_map *map,
                          const struct ledger_hash *key, const struct ledger_hash *root,
                          uint64_t *seed)
{
    struct ledger_prefix_path path;
    struct ledger_hash value;
    if (!ledger_prefix_map_path(map, hasher, &path, NULL, key) ||
        (ledger_prefix_map_find(map, key, &value), false)) {
        abort();
    }
    write_present(hasher, ACCEPT, &path, key, &value, root);
    change_present(hasher, &path, key, &value, root, seed);
}

static void absent_cases(struct ledger_hasher *hasher, struct ledger_prefix_map *map,
                         const struct ledger_hash *key, const struct ledger_hash *root,
                         uint64_t *seed)
{
    struct ledger_prefix_path path;
    struct ledger_prefix_end end = {0};
    if (ledger_prefix_map_path(map, hasher, &path, &end, key)) {
        return;
    }
    write_absent(hasher, ACCEPT, &path, &end, key, root);
    change_absent(hasher, &path, &end, key, root, seed);
}

/* Half of the keys are relatives of others, so that paths get long. */
static struct ledger_hash add_key(struct ledger_prefix_map *map, const struct ledger_hash *keys,
                                  unsigned count, uint64_t *seed)
{
    struct ledger_hash key;
    struct ledger_hash value;
    draw_hash(seed, &key);
    draw_hash(seed, &value);
    if (count > 0 && draw(seed) % 2 == 0) {
        key = relative(&keys[draw(seed) % count], seed);
    }
    if (ledger_prefix_map_put(map, &key, &value, NULL) != LEDGER_OK) {
        abort();
    }
    return key;
}

void prefix_cases(struct ledger_hasher *hasher, unsigned largest, uint64_t *seed)
{
    struct ledger_prefix_map *map;
    struct ledger_hash root;
    struct ledger_hash *keys = calloc((size_t)largest + 1, sizeof *keys);
    if (keys == NULL || ledger_prefix_map_new(&map) != LEDGER_OK) {
        abort();
    }
    for (unsigned count = 0; count <= largest; count++) {
        ledger_prefix_map_root(map, hasher, &root);
        for (unsigned i = 0; i < count; i++) {
            present_cases(hasher, map, &keys[i], &root, seed);
        }
        for (unsigned i = 0; i < STRANGERS; i++) {
            struct ledger_hash key;
            draw_hash(seed, &key);
            if (count > 0 && i % 2 == 0) {
                key = relative(&keys[draw(seed) % count], seed);
            }
            absent_cases(hasher, map, &key, &root, seed);
        }
        keys[count] = add_key(map, keys, count, seed);
    }
    ledger_prefix_map_free(&map);
    free(keys);
}
