/* The records of the sample ledger, and entries and checkpoints made by hand. */
#include <stdio.h>

#include "ledger/format/batch_maker.h"
#include "tests/ledger_samples.h"

static size_t spans_of(struct ledger_span *spans, const char *const *values, size_t most)
{
    size_t count = 0;
    while (count < most && values[count] != NULL) {
        spans[count] = ledger_span_of(values[count]);
        count++;
    }
    return count;
}

static size_t vkeys_of(struct samples *samples, struct ledger_span *spans,
                       const enum sample_who *who)
{
    size_t count = 0;
    while (count < SAMPLE_SIGNERS_MAX && who[count] != SAMPLE_NOBODY) {
        spans[count] = ledger_span_of(samples_line(samples, "", who[count], ""));
        count++;
    }
    return count;
}

static struct ledger_span value_or(const char *value, const char *otherwise)
{
    return ledger_span_of(value != NULL ? value : otherwise);
}

static void sign_in_batch(struct samples *samples, struct sample_text *note,
                          const struct sample_key *key, struct ledger_span text)
{
    uint8_t memory[LEDGER_BATCH_MESSAGE_MAX];
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_buffer message = ledger_buffer_in(memory, sizeof memory);
    struct ledger_batch_maker *maker = samples_memory(samples, sizeof *maker);
    ledger_batch_start(maker, samples->hasher);
    ledger_batch_add(maker, ledger_span_of("the first\n"));
    ledger_batch_add(maker, text);
    ledger_batch_add(maker, ledger_span_of("the third\n"));
    ledger_batch_to_sign(maker, &message);
    crypto_sign_detached(signature, NULL, message.data, message.size, key->secret);
    ledger_batch_write_line(maker, &note->buffer, &key->vkey, signature, 1);
}

struct ledger_span samples_signed_so(struct samples *samples, struct ledger_span text,
                                     const enum sample_who *signers, unsigned batched)
{
    struct sample_text note;
    sample_start(&note, "");
    ledger_buffer_add(&note.buffer, text);
    ledger_buffer_text(&note.buffer, "\n");
    for (size_t i = 0; i < SAMPLE_SIGNERS_MAX && signers[i] != SAMPLE_NOBODY; i++) {
        const struct sample_key *key = &samples->keys[signers[i]];
        if ((batched >> i & 1) != 0) {
            sign_in_batch(samples, &note, key, text);
        } else {
            sample_sign(&note, key, text, 0);
        }
    }
    return samples_copy(samples, sample_span(&note));
}

struct ledger_span samples_signed(struct samples *samples, struct ledger_span text,
                                  const enum sample_who *signers)
{
    return samples_signed_so(samples, text, signers, 0);
}

struct ledger_span samples_record(struct samples *samples, const struct sample_record *what)
{
    static const enum sample_who governors[] = {SAMPLE_LI_NA, SAMPLE_CHEN_JIE, SAMPLE_NOBODY};
    static const enum sample_who notary[] = {SAMPLE_ZHANG, SAMPLE_NOBODY};
    struct ledger_span unsets[SAMPLE_VALUES_MAX];
    struct ledger_span sets[SAMPLE_VALUES_MAX];
    struct ledger_span parties[SAMPLE_SIGNERS_MAX];
    struct ledger_span named[SAMPLE_FIELDS_MAX];
    struct sample_text text;
    uint32_t nonce = what->nonce != 0 ? what->nonce : ++samples->nonces;
    bool change = what->kind != NULL && strcmp(what->kind, LEDGER_KIND_AUTHORITY) == 0;
    struct ledger_record_fields fields = {
        .ledger = value_or(what->ledger, SAMPLE_ORIGIN),
        .kind = value_or(what->kind, "notarial-deed"),
        .event = value_or(what->event, change ? "change" : "issue"),
        .matter = value_or(what->matter, change ? "authority" : "粤穗南证〔2026〕第1234号"),
        .institution = value_or(what->institution, change ? SAMPLE_ORIGIN : SAMPLE_NOTARY),
        .time = ledger_span_of("2026-11-23T10:21:07+08:00"),
        .documents = what->documents,
        .document_count = what->document_count,
        .unsets = unsets,
        .unset_count = spans_of(unsets, what->unsets, SAMPLE_VALUES_MAX),
        .sets = sets,
        .set_count = spans_of(sets, what->sets, SAMPLE_VALUES_MAX),
        .category = value_or(what->category, ""),
        .parties = parties,
        .party_count = vkeys_of(samples, parties, what->parties),
        .refers = value_or(what->refers, ""),
        .fields = named,
        .field_count = spans_of(named, what->fields, SAMPLE_FIELDS_MAX),
        .data = value_or(what->data, "")};
    ledger_put_be64(fields.nonce, nonce);
    sample_start(&text, "");
    ledger_record_write(&text.buffer, &fields);
    return samples_signed_so(samples, sample_span(&text),
                             what->signers[0] != SAMPLE_NOBODY ? what->signers
                             : change                          ? governors
                                                               : notary,
                             what->batched);
}

struct ledger_span samples_ordinary(struct samples *samples, uint64_t n)
{
    struct ledger_document documents[2] = {{.size = n, .name = ledger_span_of("公证书.pdf")},
                                           {.size = n, .name = ledger_span_of("公证书 副本.pdf")}};
    struct sample_record what = {
        .matter = samples_text(samples, "粤南〔2026〕第%llu号", (unsigned long long)(n / 3)),
        .documents = documents,
        .document_count = n % 3};
    ledger_put_be64(documents[0].digest.bytes, n / 2);
    ledger_put_be64(documents[1].digest.bytes, n / 2);
    if (n % 4 == 1) {
        what.institution = SAMPLE_FORENSICS;
        what.kind = "forensic-appraisal";
        what.signers[0] = SAMPLE_WANG;
        what.signers[1] = SAMPLE_ZHAO;
    } else if (n % 4 == 2) {
        what.institution = SAMPLE_MEDIATION;
        what.kind = "mediation";
        what.data = "{\"结果\":\"调解成功\"}";
        what.signers[0] = SAMPLE_SUN;
    }
    return samples_record(samples, &what);
}

struct ledger_span samples_change(struct samples *samples, const char *unset, const char *set)
{
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY, .unsets = {unset}, .sets = {set}};
    return samples_record(samples, &what);
}

struct sample_record samples_founding(struct samples *samples)
{
    return (struct sample_record){
        .kind = LEDGER_KIND_AUTHORITY,
        .event = "genesis",
        .sets = {
            samples_line(samples, "operator ", SAMPLE_OPERATOR, ""),
            samples_line(samples, "governor ", SAMPLE_LI_NA, ""),
            samples_line(samples, "governor ", SAMPLE_CHEN_JIE, ""),
            samples_line(samples, "governor ", SAMPLE_HE_MIN, ""), "threshold 2",
            "institution " SAMPLE_NOTARY " notary,registrar 广东省广州市南方公证处",
            "institution " SAMPLE_FORENSICS " appraiser,reviewer 南方医科大学司法鉴定中心",
            "institution " SAMPLE_MEDIATION " mediator 天河区人民调解委员会",
            "institution " SAMPLE_FIRM " lawyer 越秀 律师事务所",
            samples_line(samples, "key ", SAMPLE_ZHANG, " " SAMPLE_NOTARY " notary"),
            samples_line(samples, "key ", SAMPLE_LI_SI, " " SAMPLE_NOTARY " notary,registrar"),
            samples_line(samples, "key ", SAMPLE_WANG, " " SAMPLE_FORENSICS " appraiser"),
            samples_line(samples, "key ", SAMPLE_ZHAO, " " SAMPLE_FORENSICS " appraiser,reviewer"),
            samples_line(samples, "key ", SAMPLE_SUN, " " SAMPLE_MEDIATION " mediator"),
            samples_line(samples, "key ", SAMPLE_ZHOU, " " SAMPLE_FIRM " lawyer")}};
}

struct ledger_span samples_genesis(struct samples *samples)
{
    struct sample_record founding = samples_founding(samples);
    return samples_record(samples, &founding);
}

struct ledger_span samples_rules(struct samples *samples)
{
    static const char of_kind[] = "rule forensic-appraisal";
    struct sample_record change = {
        .kind = LEDGER_KIND_AUTHORITY,
        .sets = {
            "rules required", "institution " SAMPLE_SECOND " appraiser 番禺司法鉴定所",
            samples_line(samples, "key ", SAMPLE_STRANGER, " " SAMPLE_SECOND " appraiser"),
            samples_text(samples, "%s accept after=- sign=appraiser:1", of_kind),
            samples_text(samples,
                         "%s appraise after=accept,appraise sign=appraiser:1 needs=conclusion",
                         of_kind),
            samples_text(samples, "%s review after=appraise sign=reviewer:1 not-by=appraise",
                         of_kind),
            samples_text(samples,
                         "%s issue after=review sign=appraiser:1 by=appraiser:1:appraise "
                         "keeps=conclusion:appraise term=30:accept makes=effective",
                         of_kind),
            samples_text(samples,
                         "%s correct after=issue,correct sign=appraiser:1 by=appraiser:1:appraise "
                         "makes=corrected",
                         of_kind),
            "rule re-appraisal accept after=- sign=appraiser:1 "
            "referred=other:forensic-appraisal/issue"}};
    return samples_record(samples, &change);
}

struct sample_record samples_appraisal(const char *matter, const char *event)
{
    bool concludes = strcmp(event, "appraise") == 0 || strcmp(event, "issue") == 0;
    return (struct sample_record){
        .kind = "forensic-appraisal",
        .event = event,
        .matter = matter,
        .institution = SAMPLE_FORENSICS,
        .fields = {concludes ? "conclusion 同一人书写" : NULL},
        .signers = {strcmp(event, "review") == 0 ? SAMPLE_ZHAO : SAMPLE_WANG}};
}

struct sample_record samples_reappraisal(const char *matter, const char *refers)
{
    return (struct sample_record){.kind = "re-appraisal",
                                  .event = "accept",
                                  .matter = matter,
                                  .refers = refers,
                                  .institution = SAMPLE_SECOND,
                                  .signers = {SAMPLE_STRANGER}};
}

struct ledger_record samples_parsed(struct samples *samples, struct ledger_span note)
{
    struct ledger_record record;
    ledger_verdict_clear(&samples->verdict);
    bool parsed = ledger_record_parse(&record, &samples->verdict, note);
    if (!parsed) {
        printf("\n%s\n", samples->verdict.detail);
    }
    CU_ASSERT_FATAL(parsed);
    return record;
}

struct ledger_span samples_entry(struct samples *samples, const struct ledger_entry *entry)
{
    struct sample_text text;
    sample_start(&text, "");
    ledger_entry_write(&text.buffer, entry);
    return samples_copy(samples, sample_span(&text));
}

struct ledger_span samples_checkpoint(struct samples *samples, const char *origin, uint64_t size,
                                      const struct ledger_hash *root, enum sample_who who)
{
    struct sample_text text;
    sample_start(&text, "");
    ledger_checkpoint_write(&text.buffer, ledger_span_of(origin), size, root);
    return samples_signed(samples, sample_span(&text), (enum sample_who[]){who, SAMPLE_NOBODY});
}
