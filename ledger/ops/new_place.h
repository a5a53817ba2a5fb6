/*
 * new_place.h - where a new ledger is to be: made beside its place and renamed into it, so that it
 * is there whole or not at all. Internal.
 */
#ifndef LEDGER_OPS_NEW_PLACE_H
#define LEDGER_OPS_NEW_PLACE_H

#include <limits.h>
#include <stdbool.h>

#include "ledger/base/status.h"

struct ledger_new_place {
    char path[PATH_MAX];
    char guard[PATH_MAX];
    char temporary[PATH_MAX]; /* the directory to fill; empty: not made */
};

/* Names the places; `guard` NULL: the path with ".guard". LEDGER_EXISTS if something is in the
 * place of the ledger, LEDGER_REMOTE if the guard would be on a network file system. */
LEDGER_MUST_USE enum ledger_status ledger_new_place_start(struct ledger_new_place *place,
                                                          const char *path, const char *guard,
                                                          struct ledger_error *error);

/* Whether something is in the place of the guard. */
bool ledger_new_place_has_guard(const struct ledger_new_place *place);

/* Whether a directory is in the place of the ledger by now. */
bool ledger_new_place_has_ledger(const struct ledger_new_place *place);

/* Makes the directory to fill. LEDGER_REMOTE if it is on a network file system. */
LEDGER_MUST_USE enum ledger_status ledger_new_place_make(struct ledger_new_place *place,
                                                         struct ledger_error *error);

/* What a step that filled the directory answers: if a commit failed, there is nothing unknown about
 * it, as nothing is in its place yet: LEDGER_DISK_FULL or LEDGER_IO. `error` may be NULL. */
LEDGER_MUST_USE enum ledger_status ledger_new_place_filled(enum ledger_status status,
                                                           struct ledger_error *error);

/* Puts the filled directory in its place. LEDGER_UNKNOWN: it is there, but that could not be made
 * durable. The guard must be there already. */
LEDGER_MUST_USE enum ledger_status ledger_new_place_take(struct ledger_new_place *place,
                                                         struct ledger_error *error);

/* Takes away what was made and not put in place. */
void ledger_new_place_leave(struct ledger_new_place *place);

#endif
