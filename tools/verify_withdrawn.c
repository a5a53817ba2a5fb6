#include "tools/verify_withdrawn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/grown.h"
#include "tools/verify_text.h"

#define SHOWN 20 /* in the report for a reader */

static const char word[] = "compromise ";

struct verify_withdrawn_event {
    const char *key;
    uint64_t entry;
    bool set;
    uint64_t from; /* if `set` */
};

/* --- collecting --- */

/* Takes the key of `event` from `subject`. */
static enum ledger_status add(struct verify_withdrawn *w, struct verify_withdrawn_event event,
                              struct ledger_span subject)
{
    const size_t head = sizeof word - 1;
    char **keys = grown(w->keys, w->key_count, sizeof *keys);
    w->keys = keys != NULL ? keys : w->keys;
    struct verify_withdrawn_event *events = grown(w->events, w->event_count, sizeof *events);
    w->events = events != NULL ? events : w->events;
    char *key = strndup((const char *)subject.data + head, subject.size - head);
    if (keys == NULL || events == NULL || key == NULL) {
        free(key);
        return LEDGER_NO_MEMORY;
    }
    keys[w->key_count++] = key;
    event.key = key;
    events[w->event_count++] = event;
    return LEDGER_OK;
}

static enum ledger_status take_set(struct verify_withdrawn *w, uint64_t entry,
                                   struct ledger_span text)
{
    struct ledger_authority_line line;
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    if (!ledger_authority_line_parse(w->hasher, &line, &ignored, text) ||
        line.type != LEDGER_LINE_COMPROMISE) {
        return LEDGER_OK;
    }
    struct verify_withdrawn_event event = {.entry = entry, .set = true, .from = line.from};
    return add(w, event, line.subject);
}

enum ledger_status verify_withdrawn_take(void *context, const struct ledger_entry *entry,
                                         const struct ledger_step *step,
                                         const struct ledger_hash *leaf)
{
    struct verify_withdrawn *w = context;
    struct ledger_lines unsets = entry->record.unsets;
    struct ledger_lines sets = entry->record.sets;
    struct ledger_span value;
    enum ledger_status status = LEDGER_OK;
    (void)step;
    (void)leaf;
    if (!ledger_record_is_authority(&entry->record)) {
        return LEDGER_OK;
    }
    if (w->hasher == NULL) {
        status = ledger_hasher_new(&w->hasher);
    }
    while (status == LEDGER_OK && ledger_lines_next(&unsets, &value)) {
        if (ledger_span_starts(value, word)) {
            status = add(w, (struct verify_withdrawn_event){.entry = entry->index}, value);
        }
    }
    while (status == LEDGER_OK && ledger_lines_next(&sets, &value)) {
        status = take_set(w, entry->index, value);
    }
    return status;
}

static int by_key(const void *left, const void *right)
{
    const struct verify_withdrawn_event *a = left;
    const struct verify_withdrawn_event *b = right;
    int order = strcmp(a->key, b->key);
    /* No change has two lines of one subject. */
    return order != 0 ? order : a->entry < b->entry ? -1 : 1;
}

static int by_entry(const void *left, const void *right)
{
    const struct verify_withdrawal *a = left;
    const struct verify_withdrawal *b = right;
    return a->entry != b->entry ? (a->entry < b->entry ? -1 : 1)
                                : ledger_span_compare(a->key, b->key);
}

/* What follows a declaration of the same key ends it. */
static bool pair_up(struct verify_withdrawn *w)
{
    w->list = calloc(w->event_count + 1, sizeof *w->list);
    if (w->list == NULL) {
        return false;
    }
    if (w->event_count > 0) {
        qsort(w->events, w->event_count, sizeof *w->events, by_key);
    }
    for (size_t i = 0; i + 1 < w->event_count; i++) {
        const struct verify_withdrawn_event *before = &w->events[i];
        const struct verify_withdrawn_event *after = before + 1;
        if (before->set && strcmp(before->key, after->key) == 0) {
            w->list[w->count++] = (struct verify_withdrawal){.key = ledger_span_of(before->key),
                                                             .declared = before->entry,
                                                             .from = before->from,
                                                             .entry = after->entry,
                                                             .moved = after->set,
                                                             .to = after->from};
        }
    }
    qsort(w->list, w->count, sizeof *w->list, by_entry);
    return true;
}

int verify_withdrawn_finish(struct verify_withdrawn *withdrawn)
{
    return pair_up(withdrawn) ? CLI_DONE : cli_fail("cannot report what was found: out of memory");
}

void verify_withdrawn_free(struct verify_withdrawn *withdrawn)
{
    for (size_t i = 0; i < withdrawn->key_count; i++) {
        free(withdrawn->keys[i]);
    }
    free(withdrawn->keys);
    free(withdrawn->list);
    free(withdrawn->events);
    ledger_hasher_free(&withdrawn->hasher);
    *withdrawn = (struct verify_withdrawn){0};
}

/* --- reporting --- */

void verify_withdrawn_text(const struct verify_withdrawn *withdrawn)
{
    if (withdrawn->count == 0) {
        return;
    }
    text_section("declarations of compromise that were taken back");
    for (size_t i = 0; i < withdrawn->count && i < SHOWN; i++) {
        const struct verify_withdrawal *one = &withdrawn->list[i];
        text_row("key", "%.*s", LEDGER_SPAN_ARGS(one->key));
        text_row("", "from entry %" PRIu64 " on, by entry %" PRIu64, one->from, one->declared);
        if (one->moved) {
            text_row("", "from entry %" PRIu64 " on instead, by entry %" PRIu64, one->to,
                     one->entry);
        } else {
            text_row("", "taken back by entry %" PRIu64, one->entry);
        }
    }
    if (withdrawn->count > SHOWN) {
        text_row("", "and %zu more; '--json' lists all", withdrawn->count - SHOWN);
    }
    text_lines("What these keys signed is listed as in doubt only as far as a declaration stands.\n"
               "Ask why one was taken back before you rely on the rest.");
}

void verify_withdrawn_json(struct json_value *object, const struct verify_withdrawn *withdrawn)
{
    struct json_value *list = json_array_new();
    for (size_t i = 0; i < withdrawn->count; i++) {
        const struct verify_withdrawal *one = &withdrawn->list[i];
        struct json_value *member = json_object_new();
        json_add_text(member, "key", one->key);
        json_add_number(member, "declared", one->declared);
        json_add_number(member, "from", one->from);
        json_add_number(member, "ended", one->entry);
        if (one->moved) {
            json_add_number(member, "moved_to", one->to);
        }
        json_append(list, member);
    }
    json_add(object, "withdrawn", list);
}
