#include "tests/book_samples.h"

static struct ledger_span span_of_hash(const struct ledger_hash *hash)
{
    return (struct ledger_span){hash->bytes, sizeof hash->bytes};
}

static struct ledger_span entry_at(struct book *b, uint64_t index)
{
    return samples_copy(b->f.s, store_edit_get_at(b->f.edit, "entries", index));
}

struct ledger_hash book_matter(struct book *b, struct ledger_span matter)
{
    struct ledger_hash hash;
    ledger_hash_bytes(b->f.s->hasher, &hash, matter);
    return hash;
}

void book_edit(struct book *b)
{
    if (b->f.edit == NULL) {
        b->f.edit = store_edit_open(b->f.s->path);
    }
}

/* Counts an entry that is in the store. */
static void take(struct book *b, uint64_t index)
{
    static const struct ledger_step step;
    struct ledger_entry entry;
    struct ledger_hash hash;
    struct ledger_span bytes = entry_at(b, index);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &b->f.s->verdict, bytes));
    ledger_tree_leaf(b->f.s->hasher, &hash, bytes);
    ledger_frontier_append(b->f.s->hasher, b->frontier, &hash, NULL, NULL);
    hash = book_matter(b, entry.record.matter);
    CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_add(b->tree, &hash), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_statistics_add(b->figures, &entry, &step), LEDGER_OK);
}

struct book book_new(void)
{
    struct book b = {.f = edited(), .size = ENTRIES};
    b.frontier = samples_memory(b.f.s, sizeof *b.frontier);
    ledger_frontier_start(b.frontier);
    CU_ASSERT_EQUAL_FATAL(ledger_matter_tree_new(&b.tree, b.f.s->hasher), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_statistics_new(&b.figures), LEDGER_OK);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        take(&b, i);
    }
    return b;
}

void book_free(struct book *b)
{
    ledger_statistics_free(&b->figures);
    ledger_matter_tree_free(&b->tree);
    fixture_free(&b->f);
}

void book_put_row(struct book *b, const char *table, const struct ledger_hash *hash, uint64_t index)
{
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    ledger_key_row(key, hash, index);
    store_edit_put(b->f.edit, table, (struct ledger_span){key, sizeof key},
                   (struct ledger_span){key, 0});
}

static void put_rows(struct book *b, const struct ledger_entry *entry)
{
    uint8_t value[8];
    struct ledger_lines documents = entry->record.documents;
    struct ledger_document document;
    struct ledger_hash text = book_matter(b, entry->record.note.text);
    struct ledger_hash matter = book_matter(b, entry->record.matter);
    ledger_put_be64(value, entry->index);
    store_edit_put(b->f.edit, "records", span_of_hash(&text),
                   (struct ledger_span){value, sizeof value});
    book_put_row(b, "matters", &matter, entry->index);
    while (ledger_record_next_document(&documents, &document)) {
        book_put_row(b, "documents", &document.digest, entry->index);
    }
}

/* Appends an entry around `note`, with its rows and a checkpoint. */
void book_file(struct book *b, struct ledger_span note)
{
    struct ledger_entry entry;
    struct ledger_hash root;
    book_edit(b);
    struct ledger_span last = entry_at(b, b->size - 1);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &b->f.s->verdict, last));
    ledger_tree_leaf(b->f.s->hasher, &entry.previous, last);
    entry.index = b->size;
    entry.note = note;
    struct ledger_span bytes = samples_entry(b->f.s, &entry);
    CU_ASSERT_FATAL(ledger_entry_parse(&entry, &b->f.s->verdict, bytes));
    store_edit_put_at(b->f.edit, "entries", b->size, bytes);
    put_rows(b, &entry);
    take(b, b->size++);
    ledger_frontier_root(b->f.s->hasher, &root, b->frontier);
    store_edit_put_at(b->f.edit, "checkpoints", b->size,
                      samples_checkpoint(b->f.s, SAMPLE_ORIGIN, b->size, &root, SAMPLE_OPERATOR));
}

void book_file_ordinary(struct book *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        book_file(b, samples_ordinary(b->f.s, b->size));
    }
}

struct sample_record book_index_record(struct book *b, uint64_t size,
                                       const struct ledger_hash *root)
{
    struct sample_text text;
    sample_start(&text, "root ");
    ledger_buffer_base64(&text.buffer, root->bytes, sizeof root->bytes);
    struct ledger_span field = sample_span(&text);
    return (struct sample_record){
        .kind = LEDGER_KIND_INDEX,
        .event = "root",
        .matter = "index",
        .institution = SAMPLE_ORIGIN,
        .fields = {samples_text(b->f.s, "size %llu", (unsigned long long)size),
                   samples_text(b->f.s, "%.*s", LEDGER_SPAN_ARGS(field))},
        .signers = {SAMPLE_OPERATOR}};
}

struct sample_record book_good_index(struct book *b)
{
    struct ledger_hash root;
    ledger_matter_tree_root(b->tree, &root);
    return book_index_record(b, b->size, &root);
}

void book_put_part(struct book *b, uint16_t bucket, const struct ledger_prefix_part *part)
{
    uint8_t key[2] = {(uint8_t)(bucket >> 8), (uint8_t)bucket};
    uint8_t value[33] = {(uint8_t)part->size};
    memcpy(value + 1, part->hash.bytes, sizeof part->hash.bytes);
    store_edit_put(b->f.edit, "parts", (struct ledger_span){key, sizeof key},
                   (struct ledger_span){value, sizeof value});
}

/* The parts as of now; how many there are. */
uint64_t book_put_parts(struct book *b)
{
    uint64_t count = 0;
    book_edit(b);
    for (uint32_t bucket = 0; bucket < 65536; bucket++) {
        struct ledger_prefix_part part;
        ledger_matter_tree_part(b->tree, &part, (uint16_t)bucket);
        if (part.size != LEDGER_PREFIX_NONE) {
            book_put_part(b, (uint16_t)bucket, &part);
            count++;
        }
    }
    return count;
}

void book_file_index(struct book *b)
{
    struct sample_record record = book_good_index(b);
    book_put_parts(b);
    book_file(b, samples_record(b->f.s, &record));
}

/* A ledger with an index over `ENTRIES` entries, and its store open. */
struct book book_indexed(void)
{
    struct book b = book_new();
    book_file_index(&b);
    return b;
}
