/* What takes the operator's key: indexes, statistics and checkpoints made anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/base/encoding.h"
#include "ledger/format/entry.h"
#include "ledger/law/operator_record.h"
#include "tests/trust/insider/forge.h"
#include "tools/figures.h"

/* ---- figures -------------------------------------------------------------------------------- */

/* The first `count` entries as a ledger of their own, signed for nobody else to see. */
static void cut_out(struct forge *f, struct fixture_image *part, uint64_t count)
{
    const struct fixture_table *meta = &f->t.image.tables[LEDGER_TABLE_META];
    memset(part, 0, sizeof *part);
    for (size_t i = 0; i < meta->count; i++) {
        fixture_put(part, LEDGER_TABLE_META, meta->rows[i].key, meta->rows[i].value);
    }
    for (uint64_t i = 0; i < count; i++) {
        fixture_set_entry(part, i, fixture_entry(&f->t.image, i));
    }
    fixture_recompose(&f->world, part, 1);
    fixture_reindex(&f->world, part);
    fixture_resign(&f->world, part, count);
}

static void trust_operators(struct forge *f, struct ledger_policy *policy)
{
    uint8_t memory[4096];
    struct ledger_verdict verdict;
    struct ledger_buffer text = ledger_buffer_in(memory, sizeof memory);
    for (int i = 0; i < 2; i++) {
        ledger_buffer_text(&text, "log ");
        ledger_vkey_write(&text, &cast_find(&f->script.cast, f->script.operators[i])->vkey);
        ledger_buffer_text(&text, "\n");
    }
    ledger_buffer_text(&text, "quorum none\n");
    ledger_verdict_clear(&verdict);
    if (!ledger_policy_parse(f->world.hasher, policy, &verdict, ledger_buffer_span(&text))) {
        fixture_die("the policy is bad");
    }
}

static struct ledger_span count_figures(struct forge *f, const char *ledger)
{
    static struct figures figures;
    struct ledger_policy *policy = NULL;
    struct ledger_error error;
    struct ledger_span csv = {NULL, 0};
    figures = (struct figures){.limit = UINT64_MAX};
    if (ledger_policy_new(&policy) != LEDGER_OK) {
        fixture_die("out of memory");
    }
    trust_operators(f, policy);
    if (figures_count(&figures, ledger, false, policy, true, &error) != LEDGER_OK) {
        fixture_die("cannot count: %s", error.what);
    }
    ledger_policy_free(&policy);
    if (figures.verdict.finding == LEDGER_VALID) {
        csv = (struct ledger_span){figures_csv(&figures), (size_t)figures.canonical.size};
    }
    figures_free(&figures);
    return csv;
}

struct ledger_span forge_figures(void *context, uint64_t before)
{
    struct forge *f = context;
    struct fixture_image part;
    char directory[] = "/tmp/forge-XXXXXX";
    char path[sizeof directory + 16];
    if (mkdtemp(directory) == NULL) {
        fixture_die("cannot make a directory in /tmp");
    }
    snprintf(path, sizeof path, "%s/ledger", directory);
    cut_out(f, &part, before);
    fixture_image_save(&part, path);
    fixture_image_free(&part);
    struct ledger_span csv = count_figures(f, path);
    snprintf(path, sizeof path, "%s/ledger/data.mdb", directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/ledger/lock.mdb", directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/ledger", directory);
    rmdir(path);
    rmdir(directory);
    return csv;
}

/* ---- records of the operator ---------------------------------------------------------------- */

static enum fixture_actor operator_at(const struct forge *f, uint64_t size)
{
    enum fixture_actor actor = fixture_operator(&f->world, &f->t.image, size);
    forge_need(f, ledger_span_of(f->world.keys[actor].label));
    return actor;
}

/* "document sha256 <digest> <size> <name>" of `csv`; the name is that of `line`. */
static void write_document(struct forge *f, struct ledger_buffer *note, struct ledger_span csv,
                           uint64_t index)
{
    struct ledger_hash digest;
    ledger_hash_bytes(f->world.hasher, &digest, csv);
    ledger_buffer_text(note, "document sha256 ");
    ledger_buffer_hex(note, digest.bytes, sizeof digest.bytes);
    ledger_buffer_text(note, " ");
    ledger_buffer_decimal(note, csv.size);
    ledger_buffer_text(note, " ");
    ledger_buffer_decimal(note, index);
    ledger_buffer_text(note, ".csv");
}

static void write_root(struct forge *f, struct ledger_buffer *note, uint64_t index,
                       uint64_t without)
{
    struct ledger_hash root;
    fixture_matters_root(&f->world, &root, &f->script.matters, index, without);
    ledger_buffer_text(note, "field " LEDGER_FIELD_ROOT " ");
    ledger_buffer_base64(note, root.bytes, sizeof root.bytes);
}

/* The record with what it must say at `index`; signed by the operator in force there. */
static void renew_record(struct forge *f, uint64_t index, struct ledger_span text,
                         struct ledger_span csv, uint64_t without)
{
    static uint8_t memory[16384];
    struct ledger_buffer note = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span line;
    while (ledger_span_take_line(&text, &line)) {
        if (ledger_span_starts(line, "field " LEDGER_FIELD_SIZE " ")) {
            ledger_buffer_text(&note, "field " LEDGER_FIELD_SIZE " ");
            ledger_buffer_decimal(&note, index);
        } else if (ledger_span_starts(line, "field " LEDGER_FIELD_ROOT " ")) {
            write_root(f, &note, index, without);
        } else if (ledger_span_starts(line, "document ") && csv.data != NULL) {
            write_document(f, &note, csv, index);
        } else {
            ledger_buffer_add(&note, line);
        }
        ledger_buffer_text(&note, "\n");
    }
    struct ledger_span signed_text = ledger_buffer_span(&note);
    ledger_buffer_text(&note, "\n");
    fixture_sign(&f->world, &note, operator_at(f, index), signed_text);
    LEDGER_ASSERT(!note.overflow);
    tamper_put_note(&f->t, index, ledger_buffer_span(&note));
}

void forge_renew(struct forge *f, uint64_t first, uint64_t without)
{
    struct fixture_matters *matters = &f->script.matters;
    matters->count = 0;
    for (uint64_t i = 0; i < fixture_size(&f->t.image); i++) {
        struct ledger_entry entry;
        struct ledger_verdict verdict;
        struct ledger_span csv = {NULL, 0};
        ledger_verdict_clear(&verdict);
        if (!ledger_entry_parse(&entry, &verdict, fixture_entry(&f->t.image, i))) {
            fixture_die("entry %llu cannot be read", (unsigned long long)i);
        }
        fixture_matters_add(&f->world, matters, entry.record.matter);
        bool statistics = ledger_span_is(entry.record.kind, LEDGER_KIND_STATISTICS);
        if (i < first || (!statistics && !ledger_record_is_index(&entry.record))) {
            continue;
        }
        csv = statistics ? forge_figures(f, i) : csv;
        renew_record(f, i, entry.record.note.text, csv, without);
        free((void *)(uintptr_t)csv.data);
    }
    fixture_recompose(&f->world, &f->t.image, first);
}

/* ---- checkpoints ---------------------------------------------------------------------------- */

void forge_checkpoint(struct forge *f, uint64_t size, struct ledger_span label)
{
    static const struct ledger_hash made_up = {{0x5a}};
    uint8_t memory[LEDGER_SIGNED_CHECKPOINT_MAX];
    struct ledger_buffer note = ledger_buffer_in(memory, sizeof memory);
    struct ledger_hash root = made_up;
    struct fixture_number number;
    forge_need(f, label);
    const struct fixture_key *key = cast_find(&f->script.cast, label);
    if (size <= fixture_size(&f->t.image)) {
        fixture_root(&f->world, &f->t.image, size, &root);
    }
    ledger_checkpoint_write(&note, ledger_vkey_name(&key->vkey), size, &root);
    struct ledger_span text = ledger_buffer_span(&note);
    ledger_buffer_text(&note, "\n");
    fixture_sign_as(key, &note, text);
    LEDGER_ASSERT(!note.overflow);
    fixture_put(&f->t.image, LEDGER_TABLE_CHECKPOINTS, fixture_number(&number, size),
                ledger_buffer_span(&note));
}

static void sign_size(struct forge *f, uint64_t size, struct ledger_span label)
{
    struct ledger_span own =
        label.size != 0 ? label : ledger_span_of(f->world.keys[operator_at(f, size)].label);
    forge_checkpoint(f, size, own);
}

void forge_resign(struct forge *f, uint64_t first, struct ledger_span label)
{
    struct fixture_table *table = &f->t.image.tables[LEDGER_TABLE_CHECKPOINTS];
    uint64_t end = fixture_size(&f->t.image);
    for (size_t i = table->count; i > 0; i--) {
        uint64_t size = ledger_get_be64(table->rows[i - 1].key.data);
        struct fixture_number number;
        if (size > end) {
            fixture_remove(&f->t.image, LEDGER_TABLE_CHECKPOINTS, fixture_number(&number, size));
        } else if (size >= first) {
            sign_size(f, size, label);
        }
    }
    sign_size(f, end, label);
}
