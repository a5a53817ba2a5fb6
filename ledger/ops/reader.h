/*
 * reader.h - what is behind struct ledger_reader, for the operations that build on it. Internal.
 */
#ifndef LEDGER_OPS_READER_H
#define LEDGER_OPS_READER_H

#include "ledger/ops/search.h"
#include "ledger/store/store.h"

struct ledger_reader {
    struct ledger_store *store; /* with a transaction open */
    struct ledger_hasher *hasher;
    uint64_t size;
};

#endif
