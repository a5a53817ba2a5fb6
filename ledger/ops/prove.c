#include "ledger/ops/prove.h"

#include <stdlib.h>

#include "ledger/law/authority.h"
#include "ledger/law/subject.h"
#include "ledger/ops/authority_replay.h"
#include "ledger/ops/reader.h"
#include "ledger/store/tree_reader.h"

/* After a replay that failed half-way: the next call starts anew. */
#define UNKNOWN_POSITION UINT64_MAX

struct ledger_prover {
    struct ledger_reader *reader;
    struct ledger_span note; /* the checkpoint */
    struct ledger_checkpoint checkpoint;
    struct ledger_authority *authority; /* before entry `position` */
    uint64_t position;
    struct ledger_prefix_path path;
    uint8_t evidence[LEDGER_EVIDENCE_MAX];
    uint8_t proof[LEDGER_PROOF_FILE_MAX];
};

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

/* Brings the authority to what was in force before entry `index`. */
static enum ledger_status move_to(struct ledger_prover *prover, uint64_t index,
                                  struct ledger_error *error)
{
    if (index < prover->position) {
        ledger_authority_free(&prover->authority);
        prover->position = UNKNOWN_POSITION;
        if (ledger_authority_new(&prover->authority) != LEDGER_OK) {
            return ledger_error_set(error, LEDGER_NO_MEMORY, 0, "cannot make a proof");
        }
        prover->position = 0;
    }
    uint64_t from = prover->position;
    enum ledger_status status = ledger_authority_replay(prover->authority, prover->reader->store,
                                                        prover->reader->hasher, from, index, error);
    prover->position = status == LEDGER_OK ? index : UNKNOWN_POSITION;
    return status;
}

static enum ledger_status add_line(struct ledger_prover *prover, struct ledger_buffer *evidence,
                                   const struct ledger_authority_line *line,
                                   struct ledger_error *error)
{
    if (line == NULL || !ledger_authority_path(prover->authority, prover->reader->hasher,
                                               &prover->path, line->subject)) {
        return ledger_error_set(error, LEDGER_DAMAGED, 0,
                                "a line that must have been in force is not in the authority: "
                                "verify the ledger");
    }
    ledger_evidence_add(evidence, line->text, &prover->path);
    return LEDGER_OK;
}

static enum ledger_status add_signers(struct ledger_prover *prover, struct ledger_buffer *evidence,
                                      const struct ledger_record *record,
                                      struct ledger_error *error)
{
    enum ledger_line_type type =
        ledger_record_is_authority(record) ? LEDGER_LINE_GOVERNOR : LEDGER_LINE_KEY;
    struct ledger_span rest = record->note.signatures;
    struct ledger_signature signature;
    enum ledger_status status = LEDGER_OK;
    while (status == LEDGER_OK && ledger_note_next(&rest, &signature)) {
        const struct ledger_authority_line *line = ledger_authority_find_key(
            prover->authority, prover->reader->hasher, type, signature.name, signature.key_id);
        status = add_line(prover, evidence, line, error);
    }
    return status;
}

/* The line beside the signers' own that their entitlement hangs on. */
static enum ledger_status add_ground(struct ledger_prover *prover, struct ledger_buffer *evidence,
                                     const struct ledger_record *record, struct ledger_error *error)
{
    uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX];
    struct ledger_span subject = ledger_record_is_authority(record)
                                     ? ledger_span_of("threshold")
                                     : ledger_institution_subject(memory, record->institution);
    return add_line(prover, evidence,
                    ledger_authority_find(prover->authority, prover->reader->hasher, subject),
                    error);
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
            status = add_signers(prover, evidence, &entry.record, error);
        }
        if (status == LEDGER_OK) {
            status = add_ground(prover, evidence, &entry.record, error);
        }
    }
    ledger_evidence_finish(evidence, bytes);
    return status;
}

static enum ledger_status write_path(struct ledger_prover *prover, struct ledger_tree_proof *path,
                                     uint64_t index, struct ledger_error *error)
{
    struct ledger_tree_reader reader = {prover->reader->store, prover->reader->hasher, error};
    if (index >= prover->checkpoint.size) {
        return ledger_error_set(error, LEDGER_NOT_FOUND, 0,
                                "entry %llu is not under a checkpoint: the last covers %llu "
                                "entries",
                                (unsigned long long)index,
                                (unsigned long long)prover->checkpoint.size);
    }
    return ledger_inclusion_prove(prover->reader->hasher, path, index, prover->checkpoint.size,
                                  ledger_tree_read_node, &reader);
}

enum ledger_status ledger_prove(struct ledger_prover *prover, struct ledger_span *proof,
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
    ledger_proof_write(&out, index, &path, ledger_buffer_span(&evidence), prover->note);
    LEDGER_ASSERT(!evidence.overflow && !out.overflow);
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
