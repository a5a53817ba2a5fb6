/*
 * published_memory.h - what an audit of a published directory keeps of the entries that it has
 * read, to find repeated records and the earlier entries of a matter without an index. Internal.
 *
 * Entries stay in their files and are read again when they are needed: a seal, which nobody can
 * make without a key that is drawn anew for every audit, tells whether they are what was read
 * before.
 *
 * Of an entry 40 bytes are kept (seal, matter, the matter's entry before, place, size) and 16 of
 * its record's text (repeats.h), both in scratch files; there is none up to 52,428 entries, for
 * which memory is enough. So memory is bounded, whatever their number: 4 MiB, and 6 MiB more when
 * repeated records are looked for. Of a matter a slot of 32 bytes is in memory; three to six of
 * eight slots are used: 43 to 86 bytes a matter, for a moment, when the table grows, 128.
 *
 * Two record texts with one tag are told apart by reading both again. The tags of matters have 128
 * bits; entries of two matters with one tag would be found when they are read, and end the audit
 * without a verdict.
 *
 * What comes before is known only when all tags are there. An audit that found a repeat then reads
 * the entries again, is told of it beforehand, and ends where it would have ended at once.
 */
#ifndef LEDGER_OPS_PUBLISHED_MEMORY_H
#define LEDGER_OPS_PUBLISHED_MEMORY_H

#include "ledger/law/history.h"
#include "ledger/ops/audit.h"
#include "ledger/ops/published.h"
#include "ledger/ops/repeats.h"
#include "ledger/ops/tag_table.h"

/* An entry to keep. */
struct ledger_published_kept {
    const struct ledger_entry *entry;
    size_t size; /* bytes */
    struct ledger_hash leaf;
    struct ledger_hash text;   /* H(record text) */
    struct ledger_hash matter; /* H(matter) */
};

struct ledger_published_memory {
    struct ledger_history history; /* for ledger_state_set_history */
    const struct ledger_published *published;
    struct ledger_hasher *hasher;
    uint8_t key[LEDGER_HASH_SIZE];
    uint64_t record_tags; /* which bits of a record's tag count: all, but in tests */
    struct ledger_repeats repeats;
    struct ledger_repeat foretold; /* index LEDGER_NO_ENTRY: nothing is */
    struct ledger_tag_table matters;
    struct ledger_scratch kept; /* of each entry */
    uint64_t size;              /* entries kept */
    uint32_t bundle_end;        /* where the last of them ends in its bundle */
    /* The matter asked about last, and the entry that was given of it. */
    uint64_t asked[2];
    uint64_t left;
    int fd; /* of the bundle read again last, or -1 */
    uint64_t fd_bundle;
    bool changed; /* an entry read again was another: */
    uint64_t changed_entry;
    struct ledger_error error; /* why a call failed */
    uint8_t bytes[LEDGER_ENTRY_MAX];
};

/* `published`, `hasher` and `files`, which may be NULL, must outlive it. Must not be moved. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_start(struct ledger_published_memory *memory,
                              const struct ledger_published *published,
                              struct ledger_hasher *hasher, const struct ledger_audit_files *files,
                              struct ledger_error *error);
void ledger_published_memory_free(struct ledger_published_memory *memory);

/* Before the first entry: a repeat that another audit of the same files found. Others are not looked
 * for then. */
void ledger_published_memory_foretell(struct ledger_published_memory *memory,
                                      const struct ledger_repeat *repeat);

/* Keeps an accepted entry, all of whose forerunners are kept. If it is the one foretold: sets
 * REPEATED_RECORD in `verdict`, or LEDGER_DAMAGED, and `changed`, if it is not so any more. On
 * failure memory->error says why. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_add(struct ledger_published_memory *memory, struct ledger_verdict *verdict,
                            const struct ledger_published_kept *kept);

/* The first entry kept that has the record of an earlier one. LEDGER_DAMAGED and on failure as
 * below. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_repeat(struct ledger_published_memory *memory,
                               struct ledger_repeat *repeat);

/* An entry that is kept, borrowed until the next call. LEDGER_DAMAGED, and `changed`, if it is not
 * what it was. On failure memory->error says why. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_read(struct ledger_published_memory *memory, struct ledger_span *bytes,
                             uint64_t index);

#endif
