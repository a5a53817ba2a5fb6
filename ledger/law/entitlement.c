#include "ledger/law/entitlement.h"

#include <string.h>

#include "ledger/law/subject.h"

static bool not_found(const struct ledger_lookup *lookup, struct ledger_verdict *verdict,
                      enum ledger_finding finding, const char *what, struct ledger_span name,
                      uint32_t key_id)
{
    return ledger_verdict_set(verdict, lookup->partial ? LEDGER_EVIDENCE_MISSING : finding,
                              "no %s line for '%.*s' with key ID %08x is in %s", what,
                              LEDGER_SPAN_ARGS(name), (unsigned)key_id,
                              lookup->partial ? "the proof" : "force");
}

/* The same name and key ID, or the same key under another name: nobody counts twice. */
static bool is_same_signer(const struct ledger_vkey *a, const struct ledger_vkey *b)
{
    return memcmp(a->key, b->key, sizeof a->key) == 0 ||
           (a->id == b->id && ledger_span_equal(ledger_vkey_name(a), ledger_vkey_name(b)));
}

static bool signed_before(const struct ledger_signers *signers,
                          const struct ledger_authority_line *line)
{
    for (unsigned i = 0; i < signers->count; i++) {
        if (is_same_signer(&signers->lines[i]->vkey, &line->vkey)) {
            return true;
        }
    }
    return false;
}

static bool take_signer(const struct ledger_lookup *lookup, struct ledger_signers *signers,
                        struct ledger_verdict *verdict, const struct ledger_record *record,
                        const struct ledger_signature *signature)
{
    bool change = ledger_record_is_authority(record);
    enum ledger_line_type type = change ? LEDGER_LINE_GOVERNOR : LEDGER_LINE_KEY;
    const struct ledger_authority_line *line =
        lookup->key(lookup->context, type, signature->name, signature->key_id);
    uint8_t bytes[LEDGER_SIGNATURE_SIZE];
    if (line == NULL) {
        return not_found(lookup, verdict, LEDGER_NOT_ENROLLED, change ? "governor" : "key",
                         signature->name, signature->key_id);
    }
    if (signed_before(signers, line)) {
        return ledger_verdict_set(verdict, LEDGER_REPEATED_SIGNER, "'%s' signed twice",
                                  line->vkey.name);
    }
    if (!ledger_signature_bytes(bytes, sizeof bytes, signature) ||
        !ledger_ed25519_verify(bytes, record->note.text, line->vkey.key)) {
        return ledger_verdict_set(verdict, LEDGER_BAD_SIGNATURE,
                                  "the signature of '%s' (key ID %08x) does not fit the record",
                                  line->vkey.name, (unsigned)line->vkey.id);
    }
    signers->lines[signers->count++] = line;
    return true;
}

static bool enough_governors(const struct ledger_lookup *lookup,
                             const struct ledger_signers *signers, struct ledger_verdict *verdict)
{
    const struct ledger_authority_line *line =
        lookup->subject(lookup->context, ledger_span_of("threshold"));
    if (line == NULL) {
        return ledger_verdict_set(
            verdict, lookup->partial ? LEDGER_EVIDENCE_MISSING : LEDGER_TOO_FEW_GOVERNORS,
            "no threshold line is in %s", lookup->partial ? "the proof" : "force");
    }
    if (signers->count < line->threshold) {
        return ledger_verdict_set(verdict, LEDGER_TOO_FEW_GOVERNORS,
                                  "%u governors signed, %llu are needed", signers->count,
                                  (unsigned long long)line->threshold);
    }
    return true;
}

static bool institution_in_force(const struct ledger_lookup *lookup, struct ledger_verdict *verdict,
                                 struct ledger_span id)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    if (lookup->subject(lookup->context, ledger_institution_subject(memory, id)) != NULL) {
        return true;
    }
    return ledger_verdict_set(
        verdict, lookup->partial ? LEDGER_EVIDENCE_MISSING : LEDGER_UNKNOWN_INSTITUTION,
        "no line for institution '%.*s' is in %s", LEDGER_SPAN_ARGS(id),
        lookup->partial ? "the proof" : "force");
}

static bool institution_signed(const struct ledger_signers *signers, struct ledger_verdict *verdict,
                               struct ledger_span id)
{
    for (unsigned i = 0; i < signers->count; i++) {
        if (ledger_span_equal(signers->lines[i]->institution, id)) {
            return true;
        }
    }
    return ledger_verdict_set(verdict, LEDGER_INSTITUTION_UNSIGNED,
                              "no signer is of institution '%.*s'", LEDGER_SPAN_ARGS(id));
}

bool ledger_entitled(const struct ledger_lookup *lookup, struct ledger_signers *signers,
                     struct ledger_verdict *verdict, const struct ledger_record *record)
{
    struct ledger_signers own;
    struct ledger_signers *found = signers != NULL ? signers : &own;
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    found->count = 0;
    while (ledger_note_next(&rest, &signature)) {
        if (!take_signer(lookup, found, verdict, record, &signature)) {
            return false;
        }
    }
    if (ledger_record_is_authority(record)) {
        return enough_governors(lookup, found, verdict);
    }
    return institution_in_force(lookup, verdict, record->institution) &&
           institution_signed(found, verdict, record->institution);
}

static bool is_authority_record(struct ledger_verdict *verdict, const struct ledger_record *record,
                                bool first)
{
    if (!first && !ledger_span_is(record->event, "change")) {
        return ledger_verdict_set(verdict, LEDGER_BAD_CHANGE,
                                  "an authority record must be event 'change'");
    }
    if (!ledger_span_is(record->matter, LEDGER_KIND_AUTHORITY) ||
        !ledger_span_equal(record->institution, record->ledger)) {
        return ledger_verdict_set(
            verdict, first ? LEDGER_BAD_GENESIS : LEDGER_BAD_CHANGE,
            "an authority record must be of matter 'authority' and institution '%.*s'",
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
    return !change || is_authority_record(verdict, record, first);
}
