#include "ledger/law/entitlement.h"

#include <string.h>

#include "ledger/law/foreseen.h"
#include "ledger/law/operator_record.h"
#include "ledger/law/registrar.h"
#include "ledger/law/rule_check.h"

/* One record being judged. */
struct judgment {
    const struct ledger_lookup *lookup;
    struct ledger_batch_cache *known;
    const struct ledger_foreseen_record *foreseen;
    struct ledger_entitlement *entitled;
    struct ledger_hasher *hasher;
    struct ledger_verdict *verdict;
    const struct ledger_record *record;
    uint8_t keys[LEDGER_SIGNATURES_MAX][LEDGER_ED25519_KEY_SIZE]; /* of the signers so far */
};

/* Where a line that was not found is not in. */
static const char *place_of(const struct ledger_lookup *lookup)
{
    return lookup->partial ? "the proof" : "force";
}

/* What it means that a line was not found. */
static enum ledger_finding missing(const struct ledger_lookup *lookup, enum ledger_finding finding)
{
    return lookup->partial ? LEDGER_EVIDENCE_MISSING : finding;
}

/* Whether a vkey in text has this name, without the cost of parsing it. */
static bool is_named(struct ledger_span text, struct ledger_span name)
{
    return text.size > name.size && text.data[name.size] == '+' &&
           ledger_span_equal((struct ledger_span){text.data, name.size}, name);
}

bool ledger_party_find(struct ledger_vkey *vkey, struct ledger_hasher *hasher,
                       const struct ledger_record *record, struct ledger_span name, uint32_t key_id)
{
    struct ledger_lines parties = record->parties;
    struct ledger_span text;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    while (ledger_lines_next(&parties, &text)) {
        if (is_named(text, name) && ledger_vkey_parse(hasher, vkey, &verdict, text) &&
            ledger_vkey_signs_as(vkey, name, key_id)) {
            return true;
        }
    }
    return false;
}

static bool governors_sign(const struct ledger_record *record)
{
    return ledger_record_is_authority(record) && !ledger_is_registrars(record);
}

/* What the operator records it signs with the key that signs checkpoints. */
static bool identify_operator(struct judgment *j, struct ledger_signer *signer,
                              struct ledger_vkey *vkey, const struct ledger_signature *signature)
{
    const struct ledger_authority_line *line =
        j->lookup->subject(j->lookup->context, ledger_span_of(LEDGER_OPERATOR_SUBJECT));
    *signer = (struct ledger_signer){.name = signature->name, .key_id = signature->key_id};
    if (line == NULL) {
        return ledger_verdict_set(j->verdict, missing(j->lookup, LEDGER_NOT_ENROLLED),
                                  "no operator line is in %s", place_of(j->lookup));
    }
    if (line->vkey.id != signature->key_id ||
        !ledger_span_equal(ledger_vkey_name(&line->vkey), signature->name)) {
        return ledger_verdict_set(j->verdict, LEDGER_NOT_ENROLLED,
                                  "records of kind '%.*s' are signed by the operator in force, "
                                  "'%s' with key ID %08x, and by nobody else",
                                  LEDGER_SPAN_ARGS(j->record->kind), line->vkey.name,
                                  (unsigned)line->vkey.id);
    }
    signer->line = line;
    *vkey = line->vkey;
    return true;
}

/* Finds whose signature it is, and the key to verify it with. */
static bool identify(struct judgment *j, struct ledger_signer *signer, struct ledger_vkey *vkey,
                     const struct ledger_signature *signature)
{
    bool governor = governors_sign(j->record);
    struct ledger_vkey party;
    if (ledger_record_is_operators(j->record)) {
        return identify_operator(j, signer, vkey, signature);
    }
    *signer = (struct ledger_signer){.name = signature->name};
    signer->line =
        j->lookup->key(j->lookup->context, governor ? LEDGER_LINE_GOVERNOR : LEDGER_LINE_KEY,
                       signature->name, signature->key_id);
    signer->party =
        ledger_party_find(&party, j->hasher, j->record, signature->name, signature->key_id);
    if (signer->line == NULL && !signer->party) {
        return ledger_verdict_set(j->verdict, missing(j->lookup, LEDGER_NOT_ENROLLED),
                                  "no %s line for '%.*s' with key ID %08x is in %s",
                                  governor ? "governor" : "key", LEDGER_SPAN_ARGS(signature->name),
                                  (unsigned)signature->key_id, place_of(j->lookup));
    }
    *vkey = signer->line != NULL ? signer->line->vkey : party;
    signer->key_id = vkey->id;
    /* Two keys can be made that share name and key ID. Only one of them signed. */
    signer->party = signer->party && ledger_vkey_equal(vkey, &party);
    return true;
}

/* One person under two keys, or one key under two names: nobody counts twice. */
static bool signed_before(const struct judgment *j, const struct ledger_vkey *vkey)
{
    for (unsigned i = 0; i < j->entitled->count; i++) {
        if (memcmp(j->keys[i], vkey->key, sizeof vkey->key) == 0 ||
            ledger_span_equal(j->entitled->signers[i].name, ledger_vkey_name(vkey))) {
            return true;
        }
    }
    return false;
}

static bool verifies(struct judgment *j, struct ledger_signer *signer,
                     const struct ledger_signature *signature, const struct ledger_vkey *vkey)
{
    return ledger_foreseen_verifies(j->foreseen, &signer->batch, j->entitled->count, vkey) ||
           ledger_signature_check(j->known, &signer->batch, j->hasher, j->verdict, j->record,
                                  signature, vkey);
}

static bool take_signer(struct judgment *j, const struct ledger_signature *signature)
{
    struct ledger_entitlement *entitled = j->entitled;
    struct ledger_signer *signer = &entitled->signers[entitled->count];
    struct ledger_vkey vkey;
    if (!identify(j, signer, &vkey, signature)) {
        return false;
    }
    if (signed_before(j, &vkey)) {
        return ledger_verdict_set(j->verdict, LEDGER_REPEATED_SIGNER, "'%s' signed twice",
                                  vkey.name);
    }
    if (!verifies(j, signer, signature, &vkey)) {
        return false;
    }
    memcpy(j->keys[entitled->count++], vkey.key, sizeof vkey.key);
    return true;
}

static bool enough_governors(struct judgment *j)
{
    const struct ledger_authority_line *line =
        j->lookup->subject(j->lookup->context, ledger_span_of("threshold"));
    if (line == NULL) {
        return ledger_verdict_set(j->verdict, missing(j->lookup, LEDGER_TOO_FEW_GOVERNORS),
                                  "no threshold line is in %s", place_of(j->lookup));
    }
    if (j->entitled->count < line->threshold) {
        return ledger_verdict_set(j->verdict, LEDGER_TOO_FEW_GOVERNORS,
                                  "%u governors signed, %llu are needed", j->entitled->count,
                                  (unsigned long long)line->threshold);
    }
    return true;
}

static bool institution_in_force(struct judgment *j)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    struct ledger_span id = j->record->institution;
    if (j->lookup->subject(j->lookup->context, ledger_institution_subject(memory, id)) != NULL) {
        return true;
    }
    return ledger_verdict_set(j->verdict, missing(j->lookup, LEDGER_UNKNOWN_INSTITUTION),
                              "no line for institution '%.*s' is in %s", LEDGER_SPAN_ARGS(id),
                              place_of(j->lookup));
}

static bool registrars_alone(struct judgment *j)
{
    for (unsigned i = 0; i < j->entitled->count; i++) {
        const struct ledger_authority_line *line = j->entitled->signers[i].line;
        if (!ledger_span_equal(line->institution, j->record->institution) ||
            !ledger_grants_allow(line->grants, ledger_span_of(LEDGER_ROLE_REGISTRAR),
                                 j->record->category)) {
            return ledger_verdict_set(j->verdict, LEDGER_ROLE_MISSING,
                                      "'%s' is no registrar of '%.*s', and nobody else signs a "
                                      "change that it files",
                                      line->vkey.name, LEDGER_SPAN_ARGS(j->record->institution));
        }
    }
    return true;
}

static bool parties_signed(struct judgment *j)
{
    struct ledger_lines parties = j->record->parties;
    struct ledger_vkey vkey;
    while (ledger_record_next_party(&parties, j->hasher, &vkey)) {
        bool found = false;
        for (unsigned i = 0; i < j->entitled->count && !found; i++) {
            const struct ledger_signer *signer = &j->entitled->signers[i];
            found = signer->party && ledger_span_equal(signer->name, ledger_vkey_name(&vkey));
        }
        if (!found) {
            return ledger_verdict_set(
                j->verdict, LEDGER_PARTY_UNSIGNED,
                "the record names '%s' (key ID %08x) as a party, who did not sign it", vkey.name,
                (unsigned)vkey.id);
        }
    }
    return true;
}

/* What it means that nobody of the institution signed: a proof that leaves out the key line of
 * somebody who is a party too does not show of which institution the signer is. */
static enum ledger_finding unsigned_or_unshown(const struct judgment *j)
{
    for (unsigned i = 0; i < j->entitled->count; i++) {
        if (j->entitled->signers[i].line == NULL) {
            return missing(j->lookup, LEDGER_INSTITUTION_UNSIGNED);
        }
    }
    return LEDGER_INSTITUTION_UNSIGNED;
}

static bool institution_signed(struct judgment *j)
{
    for (unsigned i = 0; i < j->entitled->count; i++) {
        const struct ledger_authority_line *line = j->entitled->signers[i].line;
        if (line != NULL && ledger_span_equal(line->institution, j->record->institution)) {
            return true;
        }
    }
    return ledger_verdict_set(j->verdict, unsigned_or_unshown(j),
                              "no signer is of institution '%.*s'",
                              LEDGER_SPAN_ARGS(j->record->institution));
}

static bool no_rule(struct judgment *j)
{
    const struct ledger_record *record = j->record;
    if (j->lookup->partial) {
        return ledger_verdict_set(
            j->verdict, LEDGER_EVIDENCE_MISSING,
            "neither the line of 'rule %.*s %.*s' nor the absence of 'rules' is in the proof",
            LEDGER_SPAN_ARGS(record->kind), LEDGER_SPAN_ARGS(record->event));
    }
    return ledger_verdict_set(j->verdict, LEDGER_NO_RULE,
                              "rules are required, and none is in force for kind '%.*s' and event "
                              "'%.*s': governors can set a line 'rule %.*s %.*s ...'",
                              LEDGER_SPAN_ARGS(record->kind), LEDGER_SPAN_ARGS(record->event),
                              LEDGER_SPAN_ARGS(record->kind), LEDGER_SPAN_ARGS(record->event));
}

static bool rule_is_met(struct judgment *j)
{
    uint8_t memory[LEDGER_RULE_SUBJECT_MAX];
    struct ledger_entitlement *entitled = j->entitled;
    const struct ledger_authority_line *line = j->lookup->subject(
        j->lookup->context, ledger_rule_subject(memory, j->record->kind, j->record->event));
    if (line == NULL) {
        return j->lookup->absent(j->lookup->context, ledger_span_of(LEDGER_RULES_SUBJECT)) ||
               no_rule(j);
    }
    if (!ledger_rule_parse(&entitled->rule, j->verdict, line->text)) {
        return false;
    }
    entitled->ruled = ledger_rule_is_met(entitled, j->verdict, j->record);
    return entitled->ruled;
}

bool ledger_entitled_foreseen(const struct ledger_lookup *lookup, struct ledger_batch_cache *known,
                              const struct ledger_foreseen_record *foreseen,
                              struct ledger_entitlement *entitled, struct ledger_hasher *hasher,
                              struct ledger_verdict *verdict, const struct ledger_record *record)
{
    struct judgment j = {lookup, known, foreseen, entitled, hasher, verdict, record, {{0}}};
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    entitled->count = 0;
    entitled->ruled = false;
    while (ledger_note_next(&rest, &signature)) {
        if (!take_signer(&j, &signature)) {
            return false;
        }
    }
    if (ledger_record_is_operators(record)) {
        return true;
    }
    if (governors_sign(record)) {
        return enough_governors(&j);
    }
    if (ledger_record_is_authority(record)) {
        return institution_in_force(&j) && registrars_alone(&j);
    }
    return parties_signed(&j) && institution_in_force(&j) && institution_signed(&j) &&
           rule_is_met(&j);
}

bool ledger_entitled(const struct ledger_lookup *lookup, struct ledger_batch_cache *known,
                     struct ledger_entitlement *entitled, struct ledger_hasher *hasher,
                     struct ledger_verdict *verdict, const struct ledger_record *record)
{
    return ledger_entitled_foreseen(lookup, known, NULL, entitled, hasher, verdict, record);
}

static bool is_authority_record(struct ledger_verdict *verdict, const struct ledger_record *record,
                                bool first)
{
    if (!first && !ledger_span_is(record->event, "change")) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                                  "an authority record must be event 'change'");
    }
    if (!ledger_span_is(record->matter, LEDGER_KIND_AUTHORITY)) {
        return ledger_verdict_set(verdict, first ? LEDGER_BAD_GENESIS : LEDGER_BAD_CHANGE,
                                  "an authority record must be of matter 'authority'");
    }
    if (first && !ledger_span_equal(record->institution, record->ledger)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_GENESIS,
                                  "a genesis must be of institution '%.*s'",
                                  LEDGER_SPAN_ARGS(record->ledger));
    }
    return true;
}

bool ledger_belongs(struct ledger_verdict *verdict, const struct ledger_record *record,
                    struct ledger_span origin, uint64_t index)
{
    bool first = index == 0;
    bool change = ledger_record_is_authority(record);
    if (!first && !ledger_span_equal(record->ledger, origin)) {
        return ledger_verdict_set(verdict, LEDGER_OTHER_LEDGER,
                                  "the record is for '%.*s', this ledger is '%.*s'",
                                  LEDGER_SPAN_ARGS(record->ledger), LEDGER_SPAN_ARGS(origin));
    }
    if ((change && ledger_span_is(record->event, "genesis")) != first) {
        return ledger_verdict_set(
            verdict, LEDGER_BAD_GENESIS,
            first ? "the first record must be of kind 'authority', event 'genesis'"
                  : "a genesis can only be the first entry");
    }
    return change ? is_authority_record(verdict, record, first)
                  : ledger_operator_record_check(verdict, record, index);
}
