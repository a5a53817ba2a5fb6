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
    struct ledger_hash signer; /* type, name and key ID; of governors and keys only */
    struct ledger_hash person; /* type and public key; of the same */
    uint8_t text[];
};

struct ledger_authority {
    struct ledger_prefix_map *lines;   /* H(subject) -> H(line): the tree that entries commit to */
    struct ledger_prefix_map *signers; /* `signer` and `person` -> item: a plain map */
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

/* Whether the authority that the change in `journal` made is sound (SPEC.md 10.2): an
 * operator named like `ledger`, enough governors, keys whose institution is there and may hand out
 * their roles. Sets BAD_CHANGE. */
bool ledger_authority_is_sound(const struct ledger_authority *authority,
                               struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                               const struct ledger_authority_journal *journal,
                               struct ledger_span ledger);

#endif
