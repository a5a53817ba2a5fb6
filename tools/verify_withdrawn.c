#include "tools/verify_withdrawn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/grown.h"
#include "tools/read_ledger.h"
#include "tools/verify_text.h"

#define SHOWN 20 /* in the report for a reader */

static const char word[] = "compromise ";

/* A line of a change that sets or unsets a declaration. */
struct event {
    const char *key;
    uint64_t entry;
    bool set;
    uint64_t from; /* if `set` */
};

struct collector {
    struct ledger_hasher *hasher;
    struct verify_withdrawn *out;
    struct event *events;
    size_t count;
    uint64_t size;
};

/* --- collecting --- */

/* Takes the key of `event` from `subject`. */
static enum ledger_status add(struct collector *c, struct event event, struct ledger_span subject)
{
    const size_t head = sizeof word - 1;
    char **keys = grown(c->out->keys, c->out->key_count, sizeof *keys);
    c->out->keys = keys != NULL ? keys : c->out->keys;
    struct event *events = grown(c->events, c->count, sizeof *events);
    c->events = events != NULL ? events : c->events;
    char *key = strndup((const char *)subject.data + head, subject.size - head);
    if (keys == NULL || events == NULL || key == NULL) {
        free(key);
        return LEDGER_NO_MEMORY;
    }
    keys[c->out->key_count++] = key;
    event.key = key;
    events[c->count++] = event;
    return LEDGER_OK;
}

static enum ledger_status take_set(struct collector *c, uint64_t entry, struct ledger_span text)
{
    struct ledger_authority_line line;
    struct ledger_verdict ignored;
    ledger_verdict_clear(&ignored);
    if (!ledger_authority_line_parse(c->hasher, &line, &ignored, text) ||
        line.type != LEDGER_LINE_COMPROMISE) {
        return LEDGER_OK;
    }
    struct event event = {.entry = entry, .set = true, .from = line.from};
    return add(c, event, line.subject);
}

static enum ledger_status take_entry(void *context, const struct ledger_entry *entry,
                                     struct ledger_span bytes)
{
    struct collector *c = context;
    struct ledger_lines unsets = entry->record.unsets;
    struct ledger_lines sets = entry->record.sets;
    struct ledger_span value;
    enum ledger_status status = LEDGER_OK;
    (void)bytes;
    if (entry->index >= c->size) {
        return LEDGER_NOT_FOUND;
    }
    while (status == LEDGER_OK && ledger_lines_next(&unsets, &value)) {
        if (ledger_span_starts(value, word)) {
            status = add(c, (struct event){.entry = entry->index}, value);
        }
    }
    while (status == LEDGER_OK && ledger_lines_next(&sets, &value)) {
        status = take_set(c, entry->index, value);
    }
    return status;
}

static int by_key(const void *left, const void *right)
{
    const struct event *a = left;
    const struct event *b = right;
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
static bool pair_up(struct collector *c)
{
    c->out->list = calloc(c->count + 1, sizeof *c->out->list);
    if (c->out->list == NULL) {
        return false;
    }
    if (c->count > 0) {
        qsort(c->events, c->count, sizeof *c->events, by_key);
    }
    for (size_t i = 0; i + 1 < c->count; i++) {
        const struct event *before = &c->events[i];
        const struct event *after = before + 1;
        if (before->set && strcmp(before->key, after->key) == 0) {
            c->out->list[c->out->count++] =
                (struct verify_withdrawal){.key = ledger_span_of(before->key),
                                           .declared = before->entry,
                                           .from = before->from,
                                           .entry = after->entry,
                                           .moved = after->set,
                                           .to = after->from};
        }
    }
    qsort(c->out->list, c->out->count, sizeof *c->out->list, by_entry);
    return true;
}

static int collect(struct collector *c, const struct cli_args *args, struct ledger_reader *reader)
{
    struct ledger_error error = {0};
    /* Changes have this kind and this matter, which is what the index is by. */
    struct ledger_query query = {.matter = ledger_span_of(LEDGER_KIND_AUTHORITY),
                                 .kind = ledger_span_of(LEDGER_KIND_AUTHORITY)};
    enum ledger_status status = ledger_search(reader, &query, take_entry, c, &error);
    if (status == LEDGER_NO_MEMORY || (status == LEDGER_OK && !pair_up(c))) {
        return cli_fail("cannot report what was found: out of memory");
    }
    return status == LEDGER_OK ? CLI_DONE : read_ledger_fail(args, &error);
}

int verify_withdrawn_read(struct verify_withdrawn *withdrawn, const struct cli_args *args,
                          const char *path, uint64_t size)
{
    struct collector c = {.out = withdrawn, .size = size};
    struct ledger_reader *reader = NULL;
    if (!read_ledger_open(&reader, args, path)) {
        return CLI_TROUBLE;
    }
    int status = ledger_hasher_new(&c.hasher) == LEDGER_OK ? collect(&c, args, reader)
                                                           : cli_fail("out of memory");
    ledger_hasher_free(&c.hasher);
    ledger_reader_close(&reader);
    free(c.events);
    return status;
}

void verify_withdrawn_free(struct verify_withdrawn *withdrawn)
{
    for (size_t i = 0; i < withdrawn->key_count; i++) {
        free(withdrawn->keys[i]);
    }
    free(withdrawn->keys);
    free(withdrawn->list);
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
