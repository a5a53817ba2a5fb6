/*
 * authority_parts.h - what an authority is made of, and what a change to it leaves behind.
 * Internal.
 */
#ifndef LEDGER_LAW_AUTHORITY_PARTS_H
#define LEDGER_LAW_AUTHORITY_PARTS_H

#include "ledger/law/authority.h"

/* One line in force, with its own copy of the text; the maps point to it. */
struct ledger_authority_item {
    struct ledger_authority_line line;
    struct ledger_hash subject;
    struct ledger_hash value;
    /* Of governors, keys and compromises only: type, name and key ID, that of the key and that of
     * its batch signatures; type and public key. */
    struct ledger_hash signer;
    struct ledger_hash batch_signer;
    struct ledger_hash person;
    uint8_t text[];
};

struct ledger_authority {
    struct ledger_prefix_map *lines;   /* H(subject) -> H(line): the tree that entries commit to */
    struct ledger_prefix_map *signers; /* those three hashes -> item: a plain map */
    const struct ledger_authority_item *operator_item;
    const struct ledger_authority_item *threshold;
    uint64_t governors;
};

/* What a change did so far, so that it can be taken back. */
struct ledger_authority_step {
    struct ledger_authority_item *before;
    struct ledger_authority_item *after;
};

struct ledger_authority_journal {
    struct ledger_authority_step *steps;
    size_t count;
};

/* The line of this type (KEY, GOVERNOR or COMPROMISE) with the same public key, under whatever
 * name, or NULL. */
const struct ledger_authority_line *
ledger_authority_find_person(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                             enum ledger_line_type type, const struct ledger_vkey *vkey);

/*
 * Whether the authority that the change in `journal` made is sound (SPEC.md "A sound authority"):
 * an operator named like `ledger`, enough governors, keys whose institution is there and may hand
 * out their grants, no compromise from later than entry `index` or of a key in use, rules that can
 * be met. Sets `*sound`, and BAD_CHANGE if it is not; NO_MEMORY leaves it undecided.
 */
LEDGER_MUST_USE enum ledger_status
ledger_authority_is_sound(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                          struct ledger_verdict *verdict, bool *sound,
                          const struct ledger_authority_journal *journal, struct ledger_span ledger,
                          uint64_t index);

#endif
