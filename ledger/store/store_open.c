#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/store/file_system.h"
#include "ledger/store/image_check.h"
#include "ledger/store/store.h"

static enum ledger_status tables_of(unsigned *tables, struct ledger_span format, const char *path,
                                    struct ledger_error *error)
{
    if (ledger_span_is(format, LEDGER_STORE_FORMAT)) {
        *tables = LEDGER_TABLE_COUNT;
    } else if (ledger_span_is(format, LEDGER_STORE_FORMAT_1)) {
        *tables = LEDGER_TABLE_COUNT_1;
    } else {
        return ledger_error_set(error, LEDGER_NEWER_FORMAT, 0,
                                "'%s' has format '%.*s'; this version reads '%s'", path,
                                (int)(format.size < 80 ? format.size : 80),
                                (const char *)format.data, LEDGER_STORE_FORMAT);
    }
    return LEDGER_OK;
}

static enum ledger_status check_format(struct ledger_store *store, unsigned *tables,
                                       const char *path, struct ledger_error *error)
{
    struct ledger_span format;
    enum ledger_status status = ledger_engine_begin(&store->txn, store->engine, false, error);
    if (status != LEDGER_OK) {
        return status;
    }
    status =
        ledger_engine_get(store->txn, &format, LEDGER_TABLE_META, ledger_span_of("format"), error);
    if (status == LEDGER_NOT_FOUND) {
        status = ledger_error_set(error, LEDGER_DAMAGED, 0, "'%s' does not say its format", path);
    } else if (status == LEDGER_OK) {
        status = tables_of(tables, format, path, error);
    }
    ledger_store_end(store);
    return status;
}

static enum ledger_status path_of_data(char file[PATH_MAX], const char *path,
                                       struct ledger_error *error)
{
    int size = snprintf(file, PATH_MAX, "%s/data.mdb", path);
    return size > 0 && size < PATH_MAX
               ? LEDGER_OK
               : ledger_error_set(error, LEDGER_INVALID, 0, "the path '%s' is too long", path);
}

/* Sets `*tables` if the structure could be looked at; else leaves it alone. */
static enum ledger_status check_image(unsigned *tables, const char *path, bool live,
                                      uint64_t whole_max, struct ledger_error *error)
{
    char file[PATH_MAX];
    struct ledger_image_report report;
    enum ledger_status status = path_of_data(file, path, error);
    if (status == LEDGER_OK) {
        status = live ? ledger_image_check_live(&report, file, whole_max, error)
                      : ledger_image_check(&report, file, error);
    }
    if (status == LEDGER_OK && report.pages != 0) {
        *tables = report.tables;
    }
    return status;
}

enum ledger_status ledger_store_check_live(const char *path, struct ledger_error *error)
{
    unsigned tables;
    return check_image(&tables, path, true, UINT64_MAX, error);
}

/* Readers wait about half a second at most; who writes, or reads what others wrote, waits for all.
 */
#define QUICK_CHECK_MAX (UINT64_C(1) << 30)

static enum ledger_status open_engine(struct ledger_store *store, unsigned *found, const char *path,
                                      enum ledger_store_mode mode, uint64_t map_size,
                                      struct ledger_error *error)
{
    static const enum ledger_engine_mode modes[] = {[LEDGER_STORE_READ] = LEDGER_ENGINE_READ,
                                                    [LEDGER_STORE_READ_UNLOCKED] =
                                                        LEDGER_ENGINE_READ_UNLOCKED,
                                                    [LEDGER_STORE_WRITE] = LEDGER_ENGINE_WRITE};
    struct ledger_engine_options options = {modes[mode], map_size, ledger_table_names,
                                            LEDGER_TABLE_COUNT, LEDGER_TABLE_COUNT_1};
    enum ledger_status status = LEDGER_OK;
    if (mode != LEDGER_STORE_READ_UNLOCKED) {
        status = ledger_file_system_check(path, error);
    }
    if (status == LEDGER_OK) {
        status = check_image(found, path, mode == LEDGER_STORE_READ, QUICK_CHECK_MAX, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_engine_open(&store->engine, path, &options, error);
    }
    return status;
}

static enum ledger_status open_once(struct ledger_store *store, unsigned *found, unsigned *expected,
                                    const char *path, enum ledger_store_mode mode,
                                    uint64_t map_size, struct ledger_error *error)
{
    ledger_engine_close(&store->engine);
    *found = 0;
    enum ledger_status status = open_engine(store, found, path, mode, map_size, error);
    if (status == LEDGER_OK) {
        store->tables = ledger_engine_tables(store->engine);
        *found = *found != 0 ? *found : store->tables;
        status = check_format(store, expected, path, error);
    }
    return status;
}

/* The tables that the structure shows, that the engine found and that the format has must be the
 * same; a writer may give the store its newer format between two looks, but only once. */
static enum ledger_status open_store(struct ledger_store *store, const char *path,
                                     enum ledger_store_mode mode, uint64_t map_size,
                                     struct ledger_error *error)
{
    unsigned found = 0;
    unsigned expected = 0;
    for (unsigned i = 0; i < 2; i++) {
        enum ledger_status status =
            open_once(store, &found, &expected, path, mode, map_size, error);
        if (status != LEDGER_OK || (found == expected && store->tables == expected)) {
            return status;
        }
    }
    return ledger_error_set(error, LEDGER_DAMAGED, 0,
                            "the store '%s' has %u tables, not the %u of "
                            "its format",
                            path, found, expected);
}

enum ledger_status ledger_store_open(struct ledger_store **out, const char *path,
                                     enum ledger_store_mode mode, uint64_t map_size,
                                     struct ledger_error *error)
{
    *out = NULL;
    struct ledger_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot open '%s'", path);
    }
    enum ledger_status status = open_store(store, path, mode, map_size, error);
    if (status != LEDGER_OK) {
        ledger_store_close(&store);
        return status;
    }
    *out = store;
    return LEDGER_OK;
}

void ledger_store_close(struct ledger_store **store)
{
    if (*store != NULL) {
        ledger_store_end(*store);
        ledger_engine_close(&(*store)->engine);
        free(*store);
        *store = NULL;
    }
}
