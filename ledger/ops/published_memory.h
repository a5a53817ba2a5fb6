/*
 * published_memory.h - what an audit of a published directory keeps of the entries that it has
 * read, to find repeated records and the earlier entries of a matter without an index. Internal.
 *
 * Entries stay in their files and are read again when they are needed: a seal, which nobody can
 * make without a key that is drawn anew for every audit, tells whether they are what was read
 * before.
 *
 * Bytes kept: of an entry 30 (seal 16, entry before in the matter 8, place 4, size 2) and, for its
 * record's text, a slot of 16, three to six of eight of which are used; of a matter a slot of 32,
 * the same. So 51 to 73 bytes an entry and 43 to 86 a matter; for a moment, when a table grows, 94
 * and 128.
 *
 * Tags are made of the hashes of texts and matters. Two record texts with one tag are told apart by reading the earlier one again. The tags of
 * matters have 128 bits; entries of two matters with one tag would be found when they are read, and
 * end the audit without a verdict.
 */
#ifndef LEDGER_OPS_PUBLISHED_MEMORY_H
#define LEDGER_OPS_PUBLISHED_MEMORY_H

#include "ledger/law/history.h"
#include "ledger/ops/published.h"
#include "ledger/ops/tag_table.h"

struct ledger_published_block; /* of LEDGER_TILE_WIDTH entries */

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
    struct ledger_tag_table records;
    struct ledger_tag_table matters;
    struct ledger_published_block **blocks;
    size_t block_capacity;
    uint64_t size; /* entries kept */
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

/* `published` and `hasher` must outlive it. Must not be moved. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_start(struct ledger_published_memory *memory,
                              const struct ledger_published *published,
                              struct ledger_hasher *hasher, struct ledger_error *error);
void ledger_published_memory_free(struct ledger_published_memory *memory);

/* Keeps an accepted entry, all of whose forerunners are kept. Sets REPEATED_RECORD in `verdict` if
 * an entry that is kept has its record. On failure memory->error says why. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_add(struct ledger_published_memory *memory, struct ledger_verdict *verdict,
                            const struct ledger_published_kept *kept);

/* An entry that is kept, borrowed until the next call. LEDGER_DAMAGED, and `changed`, if it is not
 * what it was. On failure memory->error says why. */
LEDGER_MUST_USE enum ledger_status
ledger_published_memory_read(struct ledger_published_memory *memory, struct ledger_span *bytes,
                             uint64_t index);

#endif
