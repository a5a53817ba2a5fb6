/*
 * matters.h - where the root of the index of matters comes from (SPEC.md "Index of matters").
 *
 * An index entry claims the root of the matter tree over all entries before it. The state compares
 * it with what this interface says; who provides it vouches that it is derived from the entries.
 */
#ifndef LEDGER_LAW_MATTERS_H
#define LEDGER_LAW_MATTERS_H

#include "ledger/base/hash.h"

struct ledger_matters {
    void *context;
    /* The root of the matter tree over the entries before index `before`, all of which the state
     * accepted. Any status but LEDGER_OK: the entry could not be judged. */
    enum ledger_status (*root)(void *context, struct ledger_hash *root, uint64_t before);
};

#endif
