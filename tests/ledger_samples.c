#include "tests/ledger_samples.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct sample_block {
    struct sample_block *next;
    uint8_t memory[];
};

static const char *const key_names[SAMPLE_KEYS] = {
    [SAMPLE_NOBODY] = "nobody.example",
    [SAMPLE_OPERATOR] = SAMPLE_ORIGIN,
    [SAMPLE_OPERATOR_NEXT] = SAMPLE_ORIGIN,
    [SAMPLE_LI_NA] = "justice.gz.example/li-na",
    [SAMPLE_CHEN_JIE] = "court.gz.example/chen-jie",
    [SAMPLE_HE_MIN] = "procuratorate.gz.example/he-min",
    [SAMPLE_ZHANG] = SAMPLE_NOTARY "/zhang-san",
    [SAMPLE_LI_SI] = SAMPLE_NOTARY "/li-si",
    [SAMPLE_WANG] = SAMPLE_FORENSICS "/wang-wu",
    [SAMPLE_ZHAO] = SAMPLE_FORENSICS "/zhao-liu",
    [SAMPLE_SUN] = SAMPLE_MEDIATION "/sun-qi",
    [SAMPLE_ZHOU] = SAMPLE_FIRM "/zhou-ba",
    [SAMPLE_STRANGER] = "stranger.example",
    [SAMPLE_NEWCOMER] = SAMPLE_NOTARY "/wu-jiu",
};

static enum ledger_status sign(void *context, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                               struct ledger_span message)
{
    const struct sample_key *key = context;
    crypto_sign_detached(signature, NULL, message.data, message.size, key->secret);
    return LEDGER_OK;
}

struct samples *samples_new(void)
{
    struct samples *s = calloc(1, sizeof *s);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    s->hasher = sample_hasher();
    for (unsigned i = 0; i < SAMPLE_KEYS; i++) {
        sample_key(&s->keys[i], LEDGER_KEY_ED25519, key_names[i], (uint8_t)(i + 1));
    }
    s->operator_key =
        (struct ledger_signing){&s->keys[SAMPLE_OPERATOR].vkey, sign, &s->keys[SAMPLE_OPERATOR]};
    s->operator_next = (struct ledger_signing){&s->keys[SAMPLE_OPERATOR_NEXT].vkey, sign,
                                               &s->keys[SAMPLE_OPERATOR_NEXT]};
    s->now = SAMPLE_TIME;
    ledger_verdict_clear(&s->verdict);
    return s;
}

/* A directory of files only, or of directories of files. */
static void remove_directory(const char *path, unsigned depth)
{
    DIR *directory = opendir(path);
    for (struct dirent *d = directory == NULL ? NULL : readdir(directory); d != NULL;
         d = readdir(directory)) {
        char name[512];
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) {
            continue;
        }
        (void)snprintf(name, sizeof name, "%s/%s", path, d->d_name);
        if (unlink(name) != 0 && depth > 0) {
            remove_directory(name, depth - 1);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    (void)rmdir(path);
}

void samples_free(struct samples **samples)
{
    struct samples *s = *samples;
    if (s->directory[0] != '\0') {
        remove_directory(s->directory, 2);
    }
    while (s->blocks != NULL) {
        struct sample_block *next = s->blocks->next;
        free(s->blocks);
        s->blocks = next;
    }
    ledger_hasher_free(&s->hasher);
    free(s);
    *samples = NULL;
}

void *samples_memory(struct samples *samples, size_t size)
{
    struct sample_block *block = calloc(1, sizeof *block + size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(block);
    block->next = samples->blocks;
    samples->blocks = block;
    return block->memory;
}

const char *samples_text(struct samples *samples, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    CU_ASSERT_FATAL(size >= 0);
    char *own = samples_memory(samples, (size_t)size + 1);
    memcpy(own, text, (size_t)size + 1);
    free(text);
    return own;
}

const struct ledger_vkey *samples_vkey(const struct samples *samples, enum sample_who who)
{
    return &samples->keys[who].vkey;
}

const char *samples_line(struct samples *samples, const char *before, enum sample_who who,
                         const char *after)
{
    uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
    struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
    ledger_vkey_write(&buffer, &samples->keys[who].vkey);
    return samples_text(samples, "%s%s%s", before, (const char *)memory, after);
}

struct ledger_span samples_copy(struct samples *samples, struct ledger_span bytes)
{
    uint8_t *own = samples_memory(samples, bytes.size + 1);
    memcpy(own, bytes.data, bytes.size);
    return (struct ledger_span){own, bytes.size};
}

struct ledger_span samples_replaced(struct samples *samples, struct ledger_span bytes,
                                    const char *what, const char *with)
{
    struct sample_text text;
    sample_replace(&text, bytes, what, with);
    return samples_copy(samples, sample_span(&text));
}

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

struct ledger_span samples_signed(struct samples *samples, struct ledger_span text,
                                  const enum sample_who *signers)
{
    struct sample_text note;
    sample_start(&note, "");
    ledger_buffer_add(&note.buffer, text);
    ledger_buffer_text(&note.buffer, "\n");
    for (size_t i = 0; i < SAMPLE_SIGNERS_MAX && signers[i] != SAMPLE_NOBODY; i++) {
        sample_sign(&note, &samples->keys[signers[i]], text, 0);
    }
    return samples_copy(samples, sample_span(&note));
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
    return samples_signed(samples, sample_span(&text),
                          what->signers[0] != SAMPLE_NOBODY ? what->signers
                          : change                          ? governors
                                                            : notary);
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

struct ledger_state *samples_state(struct samples *samples)
{
    struct ledger_state *state = NULL;
    CU_ASSERT_EQUAL_FATAL(ledger_state_new(&state, samples->hasher), LEDGER_OK);
    return state;
}

bool samples_accept(struct samples *samples, struct ledger_state *state, struct ledger_span *bytes,
                    struct ledger_span note)
{
    struct sample_text text;
    struct ledger_entry entry;
    struct ledger_hash leaf;
    bool fits = false;
    sample_start(&text, "");
    ledger_state_compose(state, &text.buffer, samples->now, note);
    struct ledger_span own = samples_copy(samples, sample_span(&text));
    ledger_verdict_clear(&samples->verdict);
    CU_ASSERT_EQUAL(ledger_state_accept(state, &samples->verdict, &fits, &entry, &leaf, own),
                    LEDGER_OK);
    if (bytes != NULL) {
        *bytes = own;
    }
    return fits;
}

int64_t samples_clock(void *samples)
{
    const struct samples *s = samples;
    return s->now;
}

void samples_directory(struct samples *samples)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(samples->directory, sizeof samples->directory, "%s/ledger-test.XXXXXX",
                   base != NULL && strlen(base) < 32 ? base : "/tmp");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(samples->directory));
    (void)snprintf(samples->path, sizeof samples->path, "%s/台账", samples->directory);
    (void)snprintf(samples->guard, sizeof samples->guard, "%s.guard", samples->path);
}

enum ledger_status samples_open(struct samples *samples, struct ledger_appender **appender)
{
    struct ledger_append_options options = {.clock = samples_clock, .clock_context = samples};
    memset(&samples->error, 0, sizeof samples->error);
    return ledger_appender_open(appender, &samples->verdict, samples->path, &samples->operator_key,
                                &options, &samples->error);
}

enum ledger_status samples_append(struct samples *samples, struct ledger_appender *appender,
                                  struct ledger_span note, uint64_t *index)
{
    struct ledger_receipt receipt = {.index = LEDGER_NO_ENTRY};
    size_t refused;
    enum ledger_status status =
        ledger_append(appender, &receipt, &refused, &samples->verdict, &note, 1, &samples->error);
    if (index != NULL) {
        *index = receipt.index;
    }
    return status;
}

/* Entry 2 takes ZHOU's key away. */
static struct ledger_span note_of(struct samples *s, uint64_t index)
{
    return index == 2 ? samples_change(s, samples_line(s, "key ", SAMPLE_ZHOU, ""), NULL)
                      : samples_ordinary(s, index);
}

void samples_ledger(struct samples *samples, uint64_t size)
{
    struct ledger_create_options options = {
        .map_size = SAMPLE_MAP_SIZE, .clock = samples_clock, .clock_context = samples};
    struct ledger_appender *appender = NULL;
    static const size_t most = LEDGER_BATCH_MAX;
    struct ledger_span *notes = samples_memory(samples, most * sizeof *notes);
    struct ledger_receipt *receipts = samples_memory(samples, most * sizeof *receipts);
    samples_directory(samples);
    CU_ASSERT_EQUAL_FATAL(ledger_create(&samples->verdict, samples->path, samples_genesis(samples),
                                        &samples->operator_key, &options, &samples->error),
                          LEDGER_OK);
    if (size > 1) {
        CU_ASSERT_EQUAL_FATAL(samples_open(samples, &appender), LEDGER_OK);
    }
    for (uint64_t next = 1; next < size;) {
        size_t refused;
        size_t count = 0;
        while (next < size && count < most) {
            notes[count++] = note_of(samples, next++);
        }
        CU_ASSERT_EQUAL_FATAL(ledger_append(appender, receipts, &refused, &samples->verdict, notes,
                                            count, &samples->error),
                              LEDGER_OK);
        CU_ASSERT_EQUAL_FATAL(samples->verdict.finding, LEDGER_VALID);
    }
    ledger_appender_close(&appender);
}

struct ledger_span samples_file(struct samples *samples, const char *path)
{
    struct stat info;
    CU_ASSERT_EQUAL_FATAL(stat(path, &info), 0);
    uint8_t *bytes = samples_memory(samples, (size_t)info.st_size + 1);
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size_t size = fread(bytes, 1, (size_t)info.st_size, file);
    fclose(file);
    return (struct ledger_span){bytes, size};
}

void samples_write_file(const char *path, struct ledger_span bytes)
{
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    CU_ASSERT_EQUAL(fclose(file), 0);
}
