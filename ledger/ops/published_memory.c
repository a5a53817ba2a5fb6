#include "ledger/ops/published_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define SEAL_SIZE 16u
#define LENGTH_SIZE 2u /* before each entry in its bundle */
#define KEPT_MEMORY ((size_t)2 << 20)

/* What keyed hashes are made for. */
enum purpose { OF_LEAF = 1, OF_RECORD, OF_MATTER };

/* What is kept of an entry. */
struct kept {
    uint64_t first;  /* the entry that opened its matter */
    uint64_t before; /* the matter's entry before, or LEDGER_NO_ENTRY */
    uint8_t seal[SEAL_SIZE];
    uint32_t place; /* in its bundle */
    uint32_t size;
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

static enum ledger_status kept_of(struct ledger_published_memory *m, struct kept *kept,
                                  uint64_t index)
{
    LEDGER_ASSERT(index < m->size);
    return ledger_scratch_read(&m->kept, kept, sizeof *kept, index * sizeof *kept, &m->error);
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
    struct kept kept;
    struct ledger_hash leaf;
    struct ledger_hash seal;
    enum ledger_status status = kept_of(m, &kept, index);
    if (status == LEDGER_OK) {
        status = open_bundle(m, index);
    }
    if (status == LEDGER_OK) {
        status = read_at(m, kept.size, kept.place, index);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    *bytes = (struct ledger_span){m->bytes, kept.size};
    ledger_tree_leaf(m->hasher, &leaf, *bytes);
    keyed(m, &seal, OF_LEAF, &leaf);
    return memcmp(seal.bytes, kept.seal, SEAL_SIZE) == 0 ? LEDGER_OK : changed(m, index);
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

/* The matter's latest entry before `before`, or LEDGER_NO_ENTRY. Who knows its index asks for what
 * is before the next, and must not wait until all later ones were passed. */
static enum ledger_status find_latest(struct ledger_published_memory *m, uint64_t *index,
                                      const uint64_t tag[2], const uint64_t *value, uint64_t before)
{
    struct kept kept;
    enum ledger_status status = LEDGER_OK;
    *index = start(m, tag, value, before);
    if (*index >= before && before > 0) {
        status = kept_of(m, &kept, before - 1);
        if (status == LEDGER_OK && kept.first == value[FIRST]) {
            *index = before - 1;
        }
    }
    while (status == LEDGER_OK && *index != LEDGER_NO_ENTRY && *index >= before) {
        status = kept_of(m, &kept, *index);
        *index = kept.before;
    }
    return status;
}

static enum ledger_status latest(void *context, struct ledger_entry *entry,
                                 struct ledger_span *bytes, struct ledger_span matter,
                                 uint64_t before)
{
    struct ledger_published_memory *m = context;
    uint64_t tag[2];
    uint64_t index;
    tag_matter(m, tag, matter);
    const uint64_t *value = ledger_tag_table_find(&m->matters, tag);
    if (value == NULL) {
        return LEDGER_NOT_FOUND;
    }
    enum ledger_status status = find_latest(m, &index, tag, value, before);
    if (status != LEDGER_OK) {
        return status;
    }
    memcpy(m->asked, tag, sizeof m->asked);
    m->left = index;
    return index == LEDGER_NO_ENTRY ? LEDGER_NOT_FOUND : give(m, entry, bytes, matter, index);
}

/* --- keeping --- */

static enum ledger_status no_memory(struct ledger_published_memory *m)
{
    return ledger_error_set(&m->error, LEDGER_NO_MEMORY, 0, "cannot keep what was read");
}

enum ledger_status ledger_published_memory_start(struct ledger_published_memory *memory,
                                                 const struct ledger_published *published,
                                                 struct ledger_hasher *hasher,
                                                 const struct ledger_audit_files *files,
                                                 struct ledger_error *error)
{
    memset(memory, 0, sizeof *memory);
    memory->history = (struct ledger_history){memory, first, latest};
    memory->published = published;
    memory->hasher = hasher;
    memory->fd = -1;
    memory->left = LEDGER_NO_ENTRY;
    memory->record_tags = UINT64_MAX;
    memory->foretold.index = LEDGER_NO_ENTRY;
    memory->matters = (struct ledger_tag_table){.tag_words = 2, .value_words = MATTER_WORDS};
    ledger_scratch_start(&memory->kept, KEPT_MEMORY, files != NULL ? &files->fd[0] : NULL);
    if (ledger_repeats_start(&memory->repeats, files != NULL ? &files->fd[1] : NULL) != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot keep what is read");
    }
    return getrandom(memory->key, sizeof memory->key, 0) == (ssize_t)sizeof memory->key
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_IO, errno, "cannot get random bytes");
}

void ledger_published_memory_free(struct ledger_published_memory *memory)
{
    if (memory->history.context == NULL) {
        return;
    }
    ledger_scratch_free(&memory->kept);
    ledger_repeats_free(&memory->repeats);
    ledger_tag_table_free(&memory->matters);
    if (memory->fd >= 0) {
        close(memory->fd);
    }
    memset(memory, 0, sizeof *memory);
}

void ledger_published_memory_foretell(struct ledger_published_memory *memory,
                                      const struct ledger_repeat *repeat)
{
    LEDGER_ASSERT(memory->size == 0 && repeat->of < repeat->index);
    memory->foretold = *repeat;
}

/* Puts the entry into its matter. */
static enum ledger_status keep_matter(struct ledger_published_memory *m, struct kept *kept,
                                      const struct ledger_published_kept *given)
{
    uint64_t tag[2];
    uint64_t index = given->entry->index;
    make_tag(m, tag, OF_MATTER, &given->matter);
    uint64_t *value = ledger_tag_table_find(&m->matters, tag);
    kept->before = value != NULL ? value[LATEST] : LEDGER_NO_ENTRY;
    if (value == NULL) {
        if (ledger_tag_table_add(&m->matters, &value, tag) != LEDGER_OK) {
            return no_memory(m);
        }
        value[FIRST] = index;
    }
    value[LATEST] = index;
    kept->first = value[FIRST];
    return LEDGER_OK;
}

static enum ledger_status keep_entry(struct ledger_published_memory *m,
                                     const struct ledger_published_kept *given)
{
    struct kept kept = {.size = (uint32_t)given->size};
    struct ledger_hash seal;
    uint64_t place;
    bool begins = given->entry->index % LEDGER_TILE_WIDTH == 0;
    /* Behind the entry before it in the bundle, and behind its own length. */
    kept.place = (begins ? 0 : m->bundle_end) + LENGTH_SIZE;
    keyed(m, &seal, OF_LEAF, &given->leaf);
    memcpy(kept.seal, seal.bytes, SEAL_SIZE);
    enum ledger_status status = keep_matter(m, &kept, given);
    if (status == LEDGER_OK) {
        struct ledger_span bytes = {(const uint8_t *)&kept, sizeof kept};
        status = ledger_scratch_append(&m->kept, &place, bytes, &m->error);
    }
    if (status == LEDGER_OK) {
        LEDGER_ASSERT(place == m->size * sizeof kept);
        m->bundle_end = kept.place + kept.size;
        m->size++;
    }
    return status;
}

/* --- repeated records --- */

static enum ledger_status has_text(struct ledger_published_memory *m, bool *same, uint64_t index,
                                   struct ledger_span text)
{
    struct ledger_entry other;
    struct ledger_span bytes;
    enum ledger_status status = read_entry(m, &other, &bytes, index);
    *same = status == LEDGER_OK && ledger_span_equal(other.record.note.text, text);
    return status;
}

/* A ledger_repeats_same. */
static enum ledger_status same_text(void *context, bool *same, uint64_t a, uint64_t b)
{
    struct ledger_published_memory *m = context;
    struct ledger_entry entry;
    struct ledger_span bytes;
    uint8_t copy[LEDGER_ENTRY_MAX];
    enum ledger_status status = read_entry(m, &entry, &bytes, a);
    if (status != LEDGER_OK) {
        return status;
    }
    struct ledger_span text = {copy, entry.record.note.text.size};
    memcpy(copy, entry.record.note.text.data, text.size);
    return has_text(m, same, b, text);
}

enum ledger_status ledger_published_memory_repeat(struct ledger_published_memory *memory,
                                                  struct ledger_repeat *repeat)
{
    return ledger_repeats_first(&memory->repeats, repeat, same_text, memory, &memory->error);
}

static enum ledger_status keep_record(struct ledger_published_memory *m,
                                      const struct ledger_published_kept *given)
{
    uint64_t tag[2];
    make_tag(m, tag, OF_RECORD, &given->text);
    tag[0] &= m->record_tags;
    tag[0] = tag[0] == 0 ? 1 : tag[0];
    return ledger_repeats_add(&m->repeats, tag[0], given->entry->index, &m->error);
}

static enum ledger_status judge_foretold(struct ledger_published_memory *m,
                                         struct ledger_verdict *verdict,
                                         const struct ledger_entry *entry)
{
    bool same;
    enum ledger_status status = has_text(m, &same, m->foretold.of, entry->record.note.text);
    if (status == LEDGER_OK && !same) {
        return changed(m, entry->index);
    }
    if (status == LEDGER_OK) {
        ledger_verdict_set(verdict, LEDGER_REPEATED_RECORD,
                           "entry %llu has the record of entry %llu again",
                           (unsigned long long)entry->index, (unsigned long long)m->foretold.of);
    }
    return status;
}

enum ledger_status ledger_published_memory_add(struct ledger_published_memory *memory,
                                               struct ledger_verdict *verdict,
                                               const struct ledger_published_kept *kept)
{
    LEDGER_ASSERT(kept->entry->index == memory->size && kept->size <= LEDGER_ENTRY_MAX);
    enum ledger_status status = keep_entry(memory, kept);
    if (status != LEDGER_OK) {
        return status;
    }
    if (memory->foretold.index == LEDGER_NO_ENTRY) {
        return keep_record(memory, kept);
    }
    return kept->entry->index == memory->foretold.index
               ? judge_foretold(memory, verdict, kept->entry)
               : LEDGER_OK;
}
