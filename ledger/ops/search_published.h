/*
 * search_published.h - reading a published directory: what it is, its entries, and finding them.
 *
 * Verifies nothing, and finds by reading: there is no index.
 */
#ifndef LEDGER_OPS_SEARCH_PUBLISHED_H
#define LEDGER_OPS_SEARCH_PUBLISHED_H

#include "ledger/ops/search.h"

/* What the directory `path` is by the names in it. Where those of both are, somebody may have put a
 * good publication beside a ledger that is not, so that the question is which of them to verify. */
enum ledger_form {
    LEDGER_FORM_STORE,     /* a ledger, as far as that can be told from names */
    LEDGER_FORM_PUBLISHED, /* there is something named `checkpoint` in it, which no ledger has */
    LEDGER_FORM_UNCLEAR,   /* and something named `data.mdb` as well */
};
LEDGER_API enum ledger_form ledger_form_of(const char *path);

/* Reads one entry of a published directory, verifying nothing, to show it. LEDGER_NOT_FOUND or
 * LEDGER_DAMAGED if it cannot be had. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_published_entry(uint8_t memory[LEDGER_ENTRY_MAX], struct ledger_span *entry,
                       const char *path, uint64_t index, struct ledger_error *error);

/* ledger_search in a published directory. LEDGER_DAMAGED if a file is not what the checkpoint asks
 * for, or an entry does not parse; LEDGER_NOT_FOUND if there is no checkpoint. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_search_published(const char *path, const struct ledger_query *query, ledger_found *found,
                        void *context, struct ledger_error *error);

#endif
