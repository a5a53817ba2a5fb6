#include "ledger/ops/matter_rows.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/law/matter_tree.h"

enum ledger_status ledger_matter_rows_open(struct ledger_matter_rows *rows,
                                           struct ledger_store *store, struct ledger_hasher *hasher,
                                           uint16_t bucket, uint64_t then, uint64_t now,
                                           struct ledger_error *error)
{
    LEDGER_ASSERT(then <= now);
    rows->hasher = hasher;
    rows->then = then;
    rows->now = now;
    rows->prefix[0] = (uint8_t)(bucket >> 8);
    rows->prefix[1] = (uint8_t)bucket;
    rows->any = false;
    rows->waiting = false;
    return ledger_scan_open(&rows->scan, store, LEDGER_TABLE_MATTERS,
                            (struct ledger_span){rows->prefix, sizeof rows->prefix}, error);
}

void ledger_matter_rows_close(struct ledger_matter_rows *rows)
{
    ledger_scan_close(&rows->scan);
}

/* Reads a row, unless one is waiting. */
static enum ledger_status read_row(struct ledger_matter_rows *rows, struct ledger_error *error)
{
    static const struct ledger_span from = {NULL, 0};
    struct ledger_span key;
    struct ledger_span value;
    if (rows->waiting) {
        return LEDGER_OK;
    }
    enum ledger_status status = ledger_scan_next(&rows->scan, &key, &value, from, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (key.size != LEDGER_ROW_KEY_SIZE || value.size != 0) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "table 'matters' has a row of another form: verify the ledger");
    }
    /* Nothing but the rows' order keeps the matters apart. */
    if (rows->any && memcmp(rows->last, key.data, sizeof rows->last) >= 0) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "the rows of table 'matters' are out of order: verify the ledger");
    }
    memcpy(rows->last, key.data, sizeof rows->last);
    memcpy(rows->matter.bytes, key.data, LEDGER_HASH_SIZE);
    rows->index = ledger_get_be64(key.data + LEDGER_HASH_SIZE);
    rows->any = true;
    rows->waiting = true;
    return LEDGER_OK;
}

static void count_row(const struct ledger_matter_rows *rows, struct ledger_matter_row *row)
{
    if (rows->index >= rows->now) {
        return;
    }
    ledger_matter_value_add(rows->hasher, &row->now, rows->index);
    row->now_count++;
    if (rows->index < rows->then) {
        row->then = row->now;
        row->then_count++;
    }
}

enum ledger_status ledger_matter_rows_next(struct ledger_matter_rows *rows,
                                           struct ledger_matter_row *row,
                                           struct ledger_error *error)
{
    enum ledger_status status = read_row(rows, error);
    if (status != LEDGER_OK) {
        return status;
    }
    *row = (struct ledger_matter_row){.matter = rows->matter};
    while (status == LEDGER_OK && ledger_hash_equal(&rows->matter, &row->matter)) {
        count_row(rows, row);
        rows->waiting = false;
        status = read_row(rows, error);
    }
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}
