#include "ledger/ops/prove.h"

#include <stdlib.h>

#include "ledger/law/entitlement.h"
#include "ledger/law/operator_record.h"
#include "ledger/law/registrar.h"
#include "ledger/ops/authority_replay.h"
#include "ledger/ops/prove_parts.h"
#include "ledger/ops/reader.h"
#include "ledger/store/tree_reader.h"

/* After a replay that failed half-way: the next call starts anew. */
#define UNKNOWN_POSITION UINT64_MAX

enum ledger_status ledger_prover_new(struct ledger_prover **out, struct ledger_reader *reader,
                                     struct ledger_error *error)
{
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    *out = NULL;
    struct ledger_prover *prover = malloc(sizeof *prover);
    if (prover == NULL) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot make proofs");
    }
    prover->reader = reader;
    prover->authority = NULL;
    prover->position = 0;
    enum ledger_status status = ledger_reader_checkpoint(reader, &prover->note, 0, error);
    if (status == LEDGER_OK &&
        !ledger_checkpoint_parse(&prover->checkpoint, &verdict, prover->note)) {
        status = ledger_error_set(error, LEDGER_DAMAGED, 0, "the last checkpoint is damaged: %s",
                                  verdict.detail);
    }
    if (status == LEDGER_OK && ledger_authority_new(&prover->authority) != LEDGER_OK) {
        status = ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot make proofs");
    }
    if (status != LEDGER_OK) {
        ledger_prover_free(&prover);
        return status;
    }
    ledger_block_nodes_start(&prover->nodes, reader->store, reader->hasher,
                             prover->checkpoint.size);
    *out = prover;
    return LEDGER_OK;
}

void ledger_prover_free(struct ledger_prover **prover)
{
    if (*prover != NULL) {
        ledger_authority_free(&(*prover)->authority);
        free(*prover);
        *prover = NULL;
    }
}

static enum ledger_status start_anew(struct ledger_prover *prover, struct ledger_error *error)
{
    ledger_authority_free(&prover->authority);
    prover->position = UNKNOWN_POSITION;
    if (ledger_authority_new(&prover->authority) != LEDGER_OK) {
        return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot make a proof");
    }
    prover->position = 0;
    return LEDGER_OK;
}

/* Changes cannot be taken back, but between most entries there is none. */
static enum ledger_status move_back(struct ledger_prover *prover, uint64_t index,
                                    struct ledger_error *error)
{
    bool changed = prover->position == UNKNOWN_POSITION;
    enum ledger_status status = LEDGER_OK;
    if (!changed) {
        status = ledger_authority_changed(prover->reader->store, &changed, index, prover->position,
                                          error);
    }
    if (status == LEDGER_OK && changed) {
        return start_anew(prover, error);
    }
    prover->position = status == LEDGER_OK ? index : UNKNOWN_POSITION;
    return status;
}

/* Brings the authority to what was in force before entry `index`. */
static enum ledger_status move_to(struct ledger_prover *prover, uint64_t index,
                                  struct ledger_error *error)
{
    enum ledger_status status = LEDGER_OK;
    if (index < prover->position) {
        status = move_back(prover, index, error);
    }
    if (status == LEDGER_OK) {
        status = ledger_authority_replay(prover->authority, prover->reader->store,
                                         prover->reader->hasher, prover->position, index, error);
        prover->position = status == LEDGER_OK ? index : UNKNOWN_POSITION;
    }
    return status;
}

/* The lines that entitle the signers of one record: theirs, their institutions', and one more. */
#define GROUNDS_MAX (2 * LEDGER_SIGNATURES_MAX + 2)

#define BASE64_HASH_SIZE 45 /* with the space before it */
#define ITEM_MAX                                                                                   \
    (sizeof "absent \npath 256\nend \n" + LEDGER_AUTHORITY_LINE_MAX +                              \
     (LEDGER_PREFIX_DEPTH + 2) * BASE64_HASH_SIZE)

_Static_assert(GROUNDS_MAX <= LEDGER_EVIDENCE_LINES_MAX, "evidence has room for every ground");
_Static_assert(sizeof LEDGER_EVIDENCE_HEADER "\n" + GROUNDS_MAX * ITEM_MAX + LEDGER_ENTRY_MAX <=
                   LEDGER_EVIDENCE_MAX,
               "the longest grounds fit into the evidence");

struct grounds {
    const struct ledger_authority *authority;
    struct ledger_hasher *hasher;
    const struct ledger_record *record;
    unsigned count;
    const struct ledger_authority_line *lines[GROUNDS_MAX];
    bool complete; /* every line that must have been in force was */
    bool no_rules; /* rules were not required */
};

/* `line` may be NULL: it was not found. Nothing is taken twice. */
static void take(struct grounds *grounds, const struct ledger_authority_line *line)
{
    grounds->complete = grounds->complete && line != NULL;
    for (unsigned i = 0; i < grounds->count; i++) {
        if (grounds->lines[i] == line) {
            return;
        }
    }
    if (line != NULL) {
        LEDGER_ASSERT(grounds->count < GROUNDS_MAX);
        grounds->lines[grounds->count++] = line;
    }
}

static void take_subject(struct grounds *grounds, struct ledger_span subject)
{
    take(grounds, ledger_authority_find(grounds->authority, grounds->hasher, subject));
}

static void take_institution(struct grounds *grounds, struct ledger_span id)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    take_subject(grounds, ledger_institution_subject(memory, id));
}

/* A party of the record needs no line. */
static void take_signers(struct grounds *grounds, enum ledger_line_type type)
{
    struct ledger_span rest = grounds->record->note.signatures;
    struct ledger_signature signature;
    struct ledger_vkey party;
    while (ledger_note_next(&rest, &signature)) {
        const struct ledger_authority_line *line = ledger_authority_find_key(
            grounds->authority, grounds->hasher, type, signature.name, signature.key_id);
        if (line != NULL || !ledger_party_find(&party, grounds->hasher, grounds->record,
                                               signature.name, signature.key_id)) {
            take(grounds, line);
        }
    }
}

static void take_institutions(struct grounds *grounds)
{
    unsigned signers = grounds->count;
    take_institution(grounds, grounds->record->institution);
    for (unsigned i = 0; i < signers; i++) {
        take_institution(grounds, grounds->lines[i]->institution);
    }
}

static void take_rule(struct grounds *grounds)
{
    uint8_t memory[LEDGER_RULE_SUBJECT_MAX];
    grounds->no_rules = ledger_authority_find(grounds->authority, grounds->hasher,
                                              ledger_span_of(LEDGER_RULES_SUBJECT)) == NULL;
    if (!grounds->no_rules) {
        take_subject(grounds,
                     ledger_rule_subject(memory, grounds->record->kind, grounds->record->event));
    }
}

static struct grounds grounds_of(const struct ledger_prover *prover,
                                 const struct ledger_record *record)
{
    struct grounds grounds = {.authority = prover->authority,
                              .hasher = prover->reader->hasher,
                              .record = record,
                              .complete = true};
    bool change = ledger_record_is_authority(record);
    if (ledger_record_is_operators(record)) {
        take_subject(&grounds, ledger_span_of(LEDGER_OPERATOR_SUBJECT));
        return grounds;
    }
    if (change && !ledger_is_registrars(record)) {
        take_signers(&grounds, LEDGER_LINE_GOVERNOR);
        take_subject(&grounds, ledger_span_of("threshold"));
        return grounds;
    }
    take_signers(&grounds, LEDGER_LINE_KEY);
    take_institutions(&grounds);
    if (!change) {
        take_rule(&grounds);
    }
    return grounds;
}

static enum ledger_status add_grounds(struct ledger_prover *prover, struct ledger_buffer *evidence,
                                      const struct ledger_record *record,
                                      struct ledger_error *error)
{
    struct grounds grounds = grounds_of(prover, record);
    struct ledger_prefix_end end;
    if (!grounds.complete) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "a line that must have been in force is not in the authority: "
                                "verify the ledger");
    }
    for (unsigned i = 0; i < grounds.count; i++) {
        const struct ledger_authority_line *line = grounds.lines[i];
        LEDGER_ASSERT(ledger_authority_path(prover->authority, prover->reader->hasher,
                                            &prover->path, line->subject));
        ledger_evidence_add(evidence, line->text, &prover->path);
    }
    if (grounds.no_rules) {
        struct ledger_span rules = ledger_span_of(LEDGER_RULES_SUBJECT);
        LEDGER_ASSERT(ledger_authority_absence(prover->authority, prover->reader->hasher,
                                               &prover->path, &end, rules));
        ledger_evidence_add_absent(evidence, rules, &prover->path, &end);
    }
    return LEDGER_OK;
}

/* An index that lies would lead to paths that prove nothing. */
static enum ledger_status check_authority(struct ledger_prover *prover,
                                          const struct ledger_entry *entry,
                                          struct ledger_error *error)
{
    struct ledger_hash root;
    ledger_authority_root(prover->authority, prover->reader->hasher, &root);
    if (ledger_hash_equal(&root, &entry->authority)) {
        return LEDGER_OK;
    }
    return ledger_error_set(error, LEDGER_DAMAGED, 0,
                            "the authority records do not lead to the root that entry %llu has: "
                            "verify the ledger",
                            (unsigned long long)entry->index);
}

static enum ledger_status write_evidence(struct ledger_prover *prover,
                                         struct ledger_buffer *evidence, uint64_t index,
                                         struct ledger_error *error)
{
    struct ledger_span bytes;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    enum ledger_status status =
        ledger_store_known_entry(prover->reader->store, &bytes, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    if (!ledger_entry_parse(&entry, &verdict, bytes)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0, "entry %llu is damaged: %s",
                                (unsigned long long)index, verdict.detail);
    }
    ledger_evidence_start(evidence);
    if (index > 0) {
        status = move_to(prover, index, error);
        if (status == LEDGER_OK) {
            status = check_authority(prover, &entry, error);
        }
        if (status == LEDGER_OK) {
            status = add_grounds(prover, evidence, &entry.record, error);
        }
    }
    ledger_evidence_finish(evidence, bytes);
    return status;
}

static enum ledger_status write_path(struct ledger_prover *prover, struct ledger_tree_proof *path,
                                     uint64_t index, struct ledger_error *error)
{
    prover->nodes.reader.error = error;
    if (index >= prover->checkpoint.size) {
        return ledger_error_set(error, LEDGER_NOT_FOUND, 0,
                                "entry %llu is not under a checkpoint: the last covers %llu "
                                "entries",
                                (unsigned long long)index,
                                (unsigned long long)prover->checkpoint.size);
    }
    return ledger_inclusion_prove(prover->reader->hasher, path, index, prover->checkpoint.size,
                                  ledger_block_nodes_read, &prover->nodes);
}

enum ledger_status ledger_prove_head(struct ledger_prover *prover, struct ledger_span *head,
                                     uint64_t index, struct ledger_error *error)
{
    struct ledger_buffer evidence = ledger_buffer_in(prover->evidence, sizeof prover->evidence);
    struct ledger_buffer out = ledger_buffer_in(prover->proof, sizeof prover->proof);
    struct ledger_tree_proof path;
    enum ledger_status status = write_path(prover, &path, index, error);
    if (status == LEDGER_OK) {
        status = write_evidence(prover, &evidence, index, error);
    }
    if (status != LEDGER_OK) {
        return status;
    }
    ledger_proof_head_write(&out, index, &path, ledger_buffer_span(&evidence));
    LEDGER_ASSERT(!evidence.overflow && !out.overflow);
    *head = ledger_buffer_span(&out);
    return LEDGER_OK;
}

enum ledger_status ledger_prove(struct ledger_prover *prover, struct ledger_span *proof,
                                uint64_t index, struct ledger_error *error)
{
    struct ledger_span head;
    enum ledger_status status = ledger_prove_head(prover, &head, index, error);
    if (status != LEDGER_OK) {
        return status;
    }
    struct ledger_buffer out = ledger_buffer_in(prover->proof, sizeof prover->proof);
    out.size = head.size;
    ledger_buffer_add(&out, prover->note);
    LEDGER_ASSERT(!out.overflow);
    *proof = ledger_buffer_span(&out);
    return LEDGER_OK;
}

enum ledger_status ledger_prove_consistency(struct ledger_prover *prover,
                                            struct ledger_tree_proof *proof, uint64_t *size,
                                            uint64_t old_size, struct ledger_error *error)
{
    struct ledger_tree_reader reader = {prover->reader->store, prover->reader->hasher, error};
    uint64_t last = prover->checkpoint.size;
    if (old_size == 0 || old_size > last) {
        return ledger_error_set(error, LEDGER_INVALID, 0,
                                "no consistency can be proved from size %llu to size %llu",
                                (unsigned long long)old_size, (unsigned long long)last);
    }
    enum ledger_status status = ledger_consistency_prove(prover->reader->hasher, proof, old_size,
                                                         last, ledger_tree_read_node, &reader);
    if (status == LEDGER_OK) {
        *size = last;
    }
    return status;
}
