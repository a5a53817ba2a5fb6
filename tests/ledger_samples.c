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
