/*
 * trust_proofs.c - all proofs of small trees and their mutants, with this library's verdicts, for
 * verify.py, which judges them by code of its own.
 *
 * usage: trust_proofs INCLUSION CONSISTENCY BITS PREFIX SEED
 *   INCLUSION    the proofs of all leaves of all trees of up to so many leaves
 *   CONSISTENCY  those between all trees of up to so many leaves
 *   BITS         every bit changed in the proofs of trees of up to so many leaves; in those of
 *                larger ones a random bit of each hash
 *   PREFIX       the prefix trees of up to so many keys
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/tree/tree.h"
#include "tests/trust/proofs/case.h"

#define LEAVES_MAX 4096

/* Every full subtree: [level][index]. */
static struct ledger_hash nodes[13][LEAVES_MAX];
static struct ledger_hash roots[LEAVES_MAX + 1];

static enum ledger_status read_node(void *context, struct ledger_hash *hash,
                                    struct ledger_node node)
{
    (void)context;
    *hash = nodes[node.level][node.index];
    return LEDGER_OK;
}

static void grow_tree(struct ledger_hasher *hasher, unsigned leaves)
{
    static struct ledger_frontier frontier;
    ledger_frontier_start(&frontier);
    ledger_frontier_root(hasher, &roots[0], &frontier);
    for (unsigned i = 0; i < leaves; i++) {
        uint8_t number[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        ledger_tree_leaf(hasher, &nodes[0][i], (struct ledger_span){number, sizeof number});
        for (unsigned level = 1; (i + 1) % (1U << level) == 0; level++) {
            unsigned at = i >> level;
            ledger_tree_parent(hasher, &nodes[level][at], &nodes[level - 1][2 * at],
                               &nodes[level - 1][2 * at + 1]);
        }
        ledger_frontier_append(hasher, &frontier, &nodes[0][i], NULL, NULL);
        ledger_frontier_root(hasher, &roots[i + 1], &frontier);
    }
}

/* A proof with what it speaks of; `write` is one of the two below. */
struct subject {
    struct ledger_tree_proof proof;
    uint64_t numbers[2];
    struct ledger_hash ends[2];
    bool consistency;
};

static void write_subject(struct ledger_hasher *hasher, enum must must, const struct subject *s)
{
    (s->consistency ? write_consistency : write_inclusion)(hasher, must, &s->proof, s->numbers[0],
                                                           s->numbers[1], &s->ends[0], &s->ends[1]);
}

static void change_bit(struct ledger_hasher *hasher, struct subject *s, struct ledger_hash *hash,
                       unsigned bit)
{
    hash->bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    write_subject(hasher, REFUSE, s);
    hash->bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
}

static void change_bits(struct ledger_hasher *hasher, struct subject *s, bool every, uint64_t *seed)
{
    for (unsigned i = 0; i < s->proof.count + 2; i++) {
        struct ledger_hash *hash = i < 2 ? &s->ends[i] : &s->proof.hashes[i - 2];
        for (unsigned bit = 0; every && bit < 256; bit++) {
            change_bit(hasher, s, hash, bit);
        }
        if (!every) {
            change_bit(hasher, s, hash, (unsigned)draw(seed) % 256);
        }
    }
}

/* One hash too many, one too few, two swapped, one repeated. */
static void change_length(struct ledger_hasher *hasher, const struct subject *s, uint64_t *seed)
{
    struct subject m = *s;
    unsigned count = s->proof.count;
    if (count < LEDGER_PROOF_MAX) {
        m.proof.hashes[m.proof.count++] = s->ends[draw(seed) % 2];
        write_subject(hasher, REFUSE, &m);
    }
    if (count > 0) {
        m = *s;
        m.proof.count--;
        write_subject(hasher, REFUSE, &m);
        m.proof.count = 0;
        write_subject(hasher, REFUSE, &m);
    }
    if (count > 1) {
        unsigned at = (unsigned)(draw(seed) % (count - 1));
        m = *s;
        m.proof.hashes[at] = s->proof.hashes[at + 1];
        write_subject(hasher, REFUSE, &m);
        m.proof.hashes[at + 1] = s->proof.hashes[at];
        write_subject(hasher, REFUSE, &m);
    }
}

/* A proof says nothing of sizes of the same shape: both verifiers must only agree. */
static void change_numbers(struct ledger_hasher *hasher, const struct subject *s, uint64_t *seed)
{
    static const uint64_t steps[] = {1, UINT64_MAX, 2, UINT64_C(1) << 32, UINT64_C(1) << 63};
    for (unsigned which = 0; which < 2; which++) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            struct subject m = *s;
            m.numbers[which] += steps[i];
            write_subject(hasher, AGREE, &m);
        }
    }
    struct subject m = *s;
    m.numbers[draw(seed) % 2] = 0;
    write_subject(hasher, AGREE, &m);
}

static void write_all(struct ledger_hasher *hasher, struct subject *s, unsigned bits,
                      uint64_t *seed)
{
    write_subject(hasher, ACCEPT, s);
    change_bits(hasher, s, s->numbers[1] <= bits, seed);
    change_length(hasher, s, seed);
    change_numbers(hasher, s, seed);
}

static void inclusion_cases(struct ledger_hasher *hasher, unsigned largest, unsigned bits,
                            uint64_t *seed)
{
    for (unsigned size = 1; size <= largest; size++) {
        for (unsigned index = 0; index < size; index++) {
            struct subject s = {.numbers = {index, size}, .ends = {nodes[0][index], roots[size]}};
            if (ledger_inclusion_prove(hasher, &s.proof, index, size, read_node, NULL) !=
                LEDGER_OK) {
                abort();
            }
            write_all(hasher, &s, bits, seed);
        }
    }
}

static void consistency_cases(struct ledger_hasher *hasher, unsigned largest, unsigned bits,
                              uint64_t *seed)
{
    for (unsigned size = 1; size <= largest; size++) {
        for (unsigned old = 1; old <= size; old++) {
            struct subject s = {
                .numbers = {old, size}, .ends = {roots[old], roots[size]}, .consistency = true};
            if (ledger_consistency_prove(hasher, &s.proof, old, size, read_node, NULL) !=
                LEDGER_OK) {
                abort();
            }
            write_all(hasher, &s, bits, seed);
        }
    }
}

static unsigned number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value > LEAVES_MAX) {
        (void)fprintf(stderr, "trust_proofs: '%s' is not a number up to %d\n", text, LEAVES_MAX);
        exit(2);
    }
    return (unsigned)value;
}

int main(int argc, char **argv)
{
    struct ledger_hasher *hasher;
    if (argc != 6 || ledger_hasher_new(&hasher) != LEDGER_OK) {
        (void)fputs("usage: trust_proofs INCLUSION CONSISTENCY BITS PREFIX SEED\n", stderr);
        return 2;
    }
    unsigned inclusion = number(argv[1]);
    unsigned consistency = number(argv[2]);
    unsigned bits = number(argv[3]);
    uint64_t seed = strtoull(argv[5], NULL, 10);
    grow_tree(hasher, inclusion > consistency ? inclusion : consistency);
    inclusion_cases(hasher, inclusion, bits, &seed);
    consistency_cases(hasher, consistency, bits, &seed);
    prefix_cases(hasher, number(argv[4]), &seed);
    ledger_hasher_free(&hasher);
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 2;
}
