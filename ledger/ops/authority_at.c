#include "ledger/ops/authority_at.h"

#include "ledger/law/entitlement.h"
#include "ledger/law/registrar.h"
#include "ledger/ops/authority_replay.h"
#include "ledger/ops/reader.h"

/* An index that lies would lead to an authority that never was. */
static enum ledger_status compare_with_entry(struct ledger_reader *reader,
                                             struct ledger_authority *authority, uint64_t index,
                                             struct ledger_error *error)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_hash root;
    struct ledger_verdict verdict;
    enum ledger_status status = ledger_reader_entry(reader, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_verdict_clear(&verdict);
    ledger_authority_root(authority, reader->hasher, &root);
    if (!ledger_entry_parse(&entry, &verdict, bytes) ||
        !ledger_hash_equal(&root, &entry.authority)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "entry %llu names another authority than the entries before it "
                                "give: verify the ledger",
                                (unsigned long long)index);
    }
    return LEDGER_OK;
}

/* Behind the last entry nothing names the authority any more: there it is compared before that
 * entry, which is then carried out. */
static enum ledger_status replay(struct ledger_reader *reader, struct ledger_authority *authority,
                                 uint64_t index, struct ledger_error *error)
{
    uint64_t named = index == reader->size && index > 0 ? index - 1 : index;
    enum ledger_status status =
        ledger_authority_replay(authority, reader->store, reader->hasher, 0, named, error);
    if (status == LEDGER_OK && named < reader->size) {
        status = compare_with_entry(reader, authority, named, error);
    }
    if (status == LEDGER_OK && named < index) {
        status =
            ledger_authority_replay(authority, reader->store, reader->hasher, named, index, error);
    }
    return status;
}

enum ledger_status ledger_reader_authority(struct ledger_reader *reader,
                                           struct ledger_authority **authority, uint64_t index,
                                           struct ledger_error *error)
{
    *authority = NULL;
    if (index > reader->size) {
        return ledger_error_set(error, LEDGER_NOT_FOUND, 0,
                                "there is no entry %llu yet: the ledger has %llu",
                                (unsigned long long)index, (unsigned long long)reader->size);
    }
    if (ledger_authority_new(authority) != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot rebuild the authority");
    }
    enum ledger_status status = replay(reader, *authority, index, error);
    if (status != LEDGER_OK) {
        ledger_authority_free(authority);
    }
    return status;
}

static bool may_stand(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                      struct ledger_verdict *verdict, const struct ledger_record *record,
                      struct ledger_span origin, uint64_t index)
{
    LEDGER_ASSERT(ledger_record_is_authority(record));
    return ledger_belongs(verdict, record, origin, index) &&
           (!ledger_is_registrars(record) ||
            ledger_registrar_reaches(authority, hasher, verdict, record));
}

enum ledger_status ledger_authority_try(struct ledger_authority *authority,
                                        struct ledger_hasher *hasher,
                                        struct ledger_verdict *verdict, bool *possible,
                                        const struct ledger_record *record,
                                        struct ledger_span origin, uint64_t index)
{
    *possible = false;
    return may_stand(authority, hasher, verdict, record, origin, index)
               ? ledger_authority_change(authority, hasher, verdict, possible, record, index)
               : LEDGER_OK;
}
