/*
 * guard.h - the last checkpoint that was signed, kept outside the ledger (SPEC.md "Guard").
 * Internal.
 *
 * Who holds the guard holds the right to sign: it is locked from open to close, so that there is
 * one writer even among copies of a ledger; and it only ever moves forward, so that a ledger put
 * back from an older copy is noticed before a second history is signed.
 */
#ifndef LEDGER_STORE_GUARD_H
#define LEDGER_STORE_GUARD_H

#include "ledger/base/span.h"
#include "ledger/base/status.h"

#define LEDGER_GUARD_MAX 65535
/* Whatever stands at the guard's path with this is the writer's, and is removed: no guard may have
 * such a path. */
#define LEDGER_GUARD_NEXT ".new"

struct ledger_guard;

/* Opens and locks, makes sure that a new file can be put beside the guard to replace it, and makes
 * durable what is there: a writer that was killed may not have come to it.
 * LEDGER_NO_GUARD if there is none, LEDGER_BUSY if another process holds it, LEDGER_REMOTE if it is
 * on a network file system. */
LEDGER_MUST_USE enum ledger_status ledger_guard_open(struct ledger_guard **guard, const char *path,
                                                     struct ledger_error *error);

/* Unlocks, sets to NULL; accepts NULL inside. */
void ledger_guard_close(struct ledger_guard **guard);

/* What the guard holds: the bytes of a checkpoint. Good until replace or close. */
struct ledger_span ledger_guard_bytes(const struct ledger_guard *guard);

/* Replaces the content atomically and durably, if the file is still the one that was locked. The
 * caller sees to it that it moves forward. After any error the outcome is LEDGER_UNKNOWN. */
LEDGER_MUST_USE enum ledger_status ledger_guard_replace(struct ledger_guard *guard,
                                                        struct ledger_span bytes,
                                                        struct ledger_error *error);

#endif
