#include "ledger/ops/published_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define SEAL_SIZE 16u
#define LENGTH_SIZE 2u /* before each entry in its bundle */

/* What keyed hashes are made for. */
enum purpose { OF_LEAF = 1, OF_RECORD, OF_MATTER };

struct ledger_published_block {
    uint64_t before[LEDGER_TILE_WIDTH]; /* the matter's entry before, or LEDGER_NO_ENTRY */
    uint32_t places[LEDGER_TILE_WIDTH];
    uint16_t sizes[LEDGER_TILE_WIDTH];
    uint8_t seals[LEDGER_TILE_WIDTH][SEAL_SIZE];
};

/* In the value of a matter's slot. */
enum { FIRST, LATEST, MATTER_WORDS };

static void keyed(struct ledger_published_memory *m, struct ledger_hash *out, enum purpose purpose,
                  const struct ledger_hash *of)
{
    struct ledger_span key = {m->key, sizeof m->key};
    ledger_hash_prefixed(m->hasher, out, (uint8_t)purpose, key,
                         (struct ledger_span){of->bytes, sizeof of->bytes});
}

static void make_tag(struct ledger_published_memory *m, uint64_t tag[2], enum purpose purpose,
                     const struct ledger_hash *of)
{
    struct ledger_hash hash;
    keyed(m, &hash, purpose, of);
    memcpy(tag, hash.bytes, 2 * sizeof *tag);
    tag[0] = tag[0] == 0 ? 1 : tag[0];
}

static void tag_matter(struct ledger_published_memory *m, uint64_t tag[2],
                       struct ledger_span matter)
{
    struct ledger_hash hash;
    ledger_hash_bytes(m->hasher, &hash, matter);
    make_tag(m, tag, OF_MATTER, &hash);
}

static struct ledger_published_block *block_of(const struct ledger_published_memory *m,
                                               uint64_t index)
{
    LEDGER_ASSERT(index < m->size);
    return m->blocks[index / LEDGER_TILE_WIDTH];
}

/* --- reading again --- */

static enum ledger_status changed(struct ledger_published_memory *m, uint64_t index)
{
    m->changed = true;
    m->changed_entry = index;
    return ledger_error_set(&m->error, LEDGER_DAMAGED, 0,
                            "entry %llu is not what it was: '%s' changed while it was read",
                            (unsigned long long)index, m->published->dir.path);
}

static enum ledger_status open_bundle(struct ledger_published_memory *m, uint64_t index)
{
    struct ledger_tile tile = ledger_published_bundle(m->published, index);
    if (m->fd >= 0 && m->fd_bundle == index / LEDGER_TILE_WIDTH) {
        return LEDGER_OK;
    }
    if (m->fd >= 0) {
        close(m->fd);
    }
    m->fd = -1;
    enum ledger_status status = ledger_published_file(m->published, &m->fd, &tile, &m->error);
    m->fd_bundle = index / LEDGER_TILE_WIDTH;
    return status == LEDGER_NOT_FOUND || status == LEDGER_DAMAGED ? changed(m, index) : status;
}

static enum ledger_status read_at(struct ledger_published_memory *m, size_t size, uint32_t place,
                                  uint64_t index)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = pread(m->fd, m->bytes + done, size - done, (off_t)place + (off_t)done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return ledger_error_set(&m->error, LEDGER_IO, errno, "cannot read entry %llu again",
                                    (unsigned long long)index);
        }
        if (n == 0) {
            return changed(m, index);
        }
        done += (size_t)n;
    }
    return LEDGER_OK;
}

enum ledger_status ledger_published_memory_read(struct ledger_published_memory *m,
                                                struct ledger_span *bytes, uint64_t index)
{
    const struct ledger_published_block *block = block_of(m, index);
    unsigned at = (unsigned)(index % LEDGER_TILE_WIDTH);
    struct ledger_hash leaf;
    struct ledger_hash seal;
    enum ledger_status status = open_bundle(m, index);
    if (status == LEDGER_OK) {
        status = read_at(m, block->sizes[at], block->places[at], index);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    *bytes = (struct ledger_span){m->bytes, block->sizes[at]};
    ledger_tree_leaf(m->hasher, &leaf, *bytes);
    keyed(m, &seal, OF_LEAF, &leaf);
    return memcmp(seal.bytes, block->seals[at], SEAL_SIZE) == 0 ? LEDGER_OK : changed(m, index);
}

static enum ledger_status read_entry(struct ledger_published_memory *m, struct ledger_entry *entry,
                                     struct ledger_span *bytes, uint64_t index)
{
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    enum ledger_status status = ledger_published_memory_read(m, bytes, index);
    if (status == LEDGER_OK) {
        bool parsed = ledger_entry_parse(entry, &ignored, *bytes);
        LEDGER_ASSERT(parsed); /* it was accepted before */
    }
    return status;
}

/* --- the earlier entries of a matter --- */

static enum ledger_status give(struct ledger_published_memory *m, struct ledger_entry *entry,
                               struct ledger_span *bytes, struct ledger_span matter, uint64_t index)
{
    enum ledger_status status = read_entry(m, entry, bytes, index);
    if (status == LEDGER_OK && !ledger_span_equal(entry->record.matter, matter)) {
        return ledger_error_set(&m->error, LEDGER_SELF_CHECK, 0,
                                "two matters have one tag: verify again");
    }
    return status;
}

static enum ledger_status first(void *context, struct ledger_entry *entry,
                                struct ledger_span *bytes, struct ledger_span matter)
{
    struct ledger_published_memory *m = context;
    uint64_t tag[2];
    tag_matter(m, tag, matter);
    const uint64_t *value = ledger_tag_table_find(&m->matters, tag);
    return value == NULL ? LEDGER_NOT_FOUND : give(m, entry, bytes, matter, value[FIRST]);
}

/* Where the way back begins: who goes back step by step goes on where the last step ended. */
static uint64_t start(const struct ledger_published_memory *m, const uint64_t tag[2],
                      const uint64_t *value, uint64_t before)
{
    bool goes_on = memcmp(m->asked, tag, sizeof m->asked) == 0 && m->left != LEDGER_NO_ENTRY &&
                   before <= m->left;
    return goes_on ? m->left : value[LATEST];
}

static enum ledger_status latest(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before)
{
    struct ledger_published_memory *m = context;
    uint64_t tag[2];
    tag_matter(m, tag, matter);
    const uint64_t *value = ledger_tag_table_find(&m->matters, tag);
    if (value == NULL) {
        return LEDGER_NOT_FOUND;
    }
    uint64_t index = start(m, tag, value, before);
    while (index != LEDGER_NO_ENTRY && index >= before) {
        index = block_of(m, index)->before[index % LEDGER_TILE_WIDTH];
    }
    memcpy(m->asked, tag, sizeof m->asked);
    m->left = index;
    return index == LEDGER_NO_ENTRY ? LEDGER_NOT_FOUND : give(m, entry, bytes, matter, index);
}

/* --- keeping --- */

enum ledger_status ledger_published_memory_start(struct ledger_published_memory *memory,
                                                 const struct ledger_published *published,
                                                 struct ledger_hasher *hasher,
                                                 struct ledger_error *error)
{
    memset(memory, 0, sizeof *memory);
    memory->history = (struct ledger_history){memory, first, latest};
    memory->published = published;
    memory->hasher = hasher;
    memory->fd = -1;
    memory->left = LEDGER_NO_ENTRY;
    memory->record_tags = UINT64_MAX;
    memory->records = (struct ledger_tag_table){.tag_words = 1, .value_words = 1};
    memory->matters = (struct ledger_tag_table){.tag_words = 2, .value_words = MATTER_WORDS};
    return getrandom(memory->key, sizeof memory->key, 0) == (ssize_t)sizeof memory->key
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_IO, errno, "cannot get random bytes");
}

void ledger_published_memory_free(struct ledger_published_memory *memory)
{
    if (memory->history.context == NULL) {
        return;
    }
    for (uint64_t i = 0; i * LEDGER_TILE_WIDTH < memory->size; i++) {
        free(memory->blocks[i]);
    }
    free(memory->blocks);
    ledger_tag_table_free(&memory->records);
    ledger_tag_table_free(&memory->matters);
    if (memory->fd >= 0) {
        close(memory->fd);
    }
    memset(memory, 0, sizeof *memory);
}

static enum ledger_status no_memory(struct ledger_published_memory *m)
{
    return ledger_error_set(&m->error, LEDGER_NO_MEMORY, 0, "cannot keep what was read");
}

static enum ledger_status make_block(struct ledger_published_memory *m)
{
    size_t at = (size_t)(m->size / LEDGER_TILE_WIDTH);
    if (at == m->block_capacity) {
        size_t capacity = at == 0 ? 64 : 2 * at;
        void *blocks = realloc(m->blocks, capacity * sizeof *m->blocks);
        if (blocks == NULL) {
            return no_memory(m);
        }
        m->blocks = blocks;
        m->block_capacity = capacity;
    }
    m->blocks[at] = malloc(sizeof *m->blocks[at]);
    return m->blocks[at] != NULL ? LEDGER_OK : no_memory(m);
}

/* Behind the entry before it in the bundle, and behind its own length. */
static uint32_t place_of(const struct ledger_published_block *block, unsigned at)
{
    return (at == 0 ? 0 : block->places[at - 1] + block->sizes[at - 1]) + LENGTH_SIZE;
}

static enum ledger_status keep_entry(struct ledger_published_memory *m,
                                     const struct ledger_published_kept *kept)
{
    struct ledger_hash seal;
    unsigned at = (unsigned)(m->size % LEDGER_TILE_WIDTH);
    enum ledger_status status = at == 0 ? make_block(m) : LEDGER_OK;
    if (status != LEDGER_OK) {
        return status;
    }
    struct ledger_published_block *block = m->blocks[m->size / LEDGER_TILE_WIDTH];
    keyed(m, &seal, OF_LEAF, &kept->leaf);
    memcpy(block->seals[at], seal.bytes, SEAL_SIZE);
    block->places[at] = place_of(block, at);
    block->sizes[at] = (uint16_t)kept->size;
    block->before[at] = LEDGER_NO_ENTRY;
    m->size++;
    return LEDGER_OK;
}

static enum ledger_status keep_matter(struct ledger_published_memory *m,
                                      const struct ledger_published_kept *kept)
{
    uint64_t tag[2];
    const struct ledger_entry *entry = kept->entry;
    make_tag(m, tag, OF_MATTER, &kept->matter);
    uint64_t *value = ledger_tag_table_find(&m->matters, tag);
    if (value != NULL) {
        block_of(m, entry->index)->before[entry->index % LEDGER_TILE_WIDTH] = value[LATEST];
        value[LATEST] = entry->index;
        return LEDGER_OK;
    }
    if (ledger_tag_table_add(&m->matters, &value, tag) != LEDGER_OK) {
        return no_memory(m);
    }
    value[FIRST] = entry->index;
    value[LATEST] = entry->index;
    return LEDGER_OK;
}

static enum ledger_status has_text(struct ledger_published_memory *m, bool *same, uint64_t index,
                                   struct ledger_span text)
{
    struct ledger_entry other;
    struct ledger_span bytes;
    enum ledger_status status = read_entry(m, &other, &bytes, index);
    *same = status == LEDGER_OK && ledger_span_equal(other.record.note.text, text);
    return status;
}

/* A text whose tag another one has gets the next tag that is free. */
static enum ledger_status keep_record(struct ledger_published_memory *m,
                                      struct ledger_verdict *verdict,
                                      const struct ledger_published_kept *kept)
{
    uint64_t tag[2];
    uint64_t *value;
    const struct ledger_entry *entry = kept->entry;
    make_tag(m, tag, OF_RECORD, &kept->text);
    tag[0] &= m->record_tags;
    for (;; tag[0]++) {
        bool same = false;
        tag[0] = tag[0] == 0 ? 1 : tag[0];
        value = ledger_tag_table_find(&m->records, tag);
        if (value == NULL) {
            break;
        }
        enum ledger_status status = has_text(m, &same, value[0], entry->record.note.text);
        if (status != LEDGER_OK) {
            return status;
        }
        if (same) {
            ledger_verdict_set(verdict, LEDGER_REPEATED_RECORD,
                               "entry %llu has the record of entry %llu again",
                               (unsigned long long)entry->index, (unsigned long long)value[0]);
            return LEDGER_OK;
        }
    }
    if (ledger_tag_table_add(&m->records, &value, tag) != LEDGER_OK) {
        return no_memory(m);
    }
    value[0] = entry->index;
    return LEDGER_OK;
}

enum ledger_status ledger_published_memory_add(struct ledger_published_memory *memory,
                                               struct ledger_verdict *verdict,
                                               const struct ledger_published_kept *kept)
{
    LEDGER_ASSERT(kept->entry->index == memory->size && kept->size <= LEDGER_ENTRY_MAX);
    enum ledger_status status = keep_entry(memory, kept);
    if (status == LEDGER_OK) {
        status = keep_matter(memory, kept);
    }
    return status == LEDGER_OK ? keep_record(memory, verdict, kept) : status;
}
