#include "tests/status_samples.h"

#include "ledger/ops/search.h"
#include "ledger/tree/prefix_map.h"

struct status_samples *status_new(void)
{
    struct status_samples *f = calloc(1, sizeof *f);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    f->s = samples_new();
    f->memory = samples_memory(f->s, LEDGER_EVIDENCE_MAX);
    f->entry = samples_memory(f->s, sizeof *f->entry);
    samples_ledger(f->s, 1);
    f->matters[f->count++] = LEDGER_KIND_AUTHORITY;
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&f->policy), LEDGER_OK);
    ledger_policy_of_log(f->policy, samples_vkey(f->s, SAMPLE_OPERATOR));
    status_write(f);
    return f;
}

void status_free(struct status_samples **f)
{
    ledger_appender_close(&(*f)->appender);
    ledger_prover_free(&(*f)->prover);
    ledger_reader_close(&(*f)->reader);
    ledger_policy_free(&(*f)->policy);
    samples_free(&(*f)->s);
    free(*f);
    *f = NULL;
}

void status_write(struct status_samples *f)
{
    ledger_prover_free(&f->prover);
    ledger_reader_close(&f->reader);
    CU_ASSERT_EQUAL_FATAL(samples_open(f->s, &f->appender), LEDGER_OK);
}

void status_read(struct status_samples *f)
{
    ledger_appender_close(&f->appender);
    CU_ASSERT_EQUAL_FATAL(ledger_reader_open(&f->reader, f->s->path, false, &f->s->error),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_prover_new(&f->prover, f->reader, &f->s->error), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_reader_checkpoint(f->reader, &f->checkpoint, 0, &f->s->error),
                          LEDGER_OK);
}

static uint64_t append_note(struct status_samples *f, struct ledger_span note, const char *matter)
{
    uint64_t index = LEDGER_NO_ENTRY;
    CU_ASSERT_EQUAL_FATAL(samples_append(f->s, f->appender, note, &index), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(f->s->verdict.finding, LEDGER_VALID);
    CU_ASSERT_EQUAL_FATAL(index, f->count);
    CU_ASSERT_FATAL(f->count < STATUS_ENTRIES_MAX);
    f->matters[f->count++] = matter;
    return index;
}

uint64_t status_append(struct status_samples *f, struct sample_record what)
{
    return append_note(f, samples_record(f->s, &what), what.matter);
}

uint64_t status_ordinary(struct status_samples *f, const char *matter)
{
    return status_append(f, (struct sample_record){.matter = matter});
}

void status_rules(struct status_samples *f)
{
    (void)append_note(f, samples_rules(f->s), LEDGER_KIND_AUTHORITY);
}

struct ledger_span status_index_record(struct status_samples *f, uint64_t index,
                                       const struct ledger_hash *root, enum sample_who who)
{
    uint8_t memory[64] = {0};
    struct ledger_buffer base64 = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_base64(&base64, root->bytes, sizeof root->bytes);
    struct sample_record what = {
        .kind = LEDGER_KIND_INDEX,
        .event = "root",
        .matter = LEDGER_KIND_INDEX,
        .institution = SAMPLE_ORIGIN,
        .fields = {samples_text(f->s, "size %llu", (unsigned long long)index),
                   samples_text(f->s, "root %.*s", LEDGER_SPAN_ARGS(ledger_buffer_span(&base64)))},
        .signers = {who}};
    return samples_record(f->s, &what);
}

uint64_t status_index(struct status_samples *f)
{
    struct ledger_hash root = status_root(f, f->count);
    return append_note(f, status_index_record(f, f->count, &root, SAMPLE_OPERATOR),
                       LEDGER_KIND_INDEX);
}

/* V(k) by its definition, in bytes. */
static struct ledger_hash value_of(struct status_samples *f, const char *matter, uint64_t before)
{
    struct ledger_hash value = {{0}};
    for (uint64_t i = 0; i < before; i++) {
        if (strcmp(f->matters[i], matter) == 0) {
            uint8_t bytes[1 + LEDGER_HASH_SIZE + 8] = {4};
            memcpy(bytes + 1, value.bytes, LEDGER_HASH_SIZE);
            for (unsigned k = 0; k < 8; k++) {
                bytes[1 + LEDGER_HASH_SIZE + k] = (uint8_t)(i >> (56 - 8 * k));
            }
            ledger_hash_bytes(f->s->hasher, &value, (struct ledger_span){bytes, sizeof bytes});
        }
    }
    return value;
}

static bool was_before(const struct status_samples *f, uint64_t index)
{
    for (uint64_t i = 0; i < index; i++) {
        if (strcmp(f->matters[i], f->matters[index]) == 0) {
            return true;
        }
    }
    return false;
}

static struct ledger_prefix_map *tree_of(struct status_samples *f, uint64_t before)
{
    struct ledger_prefix_map *map;
    CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_new(&map), LEDGER_OK);
    for (uint64_t i = 0; i < before; i++) {
        struct ledger_hash key;
        if (was_before(f, i)) {
            continue;
        }
        struct ledger_hash value = value_of(f, f->matters[i], before);
        ledger_hash_bytes(f->s->hasher, &key, ledger_span_of(f->matters[i]));
        CU_ASSERT_EQUAL_FATAL(ledger_prefix_map_put(map, &key, &value, f), LEDGER_OK);
    }
    return map;
}

struct ledger_hash status_root(struct status_samples *f, uint64_t before)
{
    struct ledger_hash root;
    struct ledger_prefix_map *map = tree_of(f, before);
    ledger_prefix_map_root(map, f->s->hasher, &root);
    ledger_prefix_map_free(&map);
    return root;
}

bool status_path(struct status_samples *f, struct ledger_prefix_path *path,
                 struct ledger_prefix_end *end, const char *matter, uint64_t before)
{
    struct ledger_hash key;
    struct ledger_prefix_map *map = tree_of(f, before);
    ledger_hash_bytes(f->s->hasher, &key, ledger_span_of(matter));
    bool present = ledger_prefix_map_path(map, f->s->hasher, path, end, &key);
    ledger_prefix_map_free(&map);
    return present;
}

struct ledger_span status_head(struct status_samples *f, uint64_t index)
{
    struct ledger_span proof;
    CU_ASSERT_EQUAL_FATAL(ledger_prove(f->prover, &proof, index, &f->s->error), LEDGER_OK);
    proof.size -= f->checkpoint.size;
    return samples_copy(f->s, proof);
}

struct status_pieces status_pieces(struct status_samples *f, const char *matter, uint64_t as_of)
{
    struct status_pieces p;
    memset(&p, 0, sizeof p);
    p.matter = matter;
    bool present = status_path(f, &p.path, &p.end, matter, as_of);
    p.index = status_head(f, as_of);
    for (uint64_t i = 0; i < as_of; i++) {
        if (strcmp(f->matters[i], matter) == 0) {
            CU_ASSERT_FATAL(p.count < STATUS_HEADS_MAX);
            p.heads[p.count++] = status_head(f, i);
        }
    }
    CU_ASSERT_EQUAL(present, p.count > 0);
    p.entries = p.count;
    p.checkpoint = f->checkpoint;
    return p;
}

struct ledger_span status_bytes(struct status_samples *f, const struct status_pieces *pieces)
{
    size_t size = LEDGER_STATUS_HEAD_MAX + pieces->index.size + pieces->checkpoint.size;
    for (unsigned i = 0; i < pieces->count; i++) {
        size += pieces->heads[i].size;
    }
    struct ledger_buffer out = ledger_buffer_in(samples_memory(f->s, size), size);
    ledger_status_proof_write_head(&out, ledger_span_of(pieces->matter), pieces->entries,
                                   &pieces->path, &pieces->end);
    ledger_buffer_add(&out, pieces->index);
    for (unsigned i = 0; i < pieces->count; i++) {
        ledger_buffer_add(&out, pieces->heads[i]);
    }
    ledger_buffer_add(&out, pieces->checkpoint);
    CU_ASSERT_FALSE(out.overflow);
    return ledger_buffer_span(&out);
}

enum ledger_finding status_check_bytes(struct status_samples *f, struct ledger_span bytes)
{
    struct ledger_status_proof proof;
    ledger_verdict_clear(&f->s->verdict);
    bool valid = ledger_status_proof_parse(&proof, &f->s->verdict, bytes) &&
                 ledger_status_check(f->s->hasher, &f->s->verdict, &f->report, &proof, f->policy,
                                     f->entry, f->memory, NULL, NULL);
    CU_ASSERT_EQUAL(valid, f->s->verdict.finding == LEDGER_VALID);
    CU_ASSERT_NOT_EQUAL(f->s->verdict.finding, LEDGER_NOT_CHECKED);
    return f->s->verdict.finding;
}

enum ledger_finding status_check(struct status_samples *f, const struct status_pieces *pieces)
{
    return status_check_bytes(f, status_bytes(f, pieces));
}

struct status_samples *status_world(uint32_t nonces)
{
    static const char *const steps[] = {"accept", "appraise", "review", "issue", "correct"};
    struct status_samples *f = status_new();
    f->s->nonces += nonces;
    (void)status_ordinary(f, "A");
    (void)status_ordinary(f, "B");
    (void)status_ordinary(f, "A");
    (void)status_ordinary(f, "C");
    CU_ASSERT_EQUAL(status_index(f), STATUS_FIRST);
    (void)status_ordinary(f, "A");
    status_rules(f);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct sample_record what = samples_appraisal("F", steps[i]);
        if (i == 2) {
            what.signers[0] = SAMPLE_ZHAO;
        }
        (void)status_append(f, what);
    }
    CU_ASSERT_EQUAL(status_index(f), STATUS_SECOND);
    (void)status_append(f, samples_appraisal("G", "accept"));
    status_read(f);
    return f;
}
