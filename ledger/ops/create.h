/*
 * create.h - founding a ledger (SPEC.md "Genesis").
 */
#ifndef LEDGER_OPS_CREATE_H
#define LEDGER_OPS_CREATE_H

#include "ledger/ops/signing.h"

struct ledger_create_options {
    const char *guard_path;          /* NULL: the ledger's path with ".guard" */
    uint64_t map_size;               /* largest size of the store in bytes; 0: 1 TiB */
    int64_t (*clock)(void *context); /* NULL: the system's clock */
    void *clock_context;
};

/*
 * Makes the ledger `path` with `genesis`, a signed record, as its entry 0, and its first
 * checkpoint signed by `operator_key`. The ledger is made beside its place and renamed into it, so
 * that it is there whole or not at all; the guard is created first. What others may do with the
 * directory is left to the umask. LEDGER_EXISTS if the ledger or its guard is there, LEDGER_REMOTE
 * if either would be on a network file system. LEDGER_INVALID, with `verdict`, if the genesis does
 * not hold.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_create(struct ledger_verdict *verdict, const char *path, struct ledger_span genesis,
              const struct ledger_signing *operator_key,
              const struct ledger_create_options *options, struct ledger_error *error);

#endif
