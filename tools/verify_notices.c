#include "tools/verify_notices.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/verify_text.h"

#define HOUR_MS INT64_C(3600000)

/* --- collecting --- */

/* Room for one more of `count` elements, which doubles; NULL without memory, and `memory` stays. */
static void *grown(void *memory, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* at 0 and at every power of two */
    return full ? reallocarray(memory, count > 0 ? count * 2 : 1, size) : memory;
}

/* A copy of a key, made once for all notices of it. False without memory. */
static bool keep_key(struct verify_notices *notices, struct ledger_span *key)
{
    for (size_t i = 0; i < notices->key_count; i++) {
        if (ledger_span_is(*key, notices->keys[i])) {
            *key = ledger_span_of(notices->keys[i]);
            return true;
        }
    }
    char **keys = grown(notices->keys, notices->key_count, sizeof notices->keys[0]);
    notices->keys = keys != NULL ? keys : notices->keys;
    char *copy = keys != NULL ? strndup((const char *)key->data, key->size) : NULL;
    if (copy == NULL) {
        return false;
    }
    notices->keys[notices->key_count++] = copy;
    *key = ledger_span_of(copy);
    return true;
}

static bool keep(struct verify_notices *notices, const struct ledger_notice *notice)
{
    struct ledger_notice kept = *notice;
    struct ledger_notice *list =
        grown(notices->notices, notices->count, sizeof notices->notices[0]);
    notices->notices = list != NULL ? list : notices->notices;
    if (list == NULL || (kept.key.size > 0 && !keep_key(notices, &kept.key))) {
        return false;
    }
    notices->notices[notices->count++] = kept;
    notices->kept[kept.type]++;
    return true;
}

void verify_notices_take(void *context, const struct ledger_notice *notice)
{
    struct verify_notices *notices = context;
    bool wanted = notices->all || notice->type == LEDGER_NOTICE_COMPROMISED ||
                  notices->kept[notice->type] < VERIFY_NOTICES_SHOWN;
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

static void print_late(const struct ledger_notice *notice)
{
    char label[32];
    char by[48];
    int64_t hours = notice->late_ms / HOUR_MS;
    (void)snprintf(label, sizeof label, "entry %" PRIu64, notice->entry);
    if (hours > 0) {
        (void)snprintf(by, sizeof by, "%" PRId64 " d %" PRId64 " h", hours / 24, hours % 24);
    } else {
        (void)snprintf(by, sizeof by, "%" PRId64 " s", (notice->late_ms + 999) / 1000);
    }
    text_row(label, "late by %s: its term was %" PRIu64 " d from entry %" PRIu64, by,
             notice->term_days, notice->from);
}

static void print_doubtful(const struct ledger_notice *notice)
{
    char label[32];
    (void)snprintf(label, sizeof label, "entry %" PRIu64, notice->entry);
    text_row(label, "signed with %.*s", LEDGER_SPAN_ARGS(notice->key));
}

static void print_of(const struct verify_notices *notices, enum ledger_notice_type type,
                     uint64_t total, void (*print)(const struct ledger_notice *notice))
{
    size_t shown = 0;
    for (size_t i = 0; i < notices->count && shown < VERIFY_NOTICES_SHOWN; i++) {
        if (notices->notices[i].type == type) {
            print(&notices->notices[i]);
            shown++;
        }
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
