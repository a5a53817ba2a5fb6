#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/store/file_system.h"
#include "ledger/store/image_check.h"
#include "ledger/store/store.h"

#define ATTEMPTS 5

/* Three answers to how many tables there are, each with the commit that it is of. */
struct looks {
    unsigned image; /* by the structure of the file; 0: it was not looked at */
    uint64_t image_commit;
    unsigned tables; /* by the engine */
    uint64_t tables_commit;
    unsigned format; /* by the format that the store says it has */
    uint64_t format_commit;
};

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

static enum ledger_status check_format(struct ledger_store *store, struct looks *looks,
                                       const char *path, struct ledger_error *error)
{
    struct ledger_span format;
    enum ledger_status status = ledger_engine_begin(&store->txn, store->engine, false, error);
    if (status != LEDGER_OK) {
        return status;
    }
    looks->format_commit = ledger_engine_commit_seen(store->txn);
    status =
        ledger_engine_get(store->txn, &format, LEDGER_TABLE_META, ledger_span_of("format"), error);
    if (status == LEDGER_NOT_FOUND) {
        status = ledger_error_set(error, LEDGER_DAMAGED, 0, "'%s' does not say its format", path);
    } else if (status == LEDGER_OK) {
        status = tables_of(&looks->format, format, path, error);
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

/* Readers wait about half a second at most; who writes, audits, or reads what others wrote, waits
 * for all. */
#define QUICK_CHECK_MAX (UINT64_C(1) << 30)

static enum ledger_status check_image(struct looks *looks, const char *path,
                                      enum ledger_store_mode mode, struct ledger_error *error)
{
    bool live = mode == LEDGER_STORE_READ || mode == LEDGER_STORE_AUDIT;
    uint64_t whole_max = mode == LEDGER_STORE_READ ? QUICK_CHECK_MAX : UINT64_MAX;
    char file[PATH_MAX];
    struct ledger_image_report report;
    enum ledger_status status = path_of_data(file, path, error);
    if (status == LEDGER_OK) {
        status = live ? ledger_image_check_live(&report, file, whole_max, error)
                      : ledger_image_check(&report, file, error);
    }
    if (status == LEDGER_OK && report.pages != 0) {
        looks->image = report.tables;
        looks->image_commit = report.transaction;
    }
    return status;
}

static enum ledger_status open_engine(struct ledger_store *store, struct looks *looks,
                                      const char *path, enum ledger_store_mode mode,
                                      uint64_t map_size, struct ledger_error *error)
{
    static const enum ledger_engine_mode modes[] = {[LEDGER_STORE_READ] = LEDGER_ENGINE_READ,
                                                    [LEDGER_STORE_AUDIT] = LEDGER_ENGINE_READ,
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
        status = check_image(looks, path, mode, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_engine_open(&store->engine, path, &options, error);
    }
    return status;
}

static enum ledger_status look(struct ledger_store *store, struct looks *looks, const char *path,
                               enum ledger_store_mode mode, uint64_t map_size,
                               struct ledger_error *error)
{
    ledger_engine_close(&store->engine);
    *looks = (struct looks){0};
    enum ledger_status status = open_engine(store, looks, path, mode, map_size, error);
    if (status == LEDGER_OK) {
        store->tables = ledger_engine_tables(store->engine);
        looks->tables = store->tables;
        looks->tables_commit = ledger_engine_tables_commit(store->engine);
        status = check_format(store, looks, path, error);
    }
    return status;
}

/* The tables that are there and those of the format must be the same. Looks at different commits
 * may differ, since a writer may give the store its newer format in between; that the file is ahead
 * of what transactions see is nothing to wait for: if the writer died, it stays so until the last
 * reader is gone. LEDGER_BUSY: look again. */
static enum ledger_status compare(const struct looks *looks)
{
    bool ahead = looks->image_commit > looks->format_commit && looks->image == LEDGER_TABLE_COUNT;
    bool same_tables = looks->tables == looks->format;
    bool same_image = looks->image == 0 || looks->image == looks->format || ahead;
    if (same_tables && same_image) {
        return LEDGER_OK;
    }
    return (!same_tables && looks->tables_commit == looks->format_commit) ||
                   (!same_image && looks->image_commit == looks->format_commit)
               ? LEDGER_DAMAGED
               : LEDGER_BUSY;
}

static enum ledger_status tell_difference(const struct looks *looks, enum ledger_status found,
                                          const char *path, struct ledger_error *error)
{
    unsigned tables = looks->tables != looks->format ? looks->tables : looks->image;
    if (found == LEDGER_DAMAGED) {
        return ledger_error_set(error, found, 0,
                                "the store '%s' has %u tables, not the %u of its format", path,
                                tables, looks->format);
    }
    return ledger_error_set(error, found, 0,
                            "cannot tell the format of '%s': it was changed each time; try again",
                            path);
}

static enum ledger_status open_store(struct ledger_store *store, const char *path,
                                     enum ledger_store_mode mode, uint64_t map_size,
                                     struct ledger_error *error)
{
    struct looks looks;
    enum ledger_status found = LEDGER_BUSY;
    for (unsigned i = 0; found == LEDGER_BUSY && i < ATTEMPTS; i++) {
        enum ledger_status status = look(store, &looks, path, mode, map_size, error);
        if (status != LEDGER_OK) {
            return status;
        }
        found = compare(&looks);
    }
    return found == LEDGER_OK ? LEDGER_OK : tell_difference(&looks, found, path, error);
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
