#include "ledger/format/authority_line.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"

#define NO_ROLES "-"
#define INSTITUTION_NAME_MAX 255

bool ledger_roles_next(struct ledger_span *rest, struct ledger_span *role)
{
    if (rest->size == 0 || ledger_span_is(*rest, NO_ROLES)) {
        return false;
    }
    const uint8_t *comma = memchr(rest->data, ',', rest->size);
    size_t size = comma == NULL ? rest->size : (size_t)(comma - rest->data);
    size_t taken = comma == NULL ? size : size + 1;
    *role = (struct ledger_span){rest->data, size};
    *rest = (struct ledger_span){rest->data + taken, rest->size - taken};
    return true;
}

bool ledger_roles_have(struct ledger_span roles, struct ledger_span role)
{
    struct ledger_span next;
    while (ledger_roles_next(&roles, &next)) {
        if (ledger_span_equal(next, role)) {
            return true;
        }
    }
    return false;
}

/* At least one role, every one a token, none twice. */
static bool are_roles(struct ledger_span roles)
{
    if (roles.size == 0 || ledger_span_is(roles, NO_ROLES) || roles.data[roles.size - 1] == ',') {
        return false;
    }
    struct ledger_span rest = roles;
    struct ledger_span role;
    while (ledger_roles_next(&rest, &role)) {
        if (!ledger_text_is_token(role) || ledger_roles_have(rest, role)) {
            return false;
        }
    }
    return true;
}

struct context {
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
};

static bool fail(struct context *context, const char *expected)
{
    return ledger_verdict_set(context->verdict, LEDGER_BAD_AUTHORITY_LINE, "expected %s", expected);
}

static bool take_vkey(struct context *context, struct ledger_authority_line *line,
                      struct ledger_span text)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!ledger_vkey_parse(context->hasher, &line->vkey, &verdict, text)) {
        return ledger_verdict_set(context->verdict, LEDGER_BAD_AUTHORITY_LINE, "%s",
                                  verdict.detail);
    }
    if (line->vkey.type != LEDGER_KEY_ED25519) {
        return fail(context, "an Ed25519 key (type 0x01), not a cosignature key");
    }
    return true;
}

/* The text from its start to the end of `last`. */
static struct ledger_span head_to(struct ledger_span text, struct ledger_span last)
{
    return (struct ledger_span){text.data, (size_t)(last.data - text.data) + last.size};
}

/* The readers below take what follows the first word. */

static bool take_operator(struct context *context, struct ledger_authority_line *line,
                          struct ledger_span rest)
{
    return take_vkey(context, line, rest);
}

static bool take_governor(struct context *context, struct ledger_authority_line *line,
                          struct ledger_span rest)
{
    line->subject = line->text;
    return take_vkey(context, line, rest);
}

static bool take_threshold(struct context *context, struct ledger_authority_line *line,
                           struct ledger_span rest)
{
    if (!ledger_read_decimal(&line->threshold, rest, LEDGER_GOVERNORS_MAX) ||
        line->threshold == 0) {
        return fail(context, "'threshold <decimal from 1 to 64>'");
    }
    return true;
}

static bool take_institution(struct context *context, struct ledger_authority_line *line,
                             struct ledger_span rest)
{
    if (!ledger_span_take_word(&rest, &line->institution, NULL) ||
        !ledger_text_is_name(line->institution)) {
        return fail(context, "the institution's name after 'institution'");
    }
    line->subject = head_to(line->text, line->institution);
    if (!ledger_span_take_word(&rest, &line->roles, NULL) ||
        !(ledger_span_is(line->roles, NO_ROLES) || are_roles(line->roles))) {
        return fail(context,
                    "roles separated by ',' and none twice, or '-', after the institution");
    }
    line->name = rest;
    if (!ledger_text_is_phrase(rest, INSTITUTION_NAME_MAX) || ledger_has_double_space(rest)) {
        return fail(context, "the institution's display name after its roles");
    }
    return true;
}

static bool take_key(struct context *context, struct ledger_authority_line *line,
                     struct ledger_span rest)
{
    struct ledger_span vkey;
    if (!ledger_span_take_word(&rest, &vkey, NULL)) {
        return fail(context, "a key after 'key'");
    }
    line->subject = head_to(line->text, vkey);
    if (!take_vkey(context, line, vkey)) {
        return false;
    }
    if (!ledger_span_take_word(&rest, &line->institution, NULL) ||
        !ledger_text_is_name(line->institution)) {
        return fail(context, "the institution's name after the key");
    }
    line->roles = rest;
    if (!are_roles(rest)) {
        return fail(context, "roles separated by ',' and none twice after the institution");
    }
    return true;
}

static const struct row {
    const char *word;
    enum ledger_line_type type;
    bool (*take)(struct context *, struct ledger_authority_line *, struct ledger_span rest);
} rows[] = {
    {"operator", LEDGER_LINE_OPERATOR, take_operator},
    {"governor", LEDGER_LINE_GOVERNOR, take_governor},
    {"threshold", LEDGER_LINE_THRESHOLD, take_threshold},
    {"institution", LEDGER_LINE_INSTITUTION, take_institution},
    {"key", LEDGER_LINE_KEY, take_key},
};

static const struct row *row_of(struct ledger_span word)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ledger_span_is(word, rows[i].word)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool ledger_authority_line_parse(struct ledger_hasher *hasher, struct ledger_authority_line *line,
                                 struct ledger_verdict *verdict, struct ledger_span text)
{
    struct context context = {.hasher = hasher, .verdict = verdict};
    if (!ledger_text_is_phrase(text, LEDGER_AUTHORITY_LINE_MAX)) {
        return fail(&context, "one line of clean text of at most 4096 bytes");
    }
    struct ledger_span rest = text;
    struct ledger_span word = {.data = NULL, .size = 0};
    const struct row *row = ledger_span_take_word(&rest, &word, NULL) ? row_of(word) : NULL;
    if (row == NULL) {
        return fail(&context, "'operator', 'governor', 'threshold', 'institution' or 'key'");
    }
    struct ledger_authority_line parsed = {.type = row->type, .text = text, .subject = word};
    if (!row->take(&context, &parsed, rest)) {
        return false;
    }
    *line = parsed;
    return true;
}

void ledger_authority_line_hashes(struct ledger_hasher *hasher, struct ledger_hash *key,
                                  struct ledger_hash *value,
                                  const struct ledger_authority_line *line)
{
    ledger_hash_bytes(hasher, key, line->subject);
    ledger_hash_bytes(hasher, value, line->text);
}
