/*
 * ledger.h - the whole public interface of libledger.
 *
 * What it is for: reading, checking and keeping an append-only ledger of signed records. The bytes
 * of every format are in SPEC.md; this interface adds nothing to them. Layers, lowest first:
 *
 *     base/    spans, statuses and verdicts, spelling of numbers and times, hashing, Ed25519
 *     tree/    the Merkle tree of RFC 6962 and the prefix tree: pure arithmetic
 *     format/  notes, keys, records, entries, checkpoints, policies, proofs, tiles: both ways
 *     law/     who may sign what: authority, entitlement, the state of a ledger, proof checking
 *     ops/     what works on a stored ledger: create, append, audit, prove, search; publishing it
 *              and back again; files beside it
 *
 * Everything up to law/ does no input or output. Secret keys and signing are another library,
 * libledger-keys; a program that only verifies does not link it.
 *
 * Order of arguments. The handle worked on comes first, then what the call gives (outputs), then
 * what it is given (inputs). A hasher, where there is one, stands before them all or next to the
 * handle. A length follows its buffer. Callbacks come last, their context behind them.
 *
 * Memory. A struct ledger_span borrows: it is good as long as the bytes it was taken from, and a
 * parsed record, entry, checkpoint or proof is made of such spans. What a *_new or *_open call
 * gives is released by the *_free or *_close call of the same name, which accepts a pointer to NULL
 * and leaves NULL behind. Nothing else is allocated for the caller, unless the declaration says so.
 * Memory lent by a store ends with the call or callback that lent it.
 *
 * Failure, in three channels that are never mixed:
 *
 *     1. The caller's bug, such as an index beyond the stated bound: LEDGER_ASSERT prints the place
 *        and aborts, in release builds too. Data from a stranger never reaches an assertion.
 *     2. The environment, such as a full disk: enum ledger_status, 0 being LEDGER_OK, and where a
 *        struct ledger_error is taken, what failed, on what, and why. It must not be ignored.
 *     3. Data that does not verify: the call returns false (or sets an output to false) and the
 *        struct ledger_verdict says what was found and where. Clear the verdict before its first
 *        use. It starts as NOT_CHECKED and is VALID only where a declaration promises it.
 *
 * Outputs are written only on success, unless the declaration says otherwise; verdicts and errors
 * are written only on failure, with the same exception.
 *
 * Threads. There are no globals that change. Different handles may be used by different threads at
 * the same time, one handle by one thread at a time. A hasher is a handle: one for each thread.
 * Constant objects may be shared. ledger_audit and ledger_append may start threads while they run
 * (`jobs` in their options); none outlives the call, or calls back.
 *
 * The library does not print (but for a failed assertion), exit, read the environment or translate
 * messages. Texts are UTF-8. Numbers of statuses and findings never change their meaning.
 *
 * Example: check the proof of one record against a trust policy.
 *
 *     #include <ledger/ledger.h>
 *     #include <stdio.h>
 *     #include <stdlib.h>
 *
 *     static uint8_t proof_bytes[LEDGER_PROOF_FILE_MAX], policy_bytes[LEDGER_POLICY_MAX];
 *     static uint8_t memory[LEDGER_EVIDENCE_MAX];
 *     static struct ledger_proof_report report; // large, so not on the stack
 *
 *     static struct ledger_span load(uint8_t *bytes, size_t size, const char *path)
 *     {
 *         FILE *file = fopen(path, "rb");
 *         if (file == NULL) {
 *             perror(path);
 *             exit(2);
 *         }
 *         struct ledger_span span = {bytes, fread(bytes, 1, size, file)};
 *         if (ferror(file) || getc(file) != EOF) {
 *             fprintf(stderr, "%s: cannot be read, or is too long\n", path);
 *             exit(2);
 *         }
 *         fclose(file);
 *         return span;
 *     }
 *
 *     int main(int argc, char **argv) // PROOF POLICY
 *     {
 *         struct ledger_hasher *hasher = NULL;
 *         struct ledger_policy *policy = NULL;
 *         if (argc != 3 || ledger_hasher_new(&hasher) != LEDGER_OK ||
 *             ledger_policy_new(&policy) != LEDGER_OK)
 *             return 2;
 *         struct ledger_span proof_file = load(proof_bytes, sizeof proof_bytes, argv[1]);
 *         struct ledger_span policy_file = load(policy_bytes, sizeof policy_bytes, argv[2]);
 *         static struct ledger_proof proof;
 *         struct ledger_verdict verdict;
 *         ledger_verdict_clear(&verdict);
 *         bool valid = ledger_policy_parse(hasher, policy, &verdict, policy_file) &&
 *                      ledger_proof_parse(&proof, &verdict, memory, proof_file) &&
 *                      ledger_proof_check(hasher, &verdict, &report, &proof, policy);
 *         printf("%s: %s\n", ledger_finding_token(verdict.finding), verdict.detail);
 *         ledger_policy_free(&policy);
 *         ledger_hasher_free(&hasher);
 *         return valid ? 0 : 1;
 *     }
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "ledger/base/api.h"
#include "ledger/base/ed25519.h"
#include "ledger/base/encoding.h"
#include "ledger/base/hash.h"
#include "ledger/base/json_line.h"
#include "ledger/base/span.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/base/timestamp.h"

#include "ledger/tree/prefix_fold.h"
#include "ledger/tree/prefix_map.h"
#include "ledger/tree/prefix_table.h"
#include "ledger/tree/prefix_tree.h"
#include "ledger/tree/tree.h"
#include "ledger/tree/tree_proof.h"

#include "ledger/format/authority_line.h"
#include "ledger/format/batch.h"
#include "ledger/format/batch_maker.h"
#include "ledger/format/checkpoint.h"
#include "ledger/format/entry.h"
#include "ledger/format/matter.h"
#include "ledger/format/note.h"
#include "ledger/format/policy.h"
#include "ledger/format/proof.h"
#include "ledger/format/record.h"
#include "ledger/format/rule.h"
#include "ledger/format/status_proof.h"
#include "ledger/format/tile.h"
#include "ledger/format/vkey.h"

#include "ledger/law/authority.h"
#include "ledger/law/batch_cache.h"
#include "ledger/law/entitlement.h"
#include "ledger/law/history.h"
#include "ledger/law/matter_tree.h"
#include "ledger/law/matters.h"
#include "ledger/law/operator_record.h"
#include "ledger/law/proof_check.h"
#include "ledger/law/signature_check.h"
#include "ledger/law/state.h"
#include "ledger/law/statistics.h"
#include "ledger/law/status_check.h"
#include "ledger/law/workflow.h"

#include "ledger/ops/append.h"
#include "ledger/ops/audit.h"
#include "ledger/ops/audit_published.h"
#include "ledger/ops/authority_at.h"
#include "ledger/ops/create.h"
#include "ledger/ops/files.h"
#include "ledger/ops/import.h"
#include "ledger/ops/prove.h"
#include "ledger/ops/prove_status.h"
#include "ledger/ops/publish.h"
#include "ledger/ops/search.h"
#include "ledger/ops/search_published.h"
#include "ledger/ops/signing.h"

#ifdef __cplusplus
}
#endif

#endif
