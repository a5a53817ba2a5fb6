/*
 * entry.h - entries: the leaves of the ledger, byte for byte (SPEC.md "Entry").
 */
#ifndef LEDGER_FORMAT_ENTRY_H
#define LEDGER_FORMAT_ENTRY_H

#include "ledger/base/timestamp.h"
#include "ledger/format/record.h"

#define LEDGER_ENTRY_HEADER "public-law-ledger/entry/v1"
#define LEDGER_ENTRY_MAX 65535

struct ledger_entry {
    uint64_t index;
    int64_t time_ms;
    struct ledger_hash previous;  /* leaf hash of the entry before; of entry 0: H() */
    struct ledger_hash authority; /* root of the authority before this entry */
    struct ledger_span note;      /* the record, verbatim */
    struct ledger_record record;
};

/* Parses an entry and its record. Sets BAD_ENTRY or a finding of the record; the line counts from
 * the entry's first. Borrows `bytes`. */
LEDGER_API bool ledger_entry_parse(struct ledger_entry *entry, struct ledger_verdict *verdict,
                                   struct ledger_span bytes);

/* Finds the matter of an entry that is known to parse, or whose bytes are compared with such a one
 * later, at a fraction of the cost. False if there is none in its place. */
LEDGER_API bool ledger_entry_peek_matter(struct ledger_span *matter, struct ledger_span bytes);

/* The same for the hash of the entry before. */
LEDGER_API bool ledger_entry_peek_previous(struct ledger_hash *previous, struct ledger_span bytes);

/* Writes an entry; the fields before `note` and `note` itself are used, `record` is not. */
LEDGER_API void ledger_entry_write(struct ledger_buffer *buffer, const struct ledger_entry *entry);

#endif
