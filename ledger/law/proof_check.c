#include "ledger/law/proof_check.h"

#include "ledger/law/authority.h"

static const struct ledger_authority_line *find_key(void *context, enum ledger_line_type type,
                                                    struct ledger_span name, uint32_t key_id)
{
    const struct ledger_proof_report *report = context;
    for (unsigned i = 0; i < report->line_count; i++) {
        const struct ledger_authority_line *line = &report->lines[i];
        if (line->type == type && ledger_vkey_signs_as(&line->vkey, name, key_id)) {
            return line;
        }
    }
    return NULL;
}

static const struct ledger_authority_line *find_subject(void *context, struct ledger_span subject)
{
    const struct ledger_proof_report *report = context;
    for (unsigned i = 0; i < report->line_count; i++) {
        if (ledger_span_equal(report->lines[i].subject, subject)) {
            return &report->lines[i];
        }
    }
    return NULL;
}

/* Of all absences only that of rules has a meaning. */
static bool is_absent(void *context, struct ledger_span subject)
{
    const struct ledger_proof_report *report = context;
    return report->rules_absent && ledger_span_is(subject, LEDGER_RULES_SUBJECT);
}

static bool entry_is_included(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              struct ledger_proof_report *report, const struct ledger_proof *proof)
{
    ledger_tree_leaf(hasher, &report->leaf, proof->entry);
    if (ledger_inclusion_check(hasher, &proof->path, proof->index, proof->checkpoint.size,
                               &report->leaf, &proof->checkpoint.root)) {
        return true;
    }
    return ledger_verdict_set(verdict, LEDGER_NOT_INCLUDED,
                              "the path of %u hashes does not lead from leaf %llu to the root of "
                              "the checkpoint of size %llu",
                              proof->path.count, (unsigned long long)proof->index,
                              (unsigned long long)proof->checkpoint.size);
}

static bool entry_is_the_one(struct ledger_verdict *verdict, struct ledger_proof_report *report,
                             const struct ledger_proof *proof)
{
    if (!ledger_entry_parse(&report->entry, verdict, proof->entry)) {
        return false;
    }
    if (report->entry.index != proof->index) {
        return ledger_verdict_set(
            verdict, LEDGER_OTHER_ENTRY, "the entry says index %llu, the proof %llu",
            (unsigned long long)report->entry.index, (unsigned long long)proof->index);
    }
    if (!ledger_span_equal(report->entry.record.ledger, proof->checkpoint.origin)) {
        return ledger_verdict_set(verdict, LEDGER_OTHER_LEDGER,
                                  "the record is for '%.*s', the checkpoint of '%.*s'",
                                  LEDGER_SPAN_ARGS(report->entry.record.ledger),
                                  LEDGER_SPAN_ARGS(proof->checkpoint.origin));
    }
    return ledger_belongs(verdict, &report->entry.record, proof->checkpoint.origin, proof->index);
}

static bool line_was_in_force(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              struct ledger_authority_line *line,
                              const struct ledger_evidence *evidence,
                              const struct ledger_hash *root)
{
    struct ledger_hash key;
    struct ledger_hash value;
    if (!ledger_authority_line_parse(hasher, line, verdict, evidence->line)) {
        return false;
    }
    ledger_authority_line_hashes(hasher, &key, &value, line);
    if (ledger_prefix_present(hasher, &evidence->path, &key, &value, root)) {
        return true;
    }
    return ledger_verdict_set(verdict, LEDGER_EVIDENCE_FALSE,
                              "the path of '%.*s' does not lead to the authority root of the entry",
                              LEDGER_SPAN_ARGS(line->subject));
}

static bool line_was_absent(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                            const struct ledger_evidence *evidence, const struct ledger_hash *root)
{
    struct ledger_hash key;
    ledger_hash_bytes(hasher, &key, evidence->line);
    if (ledger_prefix_absent(hasher, &evidence->path, &evidence->end, &key, root)) {
        return true;
    }
    return ledger_verdict_set(verdict, LEDGER_EVIDENCE_FALSE,
                              "the path does not show that '%.*s' was absent under the authority "
                              "root of the entry",
                              LEDGER_SPAN_ARGS(evidence->line));
}

/* Takes every item of the evidence that is true of the entry's authority; all must be. */
static bool evidence_is_true(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                             struct ledger_proof_report *report, const struct ledger_proof *proof)
{
    const struct ledger_hash *root = &report->entry.authority;
    struct ledger_span rest = proof->lines;
    struct ledger_evidence evidence;
    while (ledger_evidence_next(&rest, &evidence)) {
        if (evidence.absent) {
            if (!line_was_absent(hasher, verdict, &evidence, root)) {
                return false;
            }
            report->rules_absent |= ledger_span_is(evidence.line, LEDGER_RULES_SUBJECT);
            continue;
        }
        LEDGER_ASSERT(report->line_count < LEDGER_EVIDENCE_LINES_MAX);
        if (!line_was_in_force(hasher, verdict, &report->lines[report->line_count], &evidence,
                               root)) {
            return false;
        }
        report->line_count++;
    }
    return true;
}

/* The lines that the genesis sets and that say who may sign it. */
static bool take_founding_lines(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                                struct ledger_proof_report *report)
{
    struct ledger_lines sets = report->entry.record.sets;
    struct ledger_span text;
    while (ledger_lines_next(&sets, &text)) {
        struct ledger_authority_line line;
        if (!ledger_authority_line_parse(hasher, &line, verdict, text)) {
            return false;
        }
        if (line.type != LEDGER_LINE_GOVERNOR && line.type != LEDGER_LINE_THRESHOLD) {
            continue;
        }
        if (report->line_count == LEDGER_EVIDENCE_LINES_MAX) {
            return ledger_verdict_set(verdict, LEDGER_BAD_GENESIS, "it sets too many governors");
        }
        report->lines[report->line_count++] = line;
    }
    return true;
}

/* Whether the lines that the genesis sets make a sound authority. */
static bool founds_authority(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                             const struct ledger_record *record)
{
    struct ledger_authority *authority;
    bool done = false;
    enum ledger_status status = ledger_authority_new(&authority);
    if (status == LEDGER_OK) {
        status = ledger_authority_change(authority, hasher, verdict, &done, record, 0);
    }
    ledger_authority_free(&authority);
    return status == LEDGER_OK ? done
                               : ledger_verdict_set(verdict, LEDGER_NOT_CHECKED, "out of memory");
}

static bool genesis_is_founded(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                               struct ledger_proof_report *report, const struct ledger_proof *proof)
{
    if (!ledger_hash_is_zero(&report->entry.authority)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_GENESIS,
                                  "entry 0 does not stand under the empty authority");
    }
    if (proof->line_count != 0) {
        return ledger_verdict_set(verdict, LEDGER_EVIDENCE_FALSE,
                                  "no line was in force before the genesis");
    }
    return founds_authority(hasher, verdict, &report->entry.record) &&
           take_founding_lines(hasher, verdict, report);
}

static void start(struct ledger_verdict *verdict, struct ledger_proof_report *report,
                  const struct ledger_proof *proof)
{
    ledger_verdict_clear(verdict);
    verdict->entry = proof->index;
    report->line_count = 0;
    report->entitled.count = 0;
    report->entitled.ruled = false;
    report->rules_absent = false;
}

bool ledger_proof_check_entry(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                              struct ledger_proof_report *report, const struct ledger_proof *proof)
{
    struct ledger_lookup lookup = {report, find_key, find_subject, is_absent, proof->index != 0};
    start(verdict, report, proof);
    if (!entry_is_included(hasher, verdict, report, proof) ||
        !entry_is_the_one(verdict, report, proof)) {
        return false;
    }
    bool known = proof->index == 0 ? genesis_is_founded(hasher, verdict, report, proof)
                                   : evidence_is_true(hasher, verdict, report, proof);
    if (!known || !ledger_entitled(&lookup, NULL, &report->entitled, hasher, verdict,
                                   &report->entry.record)) {
        return false;
    }
    verdict->finding = LEDGER_VALID;
    return true;
}

bool ledger_proof_check(struct ledger_hasher *hasher, struct ledger_verdict *verdict,
                        struct ledger_proof_report *report, const struct ledger_proof *proof,
                        const struct ledger_policy *policy)
{
    start(verdict, report, proof);
    return ledger_policy_check(policy, &report->policy, verdict, &proof->checkpoint) &&
           ledger_proof_check_entry(hasher, verdict, report, proof);
}
