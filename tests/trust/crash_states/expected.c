#include "tests/trust/crash_states/expected.h"

#include <string.h>

#include "ledger/format/entry.h"
#include "tests/trust/crash_states/fatal.h"

static struct ledger_span copy_of(struct ledger_span bytes)
{
    uint8_t *copy = grown(NULL, bytes.size, 1);
    memcpy(copy, bytes.data, bytes.size);
    return (struct ledger_span){copy, bytes.size};
}

static void make_room(struct expected *e)
{
    size_t count = (size_t)e->size + 1;
    e->entries = grown(NULL, count, sizeof *e->entries);
    e->notes = grown(NULL, count, sizeof *e->notes);
    e->texts = grown(NULL, count, sizeof *e->texts);
    e->leaves = grown(NULL, count, sizeof *e->leaves);
    e->roots = grown(NULL, count, sizeof *e->roots);
    e->checkpoints = grown(NULL, count, sizeof *e->checkpoints);
}

static void load_entry(struct expected *e, struct ledger_store *store,
                       struct ledger_frontier *frontier, uint64_t index)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (ledger_store_known_entry(store, &bytes, index, NULL) != LEDGER_OK) {
        fatal("entry %llu cannot be read", (unsigned long long)index);
    }
    e->entries[index] = copy_of(bytes);
    if (!ledger_entry_parse(&entry, &verdict, e->entries[index])) {
        fatal("entry %llu is none", (unsigned long long)index);
    }
    e->notes[index] = entry.note;
    ledger_hash_bytes(e->hasher, &e->texts[index], entry.record.note.text);
    ledger_tree_leaf(e->hasher, &e->leaves[index], bytes);
    ledger_frontier_append(e->hasher, frontier, &e->leaves[index], NULL, NULL);
    ledger_frontier_root(e->hasher, &e->roots[index + 1], frontier);
}

static void load_checkpoint(struct expected *e, struct ledger_store *store, uint64_t size)
{
    struct ledger_span note;
    enum ledger_status status = ledger_store_checkpoint(store, &note, size, NULL);
    e->checkpoints[size] = (struct ledger_span){NULL, 0};
    if (status == LEDGER_OK) {
        e->checkpoints[size] = copy_of(note);
    } else if (status != LEDGER_NOT_FOUND) {
        fatal("the checkpoint of %llu entries cannot be read", (unsigned long long)size);
    }
}

void expected_load(struct expected *expected, const char *path)
{
    struct ledger_store *store;
    struct ledger_error error = {.status = LEDGER_OK};
    struct ledger_frontier frontier;
    if (ledger_hasher_new(&expected->hasher) != LEDGER_OK ||
        ledger_store_open(&store, path, LEDGER_STORE_READ_UNLOCKED, 0, &error) != LEDGER_OK ||
        ledger_store_begin(store, &error) != LEDGER_OK ||
        ledger_store_size(store, &expected->size, &error) != LEDGER_OK) {
        fatal("cannot read ledger '%s': %s", path, error.what);
    }
    make_room(expected);
    ledger_frontier_start(&frontier);
    for (uint64_t i = 0; i < expected->size; i++) {
        load_entry(expected, store, &frontier, i);
    }
    for (uint64_t i = 0; i <= expected->size; i++) {
        load_checkpoint(expected, store, i);
    }
    ledger_store_close(&store);
}

uint64_t expected_after(const struct expected *expected, uint64_t size, unsigned batches)
{
    while (batches > 0 && size < expected->size) {
        size++;
        if (expected->checkpoints[size].size > 0) {
            batches--;
        }
    }
    return size;
}
