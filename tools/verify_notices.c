#include "tools/verify_notices.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/grown.h"
#include "tools/verify_text.h"

#define HOUR_MS INT64_C(3600000)

/* --- collecting --- */

/* A copy of the key of a compromise. They come before all that speaks of them, each once, so that
 * none is looked for here. False without memory. */
static bool copy_key(struct verify_notices *notices, struct ledger_span *key)
{
    char **keys = grown(notices->keys, notices->key_count, sizeof notices->keys[0]);
    notices->keys = keys != NULL ? keys : notices->keys;
    char *copy = keys != NULL ? strndup((const char *)key->data, key->size) : NULL;
    if (copy == NULL) {
        return false;
    }
    notices->keys[notices->key_count++] = copy;
    notices->sorted = false;
    *key = ledger_span_of(copy);
    return true;
}

static int compare_copies(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

static int compare_with_copy(const void *wanted, const void *element)
{
    const struct ledger_span *key = wanted;
    const char *const *copy = element;
    int order = strncmp((const char *)key->data, *copy, key->size);
    return order != 0 ? order : (*copy)[key->size] == '\0' ? 0 : -1;
}

/* The copy of a key that was declared compromised. False without one, which is for want of memory.
 */
static bool find_key(struct verify_notices *notices, struct ledger_span *key)
{
    if (!notices->sorted && notices->key_count > 0) {
        qsort(notices->keys, notices->key_count, sizeof notices->keys[0], compare_copies);
        notices->sorted = true;
    }
    char **found = notices->key_count == 0 ? NULL
                                           : bsearch(key, notices->keys, notices->key_count,
                                                     sizeof notices->keys[0], compare_with_copy);
    if (found != NULL) {
        *key = ledger_span_of(*found);
    }
    return found != NULL;
}

static bool take_key(struct verify_notices *notices, struct ledger_notice *kept)
{
    switch (kept->type) {
    case LEDGER_NOTICE_COMPROMISED:
        return copy_key(notices, &kept->key);
    case LEDGER_NOTICE_DOUBTFUL:
        return find_key(notices, &kept->key);
    case LEDGER_NOTICE_LATE:
        break;
    }
    return true;
}

static bool keep(struct verify_notices *notices, const struct ledger_notice *notice)
{
    struct ledger_notice kept = *notice;
    struct ledger_notice *list =
        grown(notices->notices, notices->count, sizeof notices->notices[0]);
    notices->notices = list != NULL ? list : notices->notices;
    if (list == NULL || !take_key(notices, &kept)) {
        return false;
    }
    notices->notices[notices->count++] = kept;
    return true;
}

/* Whether it speaks of the entry that the notice before it speaks of: of an entry in doubt there is
 * one for every such key that signed it. */
static bool is_same_entry(const struct ledger_notice *a, const struct ledger_notice *b)
{
    return a->type == b->type && a->entry == b->entry && a->type != LEDGER_NOTICE_COMPROMISED;
}

void verify_notices_take(void *context, const struct ledger_notice *notice)
{
    struct verify_notices *notices = context;
    bool first = !is_same_entry(&notices->last, notice);
    notices->last = (struct ledger_notice){.type = notice->type, .entry = notice->entry};
    notices->entries[notice->type] += first ? 1 : 0;
    bool wanted = notices->all || notice->type == LEDGER_NOTICE_COMPROMISED ||
                  notices->entries[notice->type] <= VERIFY_NOTICES_SHOWN;
    if (wanted && !keep(notices, notice)) {
        notices->lost = true;
    }
}

int verify_notices_finish(const struct verify_notices *notices)
{
    return notices->lost ? cli_fail("cannot report what was found: out of memory") : CLI_DONE;
}

void verify_notices_free(struct verify_notices *notices)
{
    for (size_t i = 0; i < notices->key_count; i++) {
        free(notices->keys[i]);
    }
    free(notices->keys);
    free(notices->notices);
    *notices = (struct verify_notices){0};
}

/* --- for a reader --- */

static void print_late(const struct ledger_notice *notice, bool first)
{
    char label[32];
    char by[48];
    int64_t hours = notice->late_ms / HOUR_MS;
    (void)first; /* there is one of an entry: it has one rule */
    (void)snprintf(label, sizeof label, "entry %" PRIu64, notice->entry);
    if (hours > 0) {
        (void)snprintf(by, sizeof by, "%" PRId64 " d %" PRId64 " h", hours / 24, hours % 24);
    } else {
        (void)snprintf(by, sizeof by, "%" PRId64 " s", (notice->late_ms + 999) / 1000);
    }
    text_row(label, "late by %s: its term was %" PRIu64 " d from entry %" PRIu64, by,
             notice->term_days, notice->from);
}

static void print_doubtful(const struct ledger_notice *notice, bool first)
{
    char label[32] = "";
    if (first) {
        (void)snprintf(label, sizeof label, "entry %" PRIu64, notice->entry);
    }
    text_row(label, "%s with %.*s", first ? "signed" : "and", LEDGER_SPAN_ARGS(notice->key));
}

/* The first VERIFY_NOTICES_SHOWN entries of `total` that there are notices of. */
static void print_of(const struct verify_notices *notices, enum ledger_notice_type type,
                     uint64_t total, void (*print)(const struct ledger_notice *notice, bool first))
{
    const struct ledger_notice *before = NULL;
    size_t shown = 0;
    for (size_t i = 0; i < notices->count; i++) {
        const struct ledger_notice *notice = &notices->notices[i];
        if (notice->type != type) {
            continue;
        }
        bool first = before == NULL || !is_same_entry(before, notice);
        if (first && shown == VERIFY_NOTICES_SHOWN) {
            break;
        }
        print(notice, first);
        shown += first ? 1 : 0;
        before = notice;
    }
    if (total > shown) {
        text_row("", "and %" PRIu64 " more; '--json' lists all", total - shown);
    }
}

static void print_compromised(const struct ledger_notice *notice)
{
    text_row("key", "%.*s", LEDGER_SPAN_ARGS(notice->key));
    text_row("", "from entry %" PRIu64 " on", notice->from);
}

static void print_compromises(const struct verify_notices *notices,
                              const struct ledger_audit_report *report)
{
    text_section("keys declared compromised");
    for (size_t i = 0; i < notices->count; i++) {
        if (notices->notices[i].type == LEDGER_NOTICE_COMPROMISED) {
            print_compromised(&notices->notices[i]);
        }
    }
    text_lines(
        "Whoever took such a key may have signed with it from that entry on. What it signed\n"
        "since stays in the ledger and holds by its form; whether the person signed it is in\n"
        "doubt, and must be confirmed in another way.");
    text_section("entries in doubt");
    if (report->doubtful == 0) {
        text_row("none", "nothing was signed with these keys from there on");
    }
    print_of(notices, LEDGER_NOTICE_DOUBTFUL, report->doubtful, print_doubtful);
}

void verify_notices_text(const struct verify_notices *notices,
                         const struct ledger_audit_report *report)
{
    if (report->late > 0) {
        text_section("late entries, by the ledger's times");
        print_of(notices, LEDGER_NOTICE_LATE, report->late, print_late);
        text_lines("A missed term is no reason to refuse an entry: that would hide it.");
    }
    if (report->compromised > 0) {
        print_compromises(notices, report);
    }
}

/* --- for a machine --- */

static struct json_value *notice_json(const struct ledger_notice *notice)
{
    struct json_value *object = json_object_new();
    bool late = notice->type == LEDGER_NOTICE_LATE;
    json_add_string(object, "type", late ? "late" : "doubtful");
    json_add_number(object, "entry", notice->entry);
    json_add_number(object, "from", notice->from);
    if (late) {
        json_add_number(object, "days", notice->term_days);
        json_add_number(object, "late_ms", (uint64_t)notice->late_ms);
    } else {
        json_add_text(object, "key", notice->key);
    }
    return object;
}

static struct json_value *compromise_json(const struct ledger_notice *notice)
{
    struct json_value *object = json_object_new();
    json_add_text(object, "key", notice->key);
    json_add_number(object, "from", notice->from);
    return object;
}

void verify_notices_json(struct json_value *object, const struct verify_notices *notices)
{
    struct json_value *list = json_array_new();
    struct json_value *compromised = json_array_new();
    for (size_t i = 0; i < notices->count; i++) {
        const struct ledger_notice *notice = &notices->notices[i];
        if (notice->type == LEDGER_NOTICE_COMPROMISED) {
            json_append(compromised, compromise_json(notice));
        } else {
            json_append(list, notice_json(notice));
        }
    }
    json_add(object, "notices", list);
    json_add(object, "compromised", compromised);
}
