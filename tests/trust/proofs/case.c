#include "tests/trust/proofs/case.h"

#include <stdio.h>

static void put(const void *bytes, size_t size)
{
    (void)fwrite(bytes, 1, size, stdout); /* an error is seen at the end */
}

static void put_byte(unsigned byte)
{
    (void)putchar((int)byte);
}

static void put_number(uint64_t number)
{
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        put_byte((unsigned)(number >> (shift - 8)) & 0xff);
    }
}

static void put_hashes(const struct ledger_hash *hashes, size_t count)
{
    put(hashes, count * sizeof *hashes);
}

static void put_start(char kind, enum must must, bool said)
{
    put_byte((unsigned char)kind);
    put_byte(must);
    put_byte(said ? 1 : 0);
}

static void put_tree_proof(const struct ledger_tree_proof *proof)
{
    put_byte(proof->count);
    put_hashes(proof->hashes, proof->count);
}

static void put_prefix_path(const struct ledger_prefix_path *path)
{
    put_byte(path->depth >> 8);
    put_byte(path->depth & 0xff);
    put_hashes(path->siblings, path->depth);
}

void write_inclusion(struct ledger_hasher *hasher, enum must must,
                     const struct ledger_tree_proof *proof, uint64_t index, uint64_t size,
                     const struct ledger_hash *leaf, const struct ledger_hash *root)
{
    put_start('i', must, ledger_inclusion_check(hasher, proof, index, size, leaf, root));
    put_number(index);
    put_number(size);
    put_hashes(leaf, 1);
    put_hashes(root, 1);
    put_tree_proof(proof);
}

void write_consistency(struct ledger_hasher *hasher, enum must must,
                       const struct ledger_tree_proof *proof, uint64_t old_size, uint64_t size,
                       const struct ledger_hash *old_root, const struct ledger_hash *root)
{
    put_start('c', must, ledger_consistency_check(hasher, proof, old_size, size, old_root, root));
    put_number(old_size);
    put_number(size);
    put_hashes(old_root, 1);
    put_hashes(root, 1);
    put_tree_proof(proof);
}

void write_present(struct ledger_hasher *hasher, enum must must,
                   const struct ledger_prefix_path *path, const struct ledger_hash *key,
                   const struct ledger_hash *value, const struct ledger_hash *root)
{
    put_start('p', must, ledger_prefix_present(hasher, path, key, value, root));
    put_hashes(key, 1);
    put_hashes(value, 1);
    put_hashes(root, 1);
    put_prefix_path(path);
}

void write_absent(struct ledger_hasher *hasher, enum must must,
                  const struct ledger_prefix_path *path, const struct ledger_prefix_end *end,
                  const struct ledger_hash *key, const struct ledger_hash *root)
{
    put_start('a', must, ledger_prefix_absent(hasher, path, end, key, root));
    put_hashes(key, 1);
    put_byte(end->occupied ? 1 : 0);
    put_hashes(&end->key, 1);
    put_hashes(&end->value, 1);
    put_hashes(root, 1);
    put_prefix_path(path);
}

/* SplitMix64. */
uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void draw_hash(uint64_t *seed, struct ledger_hash *hash)
{
    for (size_t i = 0; i < sizeof hash->bytes; i++) {
        hash->bytes[i] = (uint8_t)draw(seed);
    }
}
