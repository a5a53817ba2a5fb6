/*
 * recall.h - what is remembered of matters, so that a record of a long one does not cost the
 * reading of all of it. Internal.
 *
 * A memory that is filled by reading a history: asked for a matter as of an index, it reads only
 * what came since it was asked last. It never answers for another index than the one asked for:
 * entries from there on do not exist for it, and if it has seen some, it reads the matter anew.
 *
 * It is bounded: ledger_recall_trim forgets everything once there are more than
 * LEDGER_RECALL_MATTERS matters or LEDGER_RECALL_BYTES bytes. Between two trims come two matters at
 * most, the record's own and that which it refers to; of each, besides a kilobyte, there is one
 * name for every event that rules ask about and every person who signed it.
 */
#ifndef LEDGER_LAW_RECALL_H
#define LEDGER_LAW_RECALL_H

#include "ledger/format/rule.h"
#include "ledger/law/history.h"

#define LEDGER_RECALL_MATTERS 4096u
#define LEDGER_RECALL_BYTES (UINT32_C(32) << 20)

/* All zero: nothing is remembered. */
struct ledger_recall {
    const struct ledger_history *history;
    void *matters; /* a tree of struct ledger_recalled, by name */
    size_t count;
    size_t bytes;
};

/* The first or the latest entry of a matter; the spans borrow `text`. */
struct ledger_recalled_end {
    uint64_t index;
    struct ledger_span kind;
    struct ledger_span event;
    struct ledger_span institution;
    uint8_t text[2 * LEDGER_TOKEN_MAX + LEDGER_NAME_MAX];
};

/* A matter with at least one entry; owned by the recall, good until it forgets. */
struct ledger_recalled {
    struct ledger_span name;
    uint64_t before; /* as of which index */
    struct ledger_recalled_end opening;
    struct ledger_recalled_end latest;
    bool opened;     /* `opening` is known */
    uint64_t walked; /* the entries of the steps are known up to this index */
    void *steps;     /* a tree of what is known of each event that was asked about */
    size_t bytes;    /* of the steps */
};

/* Asks `history`, which is borrowed, from now on; what another one said is forgotten. */
void ledger_recall_from(struct ledger_recall *recall, const struct ledger_history *history);

/* Forgets everything, and frees it; or only if it is over a bound. */
void ledger_recall_forget(struct ledger_recall *recall);
void ledger_recall_trim(struct ledger_recall *recall);

/*
 * The matter `name` as of index `before`; LEDGER_NOT_FOUND if it has no entry before that. Reads
 * the latest entry unless this was asked already, and the first of a matter that is not remembered.
 * Here and below, any other status is that of the history or LEDGER_NO_MEMORY, after which the same
 * can be asked again.
 */
LEDGER_MUST_USE enum ledger_status ledger_recall_matter(struct ledger_recall *recall,
                                                        struct ledger_recalled **matter,
                                                        struct ledger_span name, uint64_t before);

/* Says that the events of `steps` will be asked about. Reads nothing. */
LEDGER_MUST_USE enum ledger_status ledger_recall_follow(struct ledger_recall *recall,
                                                        struct ledger_recalled *matter,
                                                        const struct ledger_steps *steps);

/* Reads what is not known of all steps that were followed: the entries since this was called last,
 * and one more; after an event was followed for the first time, the whole matter. */
LEDGER_MUST_USE enum ledger_status ledger_recall_catch_up(struct ledger_recall *recall,
                                                          struct ledger_recalled *matter);

/*
 * The latest entry of the steps: its index and time. False if there is none. `steps` must have been
 * followed, and caught up with. `matter` may be NULL, for one without entries.
 */
struct ledger_recalled_step {
    uint64_t index;
    int64_t time_ms;
};
bool ledger_recalled_latest(const struct ledger_recalled *matter, struct ledger_recalled_step *step,
                            const struct ledger_steps *steps);

/* The index of the latest entry of the steps that `name` signed, not as a party of it. False if
 * there is none. Otherwise as above. */
bool ledger_recalled_signed(const struct ledger_recalled *matter, uint64_t *index,
                            const struct ledger_steps *steps, struct ledger_span name);

#endif
