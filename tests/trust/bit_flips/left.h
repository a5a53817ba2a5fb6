/*
 * left.h - what a run left behind: the entries of the ledger L in the current directory, and the
 * checkpoints that were signed of it, in the store and in L.guard.
 */
#ifndef TRUST_BIT_FLIPS_LEFT_H
#define TRUST_BIT_FLIPS_LEFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEFT_ENTRIES_MAX 256

struct left_entry {
    uint8_t leaf[32];
};

struct left {
    uint64_t size; /* entries; 0 also if there is no ledger */
    struct left_entry entries[LEFT_ENTRIES_MAX];
    uint64_t signed_size; /* of the largest checkpoint that is signed well */
    uint64_t guard_size;  /* of the guard's, if it is */
    uint64_t base;        /* entries that were there before; for the user */
};

/* The key whose checkpoints count. */
bool left_start(const char *vkey);

/* Reads all. NULL, or what is wrong: a checkpoint that is signed well and has another root than the
 * entries, or no entries. */
const char *left_read(struct left *left);

bool left_same(const struct left_entry *a, const struct left_entry *b);

/* Ends the program with 2. */
__attribute__((noreturn)) void left_die(const char *what);

#endif
