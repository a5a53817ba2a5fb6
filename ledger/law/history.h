/*
 * history.h - where the earlier entries of a matter are found.
 *
 * The rules of a matter speak of what went before in it. The state asks for it through this
 * interface, so that it need not know where entries are kept.
 */
#ifndef LEDGER_LAW_HISTORY_H
#define LEDGER_LAW_HISTORY_H

#include "ledger/format/entry.h"

/*
 * Both calls give an entry of the matter, parsed, and its bytes, borrowed until the next call;
 * LEDGER_NOT_FOUND if there is none. What they give must be entries of the ledger, of this matter,
 * and they must leave none out: whoever provides a history vouches for that.
 */
struct ledger_history {
    void *context;
    /* The entry that opened the matter. */
    enum ledger_status (*first)(void *context, struct ledger_entry *entry,
                                struct ledger_span *bytes, struct ledger_span matter);
    /* The matter's latest entry before index `before`. */
    enum ledger_status (*latest)(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before);
};

#endif
