#include "ledger/law/registrar.h"

#include <string.h>

struct reach {
    const struct ledger_authority *authority;
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
    struct ledger_span institution; /* the registrar's */
};

static bool is_beyond(const struct reach *reach, struct ledger_span line, const char *why)
{
    return ledger_verdict_set(reach->verdict, LEDGER_BEYOND_REACH,
                              "'%.*s': %s; a registrar of '%.*s' may only set, unset and declare "
                              "compromised keys of that institution",
                              LEDGER_SPAN_ARGS(line), why, LEDGER_SPAN_ARGS(reach->institution));
}

static bool is_own(const struct reach *reach, const struct ledger_authority_line *line)
{
    return ledger_span_equal(line->institution, reach->institution);
}

static bool may_unset(const struct reach *reach, struct ledger_span subject)
{
    const struct ledger_authority_line *line =
        ledger_authority_find(reach->authority, reach->hasher, subject);
    if (line == NULL) {
        return is_beyond(reach, subject, "it is not in force");
    }
    if (line->type != LEDGER_LINE_KEY) {
        return is_beyond(reach, subject, "it is not a key");
    }
    return is_own(reach, line) || is_beyond(reach, subject, "it is a key of another institution");
}

/* Names are how persons are told apart, and `compromise` lines speak of the past: a registrar gives
 * no name that may have been another institution's. There may be one whose id goes on after '/', so
 * no name goes on after a second. */
static bool is_own_name(const struct reach *reach, const struct ledger_vkey *vkey)
{
    struct ledger_span id = reach->institution;
    struct ledger_span name = ledger_vkey_name(vkey);
    return name.size > id.size + 1 && name.data[id.size] == '/' &&
           ledger_span_equal((struct ledger_span){name.data, id.size}, id) &&
           memchr(name.data + id.size + 1, '/', name.size - id.size - 1) == NULL;
}

static bool may_set_key(const struct reach *reach, const struct ledger_authority_line *line)
{
    const struct ledger_authority_line *before =
        ledger_authority_find(reach->authority, reach->hasher, line->subject);
    if (!is_own(reach, line)) {
        return is_beyond(reach, line->subject, "it would be a key of another institution");
    }
    if (!is_own_name(reach, &line->vkey)) {
        return is_beyond(reach, line->subject,
                         "its name is not the institution, '/', and a part without '/'");
    }
    return before == NULL || is_own(reach, before) ||
           is_beyond(reach, line->subject, "it is a key of another institution until now");
}

static bool may_declare(const struct reach *reach, const struct ledger_authority_line *compromise)
{
    uint8_t memory[sizeof "key " + LEDGER_VKEY_MAX];
    struct ledger_buffer subject = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_text(&subject, "key ");
    ledger_vkey_write(&subject, &compromise->vkey);
    LEDGER_ASSERT(!subject.overflow);
    const struct ledger_authority_line *key =
        ledger_authority_find(reach->authority, reach->hasher, ledger_buffer_span(&subject));
    return (key != NULL && is_own(reach, key)) ||
           is_beyond(reach, compromise->subject, "no key of the institution in force is this one");
}

static bool may_set(const struct reach *reach, struct ledger_span text)
{
    struct ledger_authority_line line;
    if (!ledger_authority_line_parse(reach->hasher, &line, reach->verdict, text)) {
        return false;
    }
    if (line.type == LEDGER_LINE_COMPROMISE) {
        return may_declare(reach, &line);
    }
    return line.type == LEDGER_LINE_KEY ? may_set_key(reach, &line)
                                        : is_beyond(reach, line.subject, "it is not a key");
}

bool ledger_is_registrars(const struct ledger_record *record)
{
    return !ledger_span_equal(record->institution, record->ledger);
}

bool ledger_registrar_reaches(const struct ledger_authority *authority,
                              struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              const struct ledger_record *record)
{
    struct reach reach = {authority, hasher, verdict, record->institution};
    struct ledger_lines unsets = record->unsets;
    struct ledger_lines sets = record->sets;
    struct ledger_span value;
    while (ledger_lines_next(&unsets, &value)) {
        if (!may_unset(&reach, value)) {
            return false;
        }
    }
    while (ledger_lines_next(&sets, &value)) {
        if (!may_set(&reach, value)) {
            return false;
        }
    }
    return true;
}
