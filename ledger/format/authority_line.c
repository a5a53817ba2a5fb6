#include "ledger/format/authority_line.h"

#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"
#include "ledger/format/list.h"
#include "ledger/tree/tree.h"

#define NO_GRANTS "-"
#define RULES_REQUIRED "required"
#define INSTITUTION_NAME_MAX 255
#define GRANTS                                                                                     \
    "'<role>[/<category>[+<category>...]][,...]', no role and no category of a role twice"

bool ledger_grants_next(struct ledger_span *rest, struct ledger_grant *grant)
{
    struct ledger_span element;
    if (ledger_span_is(*rest, NO_GRANTS) || !ledger_list_next(rest, &element, ',')) {
        return false;
    }
    struct ledger_grant next = {.role = element};
    (void)ledger_list_split(element, '/', &next.role, &next.categories);
    *grant = next;
    return true;
}

bool ledger_grants_find(struct ledger_span grants, struct ledger_grant *grant,
                        struct ledger_span role)
{
    struct ledger_grant next;
    while (ledger_grants_next(&grants, &next)) {
        if (ledger_span_equal(next.role, role)) {
            *grant = next;
            return true;
        }
    }
    return false;
}

static bool covers(const struct ledger_grant *grant, struct ledger_span category)
{
    return grant->categories.size == 0 ||
           ledger_list_has(grant->categories, '+', LEDGER_LIST_NO_HEAD, category);
}

bool ledger_grants_allow(struct ledger_span grants, struct ledger_span role,
                         struct ledger_span category)
{
    struct ledger_grant grant;
    return ledger_grants_find(grants, &grant, role) && covers(&grant, category);
}

/* Whether `outer` covers all that `inner`, of the same role, does. */
static bool covers_all(const struct ledger_grant *outer, const struct ledger_grant *inner)
{
    if (outer->categories.size == 0) {
        return true;
    }
    struct ledger_span rest = inner->categories;
    struct ledger_span category;
    while (ledger_list_next(&rest, &category, '+')) {
        if (!covers(outer, category)) {
            return false;
        }
    }
    return inner->categories.size != 0;
}

bool ledger_grants_within(struct ledger_span inner, struct ledger_span outer,
                          struct ledger_grant *beyond)
{
    struct ledger_grant grant;
    struct ledger_grant limit;
    while (ledger_grants_next(&inner, &grant)) {
        if (!ledger_grants_find(outer, &limit, grant.role) || !covers_all(&limit, &grant)) {
            *beyond = grant;
            return false;
        }
    }
    return true;
}

static bool is_grant(struct ledger_span element)
{
    struct ledger_span role;
    struct ledger_span categories;
    if (!ledger_list_split(element, '/', &role, &categories)) {
        return ledger_text_is_token(element);
    }
    return ledger_text_is_token(role) && ledger_list_is_tokens(categories, '+');
}

static bool are_grants(struct ledger_span grants)
{
    return ledger_list_is(grants, ',', '/', is_grant);
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
    if (!ledger_span_take_word(&rest, &line->grants, NULL) ||
        !(ledger_span_is(line->grants, NO_GRANTS) || are_grants(line->grants))) {
        return fail(context, "grants " GRANTS ", or '-', after the institution");
    }
    line->name = rest;
    if (!ledger_text_is_phrase(rest, INSTITUTION_NAME_MAX) || ledger_has_double_space(rest)) {
        return fail(context, "the institution's display name after its grants");
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
    line->grants = rest;
    return are_grants(rest) || fail(context, "grants " GRANTS " after the institution");
}

static bool take_rules(struct context *context, struct ledger_authority_line *line,
                       struct ledger_span rest)
{
    (void)line;
    return ledger_span_is(rest, RULES_REQUIRED) || fail(context, "'rules required'");
}

static bool take_rule(struct context *context, struct ledger_authority_line *line,
                      struct ledger_span rest)
{
    struct ledger_rule rule;
    (void)rest;
    if (!ledger_rule_parse(&rule, context->verdict, line->text)) {
        return false;
    }
    line->kind = rule.kind;
    line->event = rule.event;
    line->subject = head_to(line->text, rule.event);
    return true;
}

static bool take_compromise(struct context *context, struct ledger_authority_line *line,
                            struct ledger_span rest)
{
    struct ledger_span vkey;
    if (!ledger_span_take_word(&rest, &vkey, NULL)) {
        return fail(context, "a key after 'compromise'");
    }
    line->subject = head_to(line->text, vkey);
    return take_vkey(context, line, vkey) &&
           (ledger_read_decimal(&line->from, rest, LEDGER_TREE_SIZE_MAX - 1) ||
            fail(context, "the index of an entry after the key"));
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
    {"rules", LEDGER_LINE_RULES, take_rules},
    {"rule", LEDGER_LINE_RULE, take_rule},
    {"compromise", LEDGER_LINE_COMPROMISE, take_compromise},
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
        return fail(&context, "'operator', 'governor', 'threshold', 'institution', 'key', 'rules', "
                              "'rule' or 'compromise'");
    }
    struct ledger_authority_line parsed = {.type = row->type, .text = text, .subject = word};
    if (!row->take(&context, &parsed, rest)) {
        return false;
    }
    *line = parsed;
    return true;
}

struct ledger_span ledger_institution_subject(uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX],
                                              struct ledger_span id)
{
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_INSTITUTION_SUBJECT_MAX);
    ledger_buffer_text(&buffer, "institution ");
    ledger_buffer_add(&buffer, id);
    LEDGER_ASSERT(!buffer.overflow);
    return ledger_buffer_span(&buffer);
}

struct ledger_span ledger_rule_subject(uint8_t memory[LEDGER_RULE_SUBJECT_MAX],
                                       struct ledger_span kind, struct ledger_span event)
{
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_RULE_SUBJECT_MAX);
    ledger_buffer_text(&buffer, "rule ");
    ledger_buffer_add(&buffer, kind);
    ledger_buffer_text(&buffer, " ");
    ledger_buffer_add(&buffer, event);
    LEDGER_ASSERT(!buffer.overflow);
    return ledger_buffer_span(&buffer);
}

void ledger_authority_line_hashes(struct ledger_hasher *hasher, struct ledger_hash *key,
                                  struct ledger_hash *value,
                                  const struct ledger_authority_line *line)
{
    ledger_hash_bytes(hasher, key, line->subject);
    ledger_hash_bytes(hasher, value, line->text);
}
