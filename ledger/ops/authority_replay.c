#include "ledger/ops/authority_replay.h"

#include "ledger/base/encoding.h"
#include "ledger/format/entry.h"

static enum ledger_status replay_one(struct ledger_authority *authority, struct ledger_store *store,
                                     struct ledger_hasher *hasher, uint64_t index,
                                     struct ledger_error *error)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    bool done = false;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_store_known_entry(store, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (ledger_entry_parse(&entry, &verdict, bytes)) {
        status = ledger_authority_change(authority, hasher, &verdict, &done, &entry.record, index);
    }
    if (status != LEDGER_OK) {
        return ledger_error_set(error, status, 0, "cannot rebuild the authority");
    }
    return done ? LEDGER_OK
                : ledger_error_set(error, LEDGER_DAMAGED, 0,
                                   "the authority record in entry %llu cannot be carried out: %s",
                                   (unsigned long long)index, verdict.detail);
}

enum ledger_status ledger_authority_replay(struct ledger_authority *authority,
                                           struct ledger_store *store, struct ledger_hasher *hasher,
                                           uint64_t from, uint64_t before,
                                           struct ledger_error *error)
{
    struct ledger_scan scan;
    struct ledger_span key;
    struct ledger_span value;
    uint8_t first[8];
    ledger_put_be64(first, from);
    enum ledger_status status = ledger_scan_open(&scan, store, LEDGER_TABLE_AUTHORITY,
                                                 (struct ledger_span){NULL, 0}, error);
    while (status == LEDGER_OK) {
        status =
            ledger_scan_next(&scan, &key, &value, (struct ledger_span){first, sizeof first}, error);
        if (status == LEDGER_OK && key.size != 8) {
            status = ledger_error_set(error, LEDGER_DAMAGED, 0, "an index row has a wrong size");
        }
        if (status != LEDGER_OK || ledger_get_be64(key.data) >= before) {
            break;
        }
        status = replay_one(authority, store, hasher, ledger_get_be64(key.data), error);
    }
    ledger_scan_close(&scan);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}

enum ledger_status ledger_authority_changed(struct ledger_store *store, bool *changed,
                                            uint64_t from, uint64_t before,
                                            struct ledger_error *error)
{
    struct ledger_scan scan;
    struct ledger_span key;
    struct ledger_span value;
    uint8_t first[8];
    ledger_put_be64(first, from);
    enum ledger_status status = ledger_scan_open(&scan, store, LEDGER_TABLE_AUTHORITY,
                                                 (struct ledger_span){NULL, 0}, error);
    if (status == LEDGER_OK) {
        status =
            ledger_scan_next(&scan, &key, &value, (struct ledger_span){first, sizeof first}, error);
    }
    /* A key of another size says nothing: the replay that follows names it. */
    *changed = status == LEDGER_OK && (key.size != 8 || ledger_get_be64(key.data) < before);
    ledger_scan_close(&scan);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}
