#include "tests/index_samples.h"

struct ledger_span index_note(struct samples *samples, uint64_t size,
                              const struct ledger_hash *root, enum sample_who who)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE) + 1] = {0};
    struct ledger_buffer base64 = ledger_buffer_in(memory, sizeof memory - 1);
    ledger_buffer_base64(&base64, root->bytes, sizeof root->bytes);
    struct sample_record what = {
        .kind = LEDGER_KIND_INDEX,
        .event = "root",
        .matter = LEDGER_KIND_INDEX,
        .institution = SAMPLE_ORIGIN,
        .fields = {samples_text(samples, "size %llu", (unsigned long long)size),
                   samples_text(samples, "root %s", (const char *)memory)},
        .signers = {who}};
    return samples_record(samples, &what);
}

struct ledger_span index_ordinary(struct samples *samples, uint64_t matter)
{
    struct sample_record what = {
        .matter = samples_text(samples, "粤穗南证〔2026〕第%llu号", (unsigned long long)matter)};
    return samples_record(samples, &what);
}

static void add_entry(struct ledger_prefix_map *map, struct ledger_hasher *hasher,
                      struct ledger_span matter, uint64_t index)
{
    struct ledger_hash key;
    struct ledger_hash value = {{0}};
    uint8_t bytes[1 + LEDGER_HASH_SIZE + 8] = {0x04};
    ledger_hash_bytes(hasher, &key, matter);
    (void)ledger_prefix_map_find(map, &key, &value);
    memcpy(bytes + 1, value.bytes, LEDGER_HASH_SIZE);
    ledger_put_be64(bytes + 1 + LEDGER_HASH_SIZE, index);
    ledger_hash_bytes(hasher, &value, (struct ledger_span){bytes, sizeof bytes});
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, &value, map), LEDGER_OK);
}

struct ledger_prefix_map *index_reference(struct samples *samples, uint64_t size)
{
    struct ledger_store *store = NULL;
    struct ledger_prefix_map *map = NULL;
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_new(&map), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(
        ledger_store_open(&store, samples->path, LEDGER_STORE_READ, 0, &samples->error), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_store_begin(store, NULL), LEDGER_OK);
    for (uint64_t i = 0; i < size; i++) {
        struct ledger_span bytes;
        struct ledger_entry entry;
        CU_ASSERT_EQUAL_FATAL(ledger_store_known_entry(store, &bytes, i, NULL), LEDGER_OK);
        CU_ASSERT_FATAL(ledger_entry_parse(&entry, &samples->verdict, bytes));
        add_entry(map, samples->hasher, entry.record.matter, i);
    }
    ledger_store_close(&store);
    return map;
}

struct ledger_hash index_reference_root(struct samples *samples, uint64_t size)
{
    struct ledger_hash root;
    struct ledger_prefix_map *map = index_reference(samples, size);
    ledger_prefix_map_root(map, samples->hasher, &root);
    ledger_prefix_map_free(&map);
    return root;
}

struct ledger_matters_now index_now(struct samples *samples, struct ledger_appender *appender)
{
    struct ledger_matters_now now = {0};
    enum ledger_status status = ledger_appender_matters(appender, &now, &samples->error);
    if (status != LEDGER_OK) {
        printf("\n%s\n", samples->error.what);
    }
    CU_ASSERT_EQUAL_FATAL(status, LEDGER_OK);
    return now;
}

uint64_t index_append(struct samples *samples, struct ledger_appender *appender)
{
    uint64_t index = LEDGER_NO_ENTRY;
    struct ledger_matters_now now = index_now(samples, appender);
    struct ledger_span note = index_note(samples, now.size, &now.root, SAMPLE_OPERATOR);
    CU_ASSERT_EQUAL_FATAL(append_one(samples, appender, note, &index), LEDGER_VALID);
    CU_ASSERT_EQUAL(index, now.size);
    return index;
}

struct ledger_span index_row(struct samples *samples, uint8_t key[LEDGER_ROW_KEY_SIZE],
                             struct ledger_span matter, uint64_t index)
{
    struct ledger_hash hash;
    ledger_hash_bytes(samples->hasher, &hash, matter);
    ledger_key_row(key, &hash, index);
    return (struct ledger_span){key, LEDGER_ROW_KEY_SIZE};
}
