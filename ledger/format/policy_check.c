#include <string.h>

#include "ledger/format/policy_parts.h"

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
    uint32_t have[LEDGER_POLICY_NODES];
};

static bool is_met(const struct ledger_policy *policy, const struct tally *tally, uint32_t node)
{
    uint32_t needs =
        policy->nodes[node].witness == LEDGER_POLICY_NONE ? policy->nodes[node].needs : 1;
    return tally->have[node] >= needs;
}

static bool check_witness(const struct ledger_policy *policy, struct ledger_policy_report *report,
                          struct ledger_verdict *verdict,
                          const struct ledger_checkpoint *checkpoint,
                          const struct ledger_policy_node *node, uint32_t *have)
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
        const struct ledger_policy_node *node = &policy->nodes[i];
        if (node->witness != LEDGER_POLICY_NONE &&
            !check_witness(policy, report, verdict, checkpoint, node, &tally->have[i])) {
            return false;
        }
        if (node->parent != LEDGER_POLICY_NONE && is_met(policy, tally, i)) {
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
    const struct ledger_policy_node *quorum = &policy->nodes[policy->quorum];
    if (quorum->witness != LEDGER_POLICY_NONE) {
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
    if (!policy->has_quorum) {
        return ledger_verdict_set(verdict, LEDGER_LOG_UNTRUSTED, "the policy trusts nothing");
    }
    if (!check_logs(policy, report, verdict, checkpoint) ||
        !count_witnesses(policy, report, verdict, checkpoint, &tally)) {
        return false;
    }
    if (policy->quorum != LEDGER_POLICY_NONE && !is_met(policy, &tally, policy->quorum)) {
        return fail_quorum(policy, &tally, verdict);
    }
    return true;
}
