#include "ledger/ops/search_published.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/ops/published.h"

static bool has(const char *path, const char *name)
{
    char file[PATH_MAX];
    struct stat info;
    int size = snprintf(file, sizeof file, "%s/%s", path, name);
    return size > 0 && (size_t)size < sizeof file && lstat(file, &info) == 0;
}

enum ledger_form ledger_form_of(const char *path)
{
    if (!has(path, LEDGER_PUBLISHED_CHECKPOINT)) {
        return LEDGER_FORM_STORE;
    }
    return has(path, "data.mdb") ? LEDGER_FORM_UNCLEAR : LEDGER_FORM_PUBLISHED;
}

/* The next entry; that the files do not give it is a status here, not a finding. */
static enum ledger_status next_entry(struct ledger_published *published, struct ledger_span *entry,
                                     struct ledger_error *error)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_published_next(published, entry, &verdict, error);
    return status == LEDGER_OK && verdict.finding != LEDGER_NOT_CHECKED
               ? ledger_error_set(error, LEDGER_DAMAGED, 0, "%s", verdict.detail)
               : status;
}

static enum ledger_status find_entry(struct ledger_published *published, struct ledger_span *entry,
                                     uint64_t index, struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    published->next = index / LEDGER_TILE_WIDTH * LEDGER_TILE_WIDTH;
    while (status == LEDGER_OK && published->next <= index) {
        status = next_entry(published, entry, error);
    }
    return status;
}

enum ledger_status ledger_published_entry(uint8_t memory[LEDGER_ENTRY_MAX],
                                          struct ledger_span *entry, const char *path,
                                          uint64_t index, struct ledger_error *error)
{
    struct ledger_published published = LEDGER_PUBLISHED_CLOSED;
    struct ledger_verdict verdict;
    struct ledger_span found = {NULL, 0};
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_published_open(&published, &verdict, path, error);
    if (status == LEDGER_OK &&
        (verdict.finding != LEDGER_NOT_CHECKED || index >= published.checkpoint.size)) {
        status = ledger_error_set(error, LEDGER_NOT_FOUND, 0, "there is no entry %llu",
                                  (unsigned long long)index);
    }
    if (status == LEDGER_OK) {
        status = find_entry(&published, &found, index, error);
    }
    if (status == LEDGER_OK) {
        memcpy(memory, found.data, found.size);
        *entry = (struct ledger_span){memory, found.size};
    }
    ledger_published_close(&published);
    return status;
}

static enum ledger_status look_at(struct ledger_published *published,
                                  const struct ledger_query *query, ledger_found *found,
                                  void *context, struct ledger_error *error)
{
    uint64_t index = published->next;
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = next_entry(published, &bytes, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_entry_parse(&entry, &verdict, bytes) || entry.index != index) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is damaged: %s",
                                (unsigned long long)index, verdict.detail);
    }
    return ledger_query_matches(query, &entry) ? found(context, &entry, bytes) : LEDGER_OK;
}

static enum ledger_status open_for_search(struct ledger_published *published, const char *path,
                                          struct ledger_error *error)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status = ledger_published_open(published, &verdict, path, error);
    return status == LEDGER_OK && verdict.finding != LEDGER_NOT_CHECKED
               ? ledger_error_set(error, LEDGER_DAMAGED, 0, "%s", verdict.detail)
               : status;
}

enum ledger_status ledger_search_published(const char *path, const struct ledger_query *query,
                                           ledger_found *found, void *context,
                                           struct ledger_error *error)
{
    struct ledger_published published = LEDGER_PUBLISHED_CLOSED;
    enum ledger_status status = open_for_search(&published, path, error);
    if (status != LEDGER_OK) {
        ledger_published_close(&published);
        return status;
    }
    published.next = query->from / LEDGER_TILE_WIDTH * LEDGER_TILE_WIDTH;
    while (status == LEDGER_OK && published.next < published.checkpoint.size) {
        status = look_at(&published, query, found, context, error);
    }
    ledger_published_close(&published);
    return status == LEDGER_NOT_FOUND ? LEDGER_OK : status;
}
