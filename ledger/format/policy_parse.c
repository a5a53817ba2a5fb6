#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"
#include "ledger/format/policy_parts.h"

#define NO_QUORUM_WORD "none"

static void reset(struct ledger_policy *policy)
{
    policy->log_count = 0;
    policy->witness_count = 0;
    policy->group_count = 0;
    policy->node_count = 0;
    policy->quorum = LEDGER_POLICY_NONE;
    policy->has_quorum = false;
    policy->names_size = 0;
}

enum ledger_status ledger_policy_new(struct ledger_policy **policy)
{
    struct ledger_policy *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return LEDGER_NO_MEMORY;
    }
    reset(made);
    *policy = made;
    return LEDGER_OK;
}

void ledger_policy_free(struct ledger_policy **policy)
{
    free(*policy);
    *policy = NULL;
}

struct parser {
    struct ledger_hasher *hasher;
    struct ledger_policy *policy;
    struct ledger_verdict *verdict;
    struct ledger_span rest; /* of the line: the words not yet taken */
};

static bool fail(struct parser *parser, const char *what)
{
    return ledger_verdict_set(parser->verdict, LEDGER_BAD_POLICY, "%s", what);
}

static bool fail_on(struct parser *parser, const char *what, struct ledger_span name)
{
    size_t shown = name.size < 200 ? name.size : 200;
    return ledger_verdict_set(parser->verdict, LEDGER_BAD_POLICY, "%s: '%.*s'", what, (int)shown,
                              (const char *)name.data);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* Takes the next word off the line. Any run of spaces and tabs separates. */
static bool take_word(struct ledger_span *rest, struct ledger_span *word)
{
    size_t start = 0;
    while (start < rest->size && is_blank(rest->data[start])) {
        start++;
    }
    size_t end = start;
    while (end < rest->size && !is_blank(rest->data[end])) {
        end++;
    }
    if (end == start) {
        return false;
    }
    *word = (struct ledger_span){rest->data + start, end - start};
    *rest = (struct ledger_span){rest->data + end, rest->size - end};
    return true;
}

/* At most one more word, of no meaning here. */
static bool take_url(struct parser *parser)
{
    struct ledger_span word;
    if (take_word(&parser->rest, &word) && take_word(&parser->rest, &word)) {
        return fail_on(parser, "more than one word after the key", word);
    }
    return true;
}

static uint32_t find_node(const struct ledger_policy *policy, struct ledger_span name)
{
    for (uint32_t i = 0; i < policy->node_count; i++) {
        if (ledger_span_is(name, policy->nodes[i].name)) {
            return i;
        }
    }
    return LEDGER_POLICY_NONE;
}

/* A name that nothing has yet. */
static bool take_new_name(struct parser *parser, struct ledger_span *name)
{
    if (!take_word(&parser->rest, name)) {
        return fail(parser, "a name is missing");
    }
    if (ledger_span_is(*name, NO_QUORUM_WORD)) {
        return fail(parser, "the name 'none' is reserved");
    }
    if (find_node(parser->policy, *name) != LEDGER_POLICY_NONE) {
        return fail_on(parser, "the name is defined twice", *name);
    }
    return true;
}

static struct ledger_policy_node *add_node(struct ledger_policy *policy, struct ledger_span name)
{
    LEDGER_ASSERT(policy->node_count < LEDGER_POLICY_NODES);
    LEDGER_ASSERT(name.size < sizeof policy->names - policy->names_size);
    char *copy = policy->names + policy->names_size;
    memcpy(copy, name.data, name.size);
    copy[name.size] = '\0';
    policy->names_size += name.size + 1;
    struct ledger_policy_node *node = &policy->nodes[policy->node_count++];
    *node = (struct ledger_policy_node){
        .name = copy, .parent = LEDGER_POLICY_NONE, .witness = LEDGER_POLICY_NONE};
    return node;
}

/* Takes a key of `type` whose public key none of `known` has. */
static bool take_key(struct parser *parser, struct ledger_vkey *vkey, enum ledger_key_type type,
                     const struct ledger_vkey *known, uint32_t count)
{
    struct ledger_span word;
    if (!take_word(&parser->rest, &word)) {
        return fail(parser, "a verifier key is missing");
    }
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!ledger_vkey_parse(parser->hasher, vkey, &verdict, word)) {
        return fail(parser, verdict.detail);
    }
    if (vkey->type != type) {
        return fail_on(parser,
                       type == LEDGER_KEY_COSIGNATURE
                           ? "a witness needs a cosignature key (type 0x04)"
                           : "a log needs an Ed25519 key (type 0x01)",
                       word);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (memcmp(known[i].key, vkey->key, sizeof vkey->key) == 0) {
            return fail_on(parser, "the same public key stands on an earlier line", word);
        }
    }
    return true;
}

static bool take_log(struct parser *parser)
{
    struct ledger_policy *policy = parser->policy;
    if (policy->log_count == LEDGER_POLICY_LOGS) {
        return fail(parser, "more than 32 logs");
    }
    struct ledger_vkey *log = &policy->logs[policy->log_count];
    if (!take_key(parser, log, LEDGER_KEY_ED25519, policy->logs, policy->log_count) ||
        !take_url(parser)) {
        return false;
    }
    policy->log_count++;
    return true;
}

static bool take_witness(struct parser *parser)
{
    struct ledger_policy *policy = parser->policy;
    struct ledger_span name;
    if (policy->witness_count == LEDGER_POLICY_WITNESSES) {
        return fail(parser, "more than 64 witnesses");
    }
    struct ledger_vkey *witness = &policy->witnesses[policy->witness_count];
    if (!take_new_name(parser, &name) ||
        !take_key(parser, witness, LEDGER_KEY_COSIGNATURE, policy->witnesses,
                  policy->witness_count) ||
        !take_url(parser)) {
        return false;
    }
    add_node(policy, name)->witness = policy->witness_count++;
    return true;
}

/* Makes every name on the rest of the line a member of the node that comes next. */
static bool take_members(struct parser *parser, uint32_t *members)
{
    struct ledger_policy *policy = parser->policy;
    struct ledger_span name;
    while (take_word(&parser->rest, &name)) {
        uint32_t member = find_node(policy, name);
        if (member == LEDGER_POLICY_NONE) {
            return fail_on(parser, "no earlier line defines this member", name);
        }
        if (policy->nodes[member].parent != LEDGER_POLICY_NONE) {
            return fail_on(parser, "a name is a group's member twice", name);
        }
        policy->nodes[member].parent = policy->node_count;
        ++*members;
    }
    return *members > 0 || fail(parser, "the group has no members");
}

static bool read_threshold(uint32_t *needs, struct ledger_span word, uint32_t members)
{
    uint64_t number = 0;
    if (ledger_span_is(word, "all")) {
        number = members;
    } else if (ledger_span_is(word, "any")) {
        number = 1;
    } else if (!ledger_read_decimal(&number, word, members) || number == 0) {
        return false;
    }
    *needs = (uint32_t)number;
    return true;
}

static bool take_group(struct parser *parser)
{
    struct ledger_policy *policy = parser->policy;
    struct ledger_span name;
    struct ledger_span threshold;
    uint32_t members = 0;
    uint32_t needs = 0;
    if (policy->group_count == LEDGER_POLICY_GROUPS) {
        return fail(parser, "more than 64 groups");
    }
    if (!take_new_name(parser, &name)) {
        return false;
    }
    if (!take_word(&parser->rest, &threshold)) {
        return fail(parser, "the group's threshold is missing");
    }
    if (!take_members(parser, &members)) {
        return false;
    }
    if (!read_threshold(&needs, threshold, members)) {
        return fail_on(parser, "the threshold is not 'all', 'any' or from 1 to the members' number",
                       threshold);
    }
    struct ledger_policy_node *group = add_node(policy, name);
    group->needs = needs;
    group->members = members;
    policy->group_count++;
    return true;
}

static bool take_quorum(struct parser *parser)
{
    struct ledger_policy *policy = parser->policy;
    struct ledger_span name;
    struct ledger_span extra;
    if (policy->has_quorum) {
        return fail(parser, "a second quorum line");
    }
    if (!take_word(&parser->rest, &name)) {
        return fail(parser, "a name is missing");
    }
    policy->quorum = find_node(policy, name);
    if (policy->quorum == LEDGER_POLICY_NONE && !ledger_span_is(name, NO_QUORUM_WORD)) {
        return fail_on(parser, "no earlier line defines this quorum", name);
    }
    if (take_word(&parser->rest, &extra)) {
        return fail_on(parser, "a word after the quorum's name", extra);
    }
    policy->has_quorum = true;
    return true;
}

static const struct row {
    const char *word;
    bool (*take)(struct parser *);
} rows[] = {
    {"log", take_log},
    {"witness", take_witness},
    {"group", take_group},
    {"quorum", take_quorum},
};

static bool parse_line(struct parser *parser, struct ledger_span line)
{
    struct ledger_span word;
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == 0x7f || (line.data[i] < 0x20 && line.data[i] != '\t')) {
            return fail(parser, "a control character");
        }
    }
    parser->rest = line;
    if (!take_word(&parser->rest, &word) || word.data[0] == '#') {
        return true;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ledger_span_is(word, rows[i].word)) {
            return rows[i].take(parser);
        }
    }
    return fail_on(parser, "the line is not 'log', 'witness', 'group' or 'quorum'", word);
}

static bool parse(struct parser *parser, struct ledger_span bytes)
{
    if (bytes.size > LEDGER_POLICY_MAX) {
        return fail(parser, "the policy is longer than 262144 bytes");
    }
    struct ledger_line_reader reader = ledger_line_reader_on(bytes);
    while (ledger_line_reader_next(&reader)) {
        if (!parse_line(parser, reader.line)) {
            return ledger_verdict_at(parser->verdict, reader.number);
        }
    }
    if (reader.rest.size != 0) {
        fail(parser, "the last line does not end in a newline");
        return ledger_verdict_at(parser->verdict, reader.number);
    }
    return parser->policy->has_quorum || fail(parser, "there is no quorum line");
}

bool ledger_policy_parse(struct ledger_hasher *hasher, struct ledger_policy *policy,
                         struct ledger_verdict *verdict, struct ledger_span bytes)
{
    struct parser parser = {.hasher = hasher, .policy = policy, .verdict = verdict};
    reset(policy);
    if (!parse(&parser, bytes)) {
        reset(policy);
        return false;
    }
    return true;
}

void ledger_policy_of_log(struct ledger_policy *policy, const struct ledger_vkey *log)
{
    LEDGER_ASSERT(log->type == LEDGER_KEY_ED25519);
    reset(policy);
    policy->logs[0] = *log;
    policy->log_count = 1;
    policy->has_quorum = true;
}
