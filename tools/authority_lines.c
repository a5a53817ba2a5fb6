#include "tools/authority_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/base/text.h"
#include "tools/cli.h"
#include "tools/grants_json.h"
#include "tools/json.h"
#include "tools/verify_text.h"

/* --- in order --- */

/* The order of the groups. Keys stand with their institution. */
static int group_of(const struct ledger_authority_line *line)
{
    static const int groups[] = {
        [LEDGER_LINE_OPERATOR] = 1,    [LEDGER_LINE_THRESHOLD] = 2,  [LEDGER_LINE_GOVERNOR] = 3,
        [LEDGER_LINE_INSTITUTION] = 4, [LEDGER_LINE_KEY] = 4,        [LEDGER_LINE_RULES] = 5,
        [LEDGER_LINE_RULE] = 6,        [LEDGER_LINE_COMPROMISE] = 7,
    };
    return groups[line->type];
}

static int compare(const void *left, const void *right)
{
    const struct ledger_authority_line *a = *(const struct ledger_authority_line *const *)left;
    const struct ledger_authority_line *b = *(const struct ledger_authority_line *const *)right;
    int order = group_of(a) - group_of(b);
    if (order == 0) {
        order = ledger_span_compare(a->institution, b->institution);
    }
    if (order == 0) {
        order = (int)a->type - (int)b->type;
    }
    return order != 0 ? order : ledger_span_compare(a->text, b->text);
}

static void collect(void *context, const struct ledger_authority_line *line)
{
    struct authority_lines *lines = context;
    lines->lines[lines->count++] = line;
    lines->governors += line->type == LEDGER_LINE_GOVERNOR ? 1 : 0;
}

int authority_lines_of(struct authority_lines *lines, struct ledger_authority *authority,
                       struct ledger_hasher *hasher)
{
    size_t count = ledger_authority_count(authority);
    *lines = (struct authority_lines){.lines = calloc(count + 1, sizeof lines->lines[0])};
    if (lines->lines == NULL) {
        return cli_fail("out of memory");
    }
    ledger_authority_each(authority, collect, lines);
    LEDGER_ASSERT(lines->count == count);
    qsort(lines->lines, count, sizeof lines->lines[0], compare);
    ledger_authority_root(authority, hasher, &lines->root);
    return CLI_DONE;
}

void authority_lines_free(struct authority_lines *lines)
{
    free(lines->lines);
    *lines = (struct authority_lines){0};
}

struct ledger_span authority_line_rest(const struct ledger_authority_line *line)
{
    struct ledger_span rest = line->text;
    struct ledger_span word;
    (void)ledger_span_take_word(&rest, &word, NULL);
    return rest;
}

/* The first word of the rest: the vkey of a key or compromise. */
static struct ledger_span vkey_of(const struct ledger_authority_line *line)
{
    struct ledger_span rest = authority_line_rest(line);
    struct ledger_span word = rest;
    (void)ledger_span_take_word(&rest, &word, NULL);
    return word;
}

/* Of a rule what stands behind kind and event. */
static struct ledger_span clauses_of(const struct ledger_authority_line *line)
{
    struct ledger_span rest = line->text;
    rest.data += line->subject.size + 1;
    rest.size -= line->subject.size + 1;
    return rest;
}

/* --- for a reader --- */

static void print_institution(const struct ledger_authority_line *line)
{
    bool none = ledger_span_is(line->grants, "-");
    (void)fputs("\ninstitution ", stdout);
    cli_put_clean(stdout, line->institution);
    (void)fputs(", ", stdout);
    cli_put_clean(stdout, line->name);
    (void)fputc('\n', stdout);
    text_row("may hand out", "%.*s",
             LEDGER_SPAN_ARGS(none ? ledger_span_of("nothing") : line->grants));
}

static void print_line(const struct authority_lines *lines,
                       const struct ledger_authority_line *line)
{
    switch (line->type) {
    case LEDGER_LINE_OPERATOR:
        text_section("who operates and who governs");
        text_row("operator", "%.*s", LEDGER_SPAN_ARGS(authority_line_rest(line)));
        break;
    case LEDGER_LINE_THRESHOLD:
        text_row("a change takes", "%" PRIu64 " of %zu governors", line->threshold,
                 lines->governors);
        break;
    case LEDGER_LINE_GOVERNOR:
        text_row("governor", "%.*s", LEDGER_SPAN_ARGS(authority_line_rest(line)));
        break;
    case LEDGER_LINE_INSTITUTION:
        print_institution(line);
        break;
    case LEDGER_LINE_KEY:
        text_row("key", "%.*s", LEDGER_SPAN_ARGS(vkey_of(line)));
        text_row("", "as %.*s", LEDGER_SPAN_ARGS(line->grants));
        break;
    case LEDGER_LINE_RULES:
    case LEDGER_LINE_RULE:
    case LEDGER_LINE_COMPROMISE:
        break;
    }
}

static bool has_type(const struct authority_lines *lines, enum ledger_line_type type)
{
    size_t i = 0;
    while (i < lines->count && lines->lines[i]->type != type) {
        i++;
    }
    return i < lines->count;
}

static void print_rules(const struct authority_lines *lines)
{
    struct ledger_span kind = {NULL, 0};
    text_section("rules");
    if (has_type(lines, LEDGER_LINE_RULES)) {
        text_row("required", "nothing is recorded that has no rule");
    } else {
        text_row("not required", "any event may follow any other");
    }
    for (size_t i = 0; i < lines->count; i++) {
        const struct ledger_authority_line *line = lines->lines[i];
        char event[LEDGER_TOKEN_MAX + 1];
        if (line->type != LEDGER_LINE_RULE) {
            continue;
        }
        if (!ledger_span_equal(kind, line->kind)) {
            kind = line->kind;
            (void)printf("\nrules of %.*s\n", LEDGER_SPAN_ARGS(kind));
        }
        (void)snprintf(event, sizeof event, "%.*s", LEDGER_SPAN_ARGS(line->event));
        text_row(event, "%.*s", LEDGER_SPAN_ARGS(clauses_of(line)));
    }
}

static void print_compromises(const struct authority_lines *lines)
{
    bool any = false;
    for (size_t i = 0; i < lines->count; i++) {
        const struct ledger_authority_line *line = lines->lines[i];
        if (line->type != LEDGER_LINE_COMPROMISE) {
            continue;
        }
        if (!any) {
            text_section("keys declared compromised: what they signed is in doubt");
            any = true;
        }
        text_row("key", "%.*s", LEDGER_SPAN_ARGS(vkey_of(line)));
        text_row("", "from entry %" PRIu64 " on", line->from);
    }
}

void authority_lines_text(const struct authority_lines *lines, bool next)
{
    (void)fputs("ledger ", stdout);
    cli_put_clean(stdout, lines->ledger);
    (void)printf(", %zu lines in force %s %" PRIu64 "\n", lines->count,
                 next ? "for the next entry," : "before entry", lines->before);
    text_row_hash("root", &lines->root);
    for (size_t i = 0; i < lines->count; i++) {
        print_line(lines, lines->lines[i]);
    }
    print_rules(lines);
    print_compromises(lines);
}

/* --- for a machine --- */

/* What the lines are sorted into. */
struct parts {
    struct json_value *governors;
    struct json_value *institutions;
    struct json_value *institution; /* at hand, or NULL */
    struct json_value *keys;        /* of the institution at hand */
    struct json_value *rules;
    struct json_value *compromised;
    bool required;
};

static void end_institution(struct parts *parts)
{
    if (parts->institution != NULL) {
        json_add(parts->institution, "keys", parts->keys);
        json_append(parts->institutions, parts->institution);
        parts->institution = NULL;
    }
}

static void begin_institution(struct parts *parts, const struct ledger_authority_line *line)
{
    end_institution(parts);
    parts->institution = json_object_new();
    parts->keys = json_array_new();
    json_add_text(parts->institution, "id", line->institution);
    json_add_text(parts->institution, "name", line->name);
    json_add(parts->institution, "grants", grants_json(line->grants));
}

static void add_key(struct parts *parts, const struct ledger_authority_line *line)
{
    struct json_value *one = json_object_new();
    json_add_text(one, "key", vkey_of(line));
    json_add(one, "grants", grants_json(line->grants));
    json_append(parts->keys, one);
}

static void add_rule(struct parts *parts, const struct ledger_authority_line *line)
{
    struct json_value *one = json_object_new();
    json_add_text(one, "kind", line->kind);
    json_add_text(one, "event", line->event);
    json_add_text(one, "line", line->text);
    json_append(parts->rules, one);
}

static void add_compromise(struct parts *parts, const struct ledger_authority_line *line)
{
    struct json_value *one = json_object_new();
    json_add_text(one, "key", vkey_of(line));
    json_add_number(one, "from", line->from);
    json_append(parts->compromised, one);
}

static void add_line(struct json_value *object, struct parts *parts,
                     const struct ledger_authority_line *line)
{
    switch (line->type) {
    case LEDGER_LINE_OPERATOR:
        json_add_text(object, "operator", authority_line_rest(line));
        break;
    case LEDGER_LINE_THRESHOLD:
        json_add_number(object, "threshold", line->threshold);
        break;
    case LEDGER_LINE_GOVERNOR:
        json_append_text(parts->governors, authority_line_rest(line));
        break;
    case LEDGER_LINE_INSTITUTION:
        begin_institution(parts, line);
        break;
    case LEDGER_LINE_KEY:
        add_key(parts, line);
        break;
    case LEDGER_LINE_RULES:
        parts->required = true;
        break;
    case LEDGER_LINE_RULE:
        add_rule(parts, line);
        break;
    case LEDGER_LINE_COMPROMISE:
        add_compromise(parts, line);
        break;
    }
}

/* As in entries, not in hex. */
static void add_root(struct json_value *object, const struct ledger_hash *root)
{
    uint8_t memory[LEDGER_BASE64_SIZE(LEDGER_HASH_SIZE)];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&buffer, root->bytes, LEDGER_HASH_SIZE);
    json_add_text(object, "root", ledger_buffer_span(&buffer));
}

void authority_lines_json(const struct authority_lines *lines)
{
    struct json_value *object = json_object_new();
    struct parts parts = {.governors = json_array_new(),
                          .institutions = json_array_new(),
                          .rules = json_array_new(),
                          .compromised = json_array_new()};
    json_add_text(object, "ledger", lines->ledger);
    json_add_number(object, "before", lines->before);
    add_root(object, &lines->root);
    for (size_t i = 0; i < lines->count; i++) {
        add_line(object, &parts, lines->lines[i]);
    }
    end_institution(&parts);
    json_add(object, "governors", parts.governors);
    json_add(object, "institutions", parts.institutions);
    json_add_bool(object, "rules_required", parts.required);
    json_add(object, "rules", parts.rules);
    json_add(object, "compromised", parts.compromised);
    json_print(stdout, object);
}
