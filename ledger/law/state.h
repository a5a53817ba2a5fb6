/*
 * state.h - the ledger as a state machine: what the next entry must agree with.
 *
 * Admission and audit are this one machine. An appender composes the next entry and offers it; an
 * auditor offers the entries it reads. An entry that does not fit leaves the state as it was.
 */
#ifndef LEDGER_LAW_STATE_H
#define LEDGER_LAW_STATE_H

#include "ledger/format/entry.h"
#include "ledger/law/authority.h"
#include "ledger/law/entitlement.h"
#include "ledger/law/history.h"
#include "ledger/law/matters.h"
#include "ledger/law/workflow.h"
#include "ledger/tree/tree.h"

struct ledger_state;

/* Makes the state before the genesis. `hasher` must live as long as the state. */
LEDGER_API LEDGER_MUST_USE enum ledger_status ledger_state_new(struct ledger_state **state,
                                                               struct ledger_hasher *hasher);
LEDGER_API void ledger_state_free(struct ledger_state **state);

/* Where the state finds the earlier entries of a matter; must be set before a record is offered
 * that needs a rule, and outlive the state. */
LEDGER_API void ledger_state_set_history(struct ledger_state *state,
                                         const struct ledger_history *history);

/* Where the state finds the root that an index of matters must have; must be set before one is
 * offered, and outlive the state. */
LEDGER_API void ledger_state_set_matters(struct ledger_state *state,
                                         const struct ledger_matters *matters);

/*
 * Offers the bytes of the next entry. Steps (SPEC.md "Verifying an entry"): hash; parse; index;
 * previous; time; authority root; ledger; genesis; signatures and entitlement; order of the matter;
 * change of the authority; root of an index of matters. (The figures of statistics are left to the
 * audit: who appends does not have all entries at hand.) On success sets `*leaf` and `*entry`
 * (borrowing `bytes`), advances, and leaves verdict->finding alone. Otherwise sets the finding and
 * its entry and `*fits` to false.
 * `*leaf` is set in any case, `*entry` on failure as far as `bytes` could be parsed; verdict->entry
 * is set on success, too. The status is that of the environment only.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_state_accept(struct ledger_state *state, struct ledger_verdict *verdict, bool *fits,
                    struct ledger_entry *entry, struct ledger_hash *leaf, struct ledger_span bytes);

/* What the entry accepted last did in its matter. */
LEDGER_API const struct ledger_step *ledger_state_step(const struct ledger_state *state);

/* Composes the next entry around a record note, at `time_ms`, with what the state demands. */
LEDGER_API void ledger_state_compose(struct ledger_state *state, struct ledger_buffer *buffer,
                                     int64_t time_ms, struct ledger_span note);

/* Nodes that accepted entries complete go to `sink` from now on (NULL: nowhere). */
LEDGER_API void ledger_state_watch_nodes(struct ledger_state *state, ledger_node_sink *sink,
                                         void *context);

LEDGER_API uint64_t ledger_state_size(const struct ledger_state *state);
LEDGER_API void ledger_state_root(struct ledger_state *state, struct ledger_hash *root);
LEDGER_API int64_t ledger_state_time(const struct ledger_state *state);

/* Leaf hash of the last entry; H() before the genesis. */
LEDGER_API const struct ledger_hash *ledger_state_previous(const struct ledger_state *state);

/* The ledger's name, from the genesis; empty before it. Good as long as the state. */
LEDGER_API struct ledger_span ledger_state_origin(const struct ledger_state *state);

/* What is known of batch signatures met so far, whether their entries fitted or not. */
LEDGER_API const struct ledger_batch_cache *ledger_state_batches(const struct ledger_state *state);

/* The authority in force for the next entry: to make roots and paths of, or only to look at. */
LEDGER_API struct ledger_authority *ledger_state_authority(struct ledger_state *state);
LEDGER_API const struct ledger_authority *
ledger_state_authority_view(const struct ledger_state *state);

/*
 * Puts the state at the end of a ledger without reading all of it. `before` is the frontier of the
 * entries before the last one, `last` the bytes of the last, `authority` the authority in force
 * before it, which becomes the state's (and the pointer NULL) whatever the outcome.
 *
 * The state checks that `last` has its place and carries the root of `authority` (WRONG_INDEX,
 * WRONG_AUTHORITY), adds its leaf, carries out its change, and sets `*fits`. That `before` and `last`
 * are what was signed is for the caller to see: the state's root is then that of a checkpoint which
 * was verified.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_state_resume(struct ledger_state *state, struct ledger_verdict *verdict, bool *fits,
                    const struct ledger_frontier *frontier, struct ledger_span last,
                    struct ledger_authority **authority);

#endif
