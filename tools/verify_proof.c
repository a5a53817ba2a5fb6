#include "tools/verify_proof.h"

#include <stdlib.h>
#include <string.h>

#include "tools/document_file.h"
#include "tools/verify_json.h"
#include "tools/verify_proof_text.h"
#include "tools/verify_status.h"

#define HEX_SIZE ((int)(2 * LEDGER_HASH_SIZE))

static bool read_documents(struct verify_proof *v, const struct cli_args *args)
{
    size_t count = cli_count(args, "document");
    v->documents = calloc(count > 0 ? count : 1, sizeof v->documents[0]);
    if (v->documents == NULL) {
        cli_fail("out of memory");
        return false;
    }
    v->document_count = count;
    for (size_t i = 0; i < count; i++) {
        v->documents[i].path = cli_nth(args, "document", i);
        if (!document_file_read(&v->documents[i].file, v->hasher, v->documents[i].path)) {
            return false;
        }
    }
    return true;
}

static void hex_of(char text[2 * LEDGER_HASH_SIZE + 1], const struct ledger_hash *hash)
{
    struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)text, 2 * LEDGER_HASH_SIZE);
    ledger_buffer_hex(&buffer, hash->bytes, sizeof hash->bytes);
    text[2 * LEDGER_HASH_SIZE] = '\0';
}

static void set_differs(struct verify_proof *v, const struct verify_document *document,
                        const struct ledger_document *recorded)
{
    char of_file[2 * LEDGER_HASH_SIZE + 1];
    char of_record[2 * LEDGER_HASH_SIZE + 1];
    hex_of(of_file, &document->file.digest);
    if (v->document_lines == 0) {
        ledger_verdict_set(&v->verdict, LEDGER_DOCUMENT_DIFFERS,
                           "the file has sha256 %.*s; the record speaks of no file", HEX_SIZE,
                           of_file);
        return;
    }
    hex_of(of_record, &recorded->digest);
    ledger_verdict_set(
        &v->verdict, LEDGER_DOCUMENT_DIFFERS,
        "the file has sha256 %.*s and %llu bytes; the record has %.*s and %llu bytes%s", HEX_SIZE,
        of_file, (unsigned long long)document->file.size, HEX_SIZE, of_record,
        (unsigned long long)recorded->size, v->document_lines > 1 ? ", and other files" : "");
}

static void compare_document(struct verify_proof *v, struct verify_document *document)
{
    struct ledger_lines lines = v->report.entry.record.documents;
    struct ledger_document recorded = {0};
    struct ledger_document first = {0};
    for (unsigned line = 1; ledger_record_next_document(&lines, &recorded); line++) {
        first = line == 1 ? recorded : first;
        if (recorded.size == document->file.size &&
            ledger_hash_equal(&recorded.digest, &document->file.digest)) {
            document->line = line;
            return;
        }
    }
    if (v->verdict.finding == LEDGER_VALID) {
        set_differs(v, document, &first);
    }
}

static void check(struct verify_proof *v, uint8_t *memory, struct ledger_span bytes)
{
    ledger_verdict_clear(&v->verdict);
    v->parsed = ledger_proof_parse(&v->proof, &v->verdict, memory, bytes);
    if (!v->parsed) {
        return;
    }
    v->holds = ledger_proof_check(v->hasher, &v->verdict, &v->report, &v->proof, v->policy);
    if (!v->holds) {
        return;
    }
    v->document_lines = v->report.entry.record.documents.count;
    for (size_t i = 0; i < v->document_count; i++) {
        compare_document(v, &v->documents[i]);
    }
}

static int report(const struct verify_proof *v, const struct cli_args *args)
{
    if (v->verdict.finding == LEDGER_NOT_CHECKED) {
        return cli_fail("cannot check the proof: %s", v->verdict.detail);
    }
    if (cli_count(args, "json") > 0) {
        verify_json_proof(v);
    } else {
        verify_proof_text(v, cli_count(args, "explain") > 0);
    }
    return v->verdict.finding == LEDGER_VALID ? CLI_DONE : CLI_NOT_VALID;
}

/* An option that was given and goes only with a status proof; NULL for none. */
static const char *only_of_status(const struct cli_args *args)
{
    return cli_count(args, "require") > 0  ? "require"
           : cli_count(args, "matter") > 0 ? "matter"
                                           : NULL;
}

static int check_file(struct verify_proof *v, const struct cli_args *args,
                      const struct proof_file *file, uint8_t *memory)
{
    const char *option = only_of_status(args);
    if (file->is_status) {
        return verify_status(args, file, v);
    }
    if (option != NULL) {
        return cli_fail_usage(args->program, "'--%s' goes with a status proof, and '%s' is none",
                              option, args->operands[0]);
    }
    if (file->too_long) {
        ledger_verdict_clear(&v->verdict);
        ledger_verdict_set(&v->verdict, LEDGER_TOO_LONG, "a proof has at most %zu bytes",
                           file->max);
    } else {
        check(v, memory, (struct ledger_span){file->data, file->size});
    }
    return report(v, args);
}

static int read_and_check(struct verify_proof *v, const struct cli_args *args, const char *path,
                          uint8_t *memory)
{
    struct proof_file file;
    int status = proof_file_read(&file, path) ? check_file(v, args, &file, memory) : CLI_TROUBLE;
    proof_file_free(&file);
    return status;
}

int verify_proof(const struct cli_args *args, const char *path, const struct ledger_policy *policy,
                 struct ledger_hasher *hasher)
{
    struct verify_proof *v = calloc(1, sizeof *v);
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    int status = CLI_TROUBLE;
    if (v == NULL || memory == NULL) {
        status = cli_fail("out of memory");
    } else {
        v->policy = policy;
        v->hasher = hasher;
        if (read_documents(v, args)) {
            status = read_and_check(v, args, path, memory);
        }
        free(v->documents);
    }
    free(memory);
    free(v);
    return status;
}
