/*
 * world.h - the ledger that is measured: four institutions with three keys each, and records as
 * they file them.
 *
 * Keys are key files, opened as the programs open them. Records are generated from a seed: Chinese
 * text, 0 to 3 documents, data of 40 to 400 bytes, 1 to 3 signers.
 */
#ifndef LEDGER_BENCH_WORLD_H
#define LEDGER_BENCH_WORLD_H

#include <inttypes.h>
#include <sodium.h>

#include "keys/signer.h"
#include "ledger/base/timestamp.h"
#include "ledger/format/entry.h"
#include "ledger/ops/append.h"
#include "ledger/ops/create.h"
#include "tests/bench/bench.h"

#define WORLD_ORIGIN "publiclaw.gz.example/2026"
#define WORLD_INSTITUTIONS 4
#define WORLD_KEYS 3 /* of an institution */
#define WORLD_NOTE_MAX 4096
#define WORLD_BASE_MS INT64_C(1795406400000) /* 2026-11-23 */

struct world {
    const char *directory;
    struct ledger_hasher *hasher;
    struct ledger_signer *operator_key;
    struct ledger_signer *governor;
    struct ledger_signer *keys[WORLD_INSTITUTIONS][WORLD_KEYS];
    struct ledger_signing operator_signing;
    struct bench_random random;
    uint64_t records; /* generated so far */
};

static const char *const world_institutions[WORLD_INSTITUTIONS] = {
    "smu-forensics.gz.example", "nanfang-notary.gz.example", "yuexiu-mediation.gz.example",
    "legal-aid.gz.example"};
static const char *const world_names[WORLD_INSTITUTIONS] = {
    "南方医科大学司法鉴定中心", "广东省广州市南方公证处", "越秀区人民调解委员会",
    "广州市法律援助处"};
static const char *const world_kinds[WORLD_INSTITUTIONS] = {"forensic-appraisal", "notarisation",
                                                            "mediation", "legal-aid"};
static const char *const world_events[] = {"accept", "upload", "review", "issue", "extract"};
static const char *const world_numbers[WORLD_INSTITUTIONS] = {
    "粤南医鉴〔2026〕病鉴字第", "（2026）粤广南方第", "越调字〔2026〕第", "穗援〔2026〕民字第"};
static const char *const world_files[] = {"鉴定意见书.pdf", "公证书正本.pdf", "人民调解协议书.pdf",
                                          "法律援助决定书.pdf", "现场照片及检材清单.zip"};
static const char *const world_words[] = {
    "委托人提交的材料齐全，予以受理", "经两名鉴定人共同签名并由第三人复核",
    "当事人已在电子签名页确认",       "文书已通过线上平台发送",
    "按照规定保存期限归档",           "复核意见与原意见一致"};

static inline enum ledger_status world_sign(void *context, uint8_t signature[64],
                                            struct ledger_span message)
{
    ledger_signer_sign(context, signature, message);
    return LEDGER_OK;
}

static inline void world_key_path(char path[PATH_MAX], const char *directory, size_t institution,
                                  size_t key)
{
    char name[64];
    (void)snprintf(name, sizeof name, "signer-%zu-%zu.key", institution, key);
    bench_path(path, directory, name);
}

static inline void world_key(struct ledger_signer **signer, const char *path, const char *name)
{
    struct ledger_error error;
    enum ledger_status status =
        access(path, F_OK) == 0
            ? ledger_signer_open(signer, path, (struct ledger_span){0}, &error)
            : ledger_signer_generate(signer, path, ledger_span_of(name), NULL, &error);
    bench_ok(status, &error);
}

/* A key that only this process knows, for people too many to have key files. */
static inline void world_person(struct world *world, struct ledger_vkey *vkey,
                                unsigned char secret[crypto_sign_SECRETKEYBYTES], const char *name)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    unsigned char key[crypto_sign_PUBLICKEYBYTES];
    bench_fill(&world->random, seed, sizeof seed);
    (void)crypto_sign_seed_keypair(key, secret, seed);
    LEDGER_ASSERT(
        ledger_vkey_make(world->hasher, vkey, LEDGER_KEY_ED25519, ledger_span_of(name), key));
}

/* Makes or opens the keys in `directory`, and starts the generator. */
static inline void world_open(struct world *world, const char *directory)
{
    char path[PATH_MAX];
    char name[LEDGER_NAME_MAX];
    *world = (struct world){.directory = directory, .random = {BENCH_SEED}};
    if (ledger_hasher_new(&world->hasher) != LEDGER_OK) {
        bench_die("out of memory");
    }
    bench_path(path, directory, "operator.key");
    world_key(&world->operator_key, path, WORLD_ORIGIN);
    bench_path(path, directory, "governor.key");
    world_key(&world->governor, path, "justice.gz.example/li-na");
    for (size_t i = 0; i < WORLD_INSTITUTIONS; i++) {
        for (size_t k = 0; k < WORLD_KEYS; k++) {
            world_key_path(path, directory, i, k);
            (void)snprintf(name, sizeof name, "%s/person-%zu", world_institutions[i], k);
            world_key(&world->keys[i][k], path, name);
        }
    }
    world->operator_signing = (struct ledger_signing){
        .vkey = ledger_signer_vkey(world->operator_key),
        .sign = world_sign,
        .context = world->operator_key,
    };
}

/* The vkey of the ledger's log, as it is written. */
static inline void world_log(const struct world *world, char text[LEDGER_VKEY_MAX + 1])
{
    struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)text, LEDGER_VKEY_MAX);
    ledger_vkey_write(&buffer, ledger_signer_vkey(world->operator_key));
    text[buffer.size] = '\0';
}

static inline void world_close(struct world *world)
{
    for (size_t i = 0; i < WORLD_INSTITUTIONS; i++) {
        for (size_t k = 0; k < WORLD_KEYS; k++) {
            ledger_signer_close(&world->keys[i][k]);
        }
    }
    ledger_signer_close(&world->governor);
    ledger_signer_close(&world->operator_key);
    ledger_hasher_free(&world->hasher);
}

/* Ends a note whose text is all of `buffer`: an empty line, then one signature a signer. */
static inline void world_sign_note(struct ledger_buffer *buffer, struct ledger_signer **signers,
                                   size_t count)
{
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_span text = ledger_buffer_span(buffer);
    ledger_buffer_text(buffer, "\n");
    for (size_t i = 0; i < count; i++) {
        ledger_signer_sign(signers[i], signature, text);
        ledger_note_write_signature(buffer, ledger_signer_vkey(signers[i]), signature,
                                    sizeof signature);
    }
    LEDGER_ASSERT(!buffer->overflow);
}

/* --- authority records --- */

/* Adds a line made by printf to the lines of a change. */
struct world_change {
    struct ledger_span *sets;
    size_t count;
    struct ledger_buffer text;
};

LEDGER_PRINTF(3, 4)
static inline void world_set(struct world_change *change, const struct ledger_vkey *vkey,
                             const char *format, ...)
{
    char words[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    /* The vkey, if there is one, stands after the first word. */
    size_t first = vkey == NULL ? strlen(words) : strcspn(words, " ");
    size_t start = change->text.size;
    ledger_buffer_add(&change->text, (struct ledger_span){(uint8_t *)words, first});
    if (vkey != NULL) {
        ledger_buffer_text(&change->text, " ");
        ledger_vkey_write(&change->text, vkey);
        ledger_buffer_text(&change->text, words + first);
    }
    LEDGER_ASSERT(!change->text.overflow);
    change->sets[change->count++] =
        (struct ledger_span){change->text.data + start, change->text.size - start};
}

/* Writes the text of an authority record: of the ledger itself, or of a registrar's institution. */
static inline void world_authority_text(struct world *world, struct ledger_buffer *buffer,
                                        const char *event, const char *institution,
                                        const struct world_change *change)
{
    struct ledger_record_fields fields = {
        .ledger = ledger_span_of(WORLD_ORIGIN),
        .kind = ledger_span_of(LEDGER_KIND_AUTHORITY),
        .event = ledger_span_of(event),
        .matter = ledger_span_of("authority"),
        .institution = ledger_span_of(institution),
        .time = ledger_span_of("2026-11-23T09:00:00+08:00"),
        .sets = change->sets,
        .set_count = change->count,
    };
    bench_fill(&world->random, fields.nonce, sizeof fields.nonce);
    ledger_record_write(buffer, &fields);
}

static inline void world_first_lines(const struct world *world, struct world_change *change)
{
    world_set(change, ledger_signer_vkey(world->operator_key), "operator");
    world_set(change, ledger_signer_vkey(world->governor), "governor");
    world_set(change, NULL, "threshold 1");
    for (size_t i = 0; i < WORLD_INSTITUTIONS; i++) {
        world_set(change, NULL, "institution %s clerk,reviewer %s", world_institutions[i],
                  world_names[i]);
        for (size_t k = 0; k < WORLD_KEYS; k++) {
            world_set(change, ledger_signer_vkey(world->keys[i][k]), "key %s clerk",
                      world_institutions[i]);
        }
    }
}

/* Founds the ledger `name` in the world's directory; its path goes to `path`. */
static inline void world_found(struct world *world, char path[PATH_MAX], const char *name)
{
    static uint8_t lines[16384];
    static uint8_t note[16384];
    struct ledger_span sets[64];
    struct world_change change = {.sets = sets, .text = ledger_buffer_in(lines, sizeof lines)};
    struct ledger_buffer buffer = ledger_buffer_in(note, sizeof note);
    struct ledger_create_options options = {0};
    struct ledger_verdict verdict;
    struct ledger_error error;
    bench_path(path, world->directory, name);
    world_first_lines(world, &change);
    world_authority_text(world, &buffer, "genesis", WORLD_ORIGIN, &change);
    world_sign_note(&buffer, &world->governor, 1);
    bench_ok(ledger_create(&verdict, path, ledger_buffer_span(&buffer), &world->operator_signing,
                           &options, &error),
             &error);
}

static inline void world_remove(const char *path)
{
    static const char *const files[] = {"/data.mdb", "/lock.mdb", "", ".guard"};
    char name[PATH_MAX + 16];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, files[i]);
        (void)remove(name);
    }
}

static inline void world_appender_jobs(struct world *world, struct ledger_appender **appender,
                                       const char *path, unsigned jobs)
{
    struct ledger_append_options options = {.jobs = jobs};
    struct ledger_verdict verdict;
    struct ledger_error error;
    bench_ok(
        ledger_appender_open(appender, &verdict, path, &world->operator_signing, &options, &error),
        &error);
}

/* One that works on one thread. */
static inline void world_appender(struct world *world, struct ledger_appender **appender,
                                  const char *path)
{
    world_appender_jobs(world, appender, path, 1);
}

/* --- records --- */

/* A record to come. Spans point into it: it is not to be copied. */
struct world_record {
    struct ledger_record_fields fields;
    char matter[128];
    char time[21];
    char data[1024];
    struct ledger_document documents[3];
    size_t institution;
    size_t signers;
};

static inline void world_data(struct world *world, struct world_record *record)
{
    size_t size = (size_t)snprintf(record->data, sizeof record->data, "{\"页数\":%u,\"说明\":\"",
                                   (unsigned)(1 + bench_below(&world->random, 60)));
    uint64_t sentences = 1 + bench_below(&world->random, 6);
    for (uint64_t i = 0; i < sentences; i++) {
        const char *word =
            world_words[bench_below(&world->random, sizeof world_words / sizeof world_words[0])];
        size += (size_t)snprintf(record->data + size, sizeof record->data - size, "%s%s",
                                 i == 0 ? "" : "；", word);
    }
    (void)snprintf(record->data + size, sizeof record->data - size, "\"}");
}

/* Thinks up the next record. About one matter in four entries is new. */
static inline void world_next(struct world *world, struct world_record *record)
{
    struct bench_random *random = &world->random;
    uint64_t n = world->records++;
    size_t i = (size_t)bench_below(random, WORLD_INSTITUTIONS);
    uint64_t files = bench_below(random, 4);
    memset(record, 0, sizeof *record);
    (void)snprintf(record->matter, sizeof record->matter, "%s%" PRIu64 "号", world_numbers[i],
                   1000 + n / 4);
    ledger_write_claimed_time(record->time, WORLD_BASE_MS + (int64_t)n * 1000);
    world_data(world, record);
    for (uint64_t d = 0; d < files; d++) {
        struct ledger_document *document = &record->documents[d];
        bench_fill(random, document->digest.bytes, sizeof document->digest.bytes);
        document->size = 20000 + bench_below(random, 5000000);
        document->name = ledger_span_of(world_files[bench_below(random, 5)]);
    }
    record->institution = i;
    record->signers = 1 + (size_t)bench_below(random, WORLD_KEYS);
    record->fields = (struct ledger_record_fields){
        .ledger = ledger_span_of(WORLD_ORIGIN),
        .kind = ledger_span_of(world_kinds[i]),
        .event = ledger_span_of(world_events[bench_below(random, 5)]),
        .matter = ledger_span_of(record->matter),
        .institution = ledger_span_of(world_institutions[i]),
        .time = ledger_span_of(record->time),
        .documents = record->documents,
        .document_count = files,
        .data = ledger_span_of(record->data),
    };
    bench_fill(random, record->fields.nonce, sizeof record->fields.nonce);
}

static inline struct ledger_span world_note(struct world *world, struct ledger_buffer *memory,
                                            size_t *signers)
{
    struct world_record record;
    world_next(world, &record);
    *signers = record.signers;
    struct ledger_buffer buffer =
        ledger_buffer_in(memory->data + memory->size, memory->capacity - memory->size);
    ledger_record_write(&buffer, &record.fields);
    world_sign_note(&buffer, world->keys[record.institution], record.signers);
    memory->size += buffer.size;
    return ledger_buffer_span(&buffer);
}

/* Signed records, kept in memory. */
struct world_notes {
    struct ledger_buffer memory;
    struct ledger_span *notes;
    size_t count;
    size_t signatures;
};

static inline void world_notes_reserve(struct world_notes *notes, size_t count)
{
    *notes = (struct world_notes){0};
    notes->memory = ledger_buffer_in(bench_memory(count * WORLD_NOTE_MAX), count * WORLD_NOTE_MAX);
    notes->notes = bench_memory(count * sizeof notes->notes[0]);
}

/* Adds `count` records. */
static inline void world_notes_make(struct world *world, struct world_notes *notes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t signers = 0;
        struct ledger_span note = world_note(world, &notes->memory, &signers);
        notes->notes[notes->count++] = note;
        notes->signatures += signers;
    }
}

static inline void world_notes_reset(struct world_notes *notes)
{
    notes->memory.size = 0;
    notes->count = 0;
    notes->signatures = 0;
}

static inline void world_notes_free(struct world_notes *notes)
{
    free(notes->memory.data);
    free(notes->notes);
}

/* Appends notes `first` up to but not including `end`, `batch` at a time. */
static inline void world_append(struct ledger_appender *appender, const struct world_notes *notes,
                                size_t first, size_t end, size_t batch)
{
    static struct ledger_receipt receipts[LEDGER_BATCH_MAX];
    struct ledger_verdict verdict;
    struct ledger_error error;
    size_t refused;
    while (first < end) {
        size_t count = end - first < batch ? end - first : batch;
        bench_ok(ledger_append(appender, receipts, &refused, &verdict, notes->notes + first, count,
                               &error),
                 &error);
        bench_valid(&verdict);
        first += count;
    }
}

#endif
