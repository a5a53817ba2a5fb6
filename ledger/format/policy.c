#include "ledger/format/policy.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"

#define NONE UINT32_MAX
#define NO_QUORUM_WORD "none"
#define NODES_MAX (LEDGER_POLICY_WITNESSES + LEDGER_POLICY_GROUPS)

/* A witness or a group. As each name is a member at most once, all groups together form a forest,
 * and as members are defined before their group, `parent` is always a later node. */
struct node {
    const char *name;
    uint32_t parent;  /* the group it is a member of, or NONE */
    uint32_t witness; /* which witness it is, or NONE for a group */
    uint32_t needs;   /* of a group: how many of its members must have witnessed */
    uint32_t members; /* of a group */
};

struct ledger_policy {
    uint32_t log_count;
    uint32_t witness_count;
    uint32_t group_count;
    uint32_t node_count;
    uint32_t quorum; /* a node, or NONE for "quorum none" */
    bool has_quorum;
    struct ledger_vkey logs[LEDGER_POLICY_LOGS];
    struct ledger_vkey witnesses[LEDGER_POLICY_WITNESSES];
    struct node nodes[NODES_MAX];
    size_t names_size;
    char names[LEDGER_POLICY_MAX]; /* a name and its NUL take no more than a name and its newline */
};

static void reset(struct ledger_policy *policy)
{
    policy->log_count = 0;
    policy->witness_count = 0;
    policy->group_count = 0;
    policy->node_count = 0;
    policy->quorum = NONE;
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
    return NONE;
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
    if (find_node(parser->policy, *name) != NONE) {
        return fail_on(parser, "the name is defined twice", *name);
    }
    return true;
}

static struct node *add_node(struct ledger_policy *policy, struct ledger_span name)
{
    LEDGER_ASSERT(policy->node_count < NODES_MAX);
    LEDGER_ASSERT(name.size < sizeof policy->names - policy->names_size);
    char *copy = policy->names + policy->names_size;
    memcpy(copy, name.data, name.size);
    copy[name.size] = '\0';
    policy->names_size += name.size + 1;
    struct node *node = &policy->nodes[policy->node_count++];
    *node = (struct node){.name = copy, .parent = NONE, .witness = NONE};
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
        if (member == NONE) {
            return fail_on(parser, "no earlier line defines this member", name);
        }
        if (policy->nodes[member].parent != NONE) {
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
    struct node *group = add_node(policy, name);
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
    if (policy->quorum == NONE && !ledger_span_is(name, NO_QUORUM_WORD)) {
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

static bool fail_signature(struct ledger_verdict *verdict, const struct ledger_vkey *vkey)
{
    return ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                              "the signature by '%s' (key ID %08x) on the checkpoint", vkey->name,
                              vkey->id);
}

/* Looks for the signature of a log whose name is the origin. */
static bool check_logs(const struct ledger_policy *policy, struct ledger_policy_report *report,
                       struct ledger_verdict *verdict, const struct ledger_checkpoint *checkpoint)
{
    const struct ledger_vkey *other = NULL;
    for (uint32_t i = 0; i < policy->log_count; i++) {
        const struct ledger_vkey *log = &policy->logs[i];
        enum ledger_signed found = ledger_note_signed_by(&checkpoint->note, log, NULL);
        if (found == LEDGER_SIGNED_BADLY) {
            return fail_signature(verdict, log);
        }
        if (found == LEDGER_SIGNED_WELL) {
            bool own = ledger_span_equal(ledger_vkey_name(log), checkpoint->origin);
            report->log = own && report->log == NULL ? log : report->log;
            other = own ? other : log;
        }
    }
    if (report->log != NULL) {
        return true;
    }
    if (other != NULL) {
        return ledger_verdict_set(verdict, LEDGER_OTHER_ORIGIN,
                                  "the checkpoint of '%.*s' is signed by the key of '%s'",
                                  LEDGER_SPAN_ARGS(checkpoint->origin), other->name);
    }
    return ledger_verdict_set(verdict, LEDGER_LOG_UNTRUSTED,
                              "of the policy's %u log keys none signed the checkpoint of '%.*s'",
                              policy->log_count, LEDGER_SPAN_ARGS(checkpoint->origin));
}

/* How far each node got: a witness has 1 if it cosigned, a group its witnessing members. */
struct tally {
    uint32_t have[NODES_MAX];
};

static bool is_met(const struct ledger_policy *policy, const struct tally *tally, uint32_t node)
{
    uint32_t needs = policy->nodes[node].witness == NONE ? policy->nodes[node].needs : 1;
    return tally->have[node] >= needs;
}

static bool check_witness(const struct ledger_policy *policy, struct ledger_policy_report *report,
                          struct ledger_verdict *verdict,
                          const struct ledger_checkpoint *checkpoint, const struct node *node,
                          uint32_t *have)
{
    const struct ledger_vkey *key = &policy->witnesses[node->witness];
    uint64_t seconds = 0;
    enum ledger_signed found = ledger_note_signed_by(&checkpoint->note, key, &seconds);
    if (found == LEDGER_SIGNED_BADLY) {
        return fail_signature(verdict, key);
    }
    if (found == LEDGER_SIGNED_WELL) {
        *have = 1;
        report->cosigners[report->cosigned].name = node->name;
        report->cosigners[report->cosigned].key = key;
        report->cosigners[report->cosigned].seconds = seconds;
        report->cosigned++;
    }
    return true;
}

static bool count_witnesses(const struct ledger_policy *policy, struct ledger_policy_report *report,
                            struct ledger_verdict *verdict,
                            const struct ledger_checkpoint *checkpoint, struct tally *tally)
{
    for (uint32_t i = 0; i < policy->node_count; i++) {
        const struct node *node = &policy->nodes[i];
        if (node->witness != NONE &&
            !check_witness(policy, report, verdict, checkpoint, node, &tally->have[i])) {
            return false;
        }
        if (node->parent != NONE && is_met(policy, tally, i)) {
            tally->have[node->parent]++;
        }
    }
    return true;
}

/* " (X1, X2)": the members of `group`, all or those that are met. Nothing for none. */
static void list_members(struct ledger_buffer *buffer, const struct ledger_policy *policy,
                         const struct tally *tally, uint32_t group, bool all)
{
    const char *before = " (";
    for (uint32_t i = 0; i < policy->node_count; i++) {
        if (policy->nodes[i].parent == group && (all || is_met(policy, tally, i))) {
            ledger_buffer_text(buffer, before);
            ledger_buffer_text(buffer, policy->nodes[i].name);
            before = ", ";
        }
    }
    if (before[0] == ',') {
        ledger_buffer_text(buffer, ")");
    }
}

static bool fail_quorum(const struct ledger_policy *policy, const struct tally *tally,
                        struct ledger_verdict *verdict)
{
    const struct node *quorum = &policy->nodes[policy->quorum];
    if (quorum->witness != NONE) {
        return ledger_verdict_set(verdict, LEDGER_QUORUM_MISSING,
                                  "needs witness '%s', which did not cosign", quorum->name);
    }
    uint8_t memory[sizeof verdict->detail];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory - 1);
    ledger_buffer_text(&buffer, "needs ");
    ledger_buffer_decimal(&buffer, quorum->needs);
    ledger_buffer_text(&buffer, " of ");
    ledger_buffer_text(&buffer, quorum->name);
    list_members(&buffer, policy, tally, policy->quorum, true);
    ledger_buffer_text(&buffer, ", has ");
    ledger_buffer_decimal(&buffer, tally->have[policy->quorum]);
    list_members(&buffer, policy, tally, policy->quorum, false);
    if (buffer.overflow) {
        return ledger_verdict_set(verdict, LEDGER_QUORUM_MISSING,
                                  "needs %u of the quorum's %u members, has %u", quorum->needs,
                                  quorum->members, tally->have[policy->quorum]);
    }
    return ledger_verdict_set(verdict, LEDGER_QUORUM_MISSING, "%.*s",
                              LEDGER_SPAN_ARGS(ledger_buffer_span(&buffer)));
}

bool ledger_policy_check(const struct ledger_policy *policy, struct ledger_policy_report *report,
                         struct ledger_verdict *verdict, const struct ledger_checkpoint *checkpoint)
{
    struct ledger_policy_report unused;
    struct tally tally = {.have = {0}};
    report = report == NULL ? &unused : report;
    memset(report, 0, sizeof *report);
    report->witnesses = policy->witness_count;
    if (!check_logs(policy, report, verdict, checkpoint) ||
        !count_witnesses(policy, report, verdict, checkpoint, &tally)) {
        return false;
    }
    if (policy->quorum != NONE && !is_met(policy, &tally, policy->quorum)) {
        return fail_quorum(policy, &tally, verdict);
    }
    return policy->has_quorum;
}
