#include "ledger/format/proof.h"

#include "ledger/base/encoding.h"
#include "ledger/format/authority_line.h"
#include "ledger/format/line_reader.h"
#include "ledger/format/prefix_text.h"

#define PROOF_HEADER "c2sp.org/tlog-proof@v1"
#define EXTRA_LINE 2

static bool fail(struct ledger_verdict *verdict, uint32_t line, const char *expected)
{
    ledger_verdict_set(verdict, LEDGER_BAD_PROOF, "expected %s", expected);
    return ledger_verdict_at(verdict, line);
}

static bool fail_evidence(struct ledger_verdict *verdict, uint32_t line, const char *expected)
{
    ledger_verdict_set(verdict, LEDGER_BAD_PROOF, "line %u of the evidence: expected %s", line,
                       expected);
    return ledger_verdict_at(verdict, EXTRA_LINE);
}

/* Takes the rest of an item that begins with the reader's line. */
static bool take_item(struct ledger_line_reader *reader, struct ledger_evidence *evidence)
{
    struct ledger_span path;
    struct ledger_span end;
    evidence->end = (struct ledger_prefix_end){.occupied = false};
    evidence->absent = ledger_line_after(reader->line, "absent ", &evidence->line);
    if (!evidence->absent && !ledger_line_after(reader->line, "line ", &evidence->line)) {
        return false;
    }
    return ledger_text_is_phrase(evidence->line, LEDGER_AUTHORITY_LINE_MAX) &&
           ledger_line_reader_value(reader, "path ", &path) &&
           ledger_prefix_path_read(&evidence->path, path) &&
           (!evidence->absent || (ledger_line_reader_value(reader, "end ", &end) &&
                                  ledger_prefix_end_read(&evidence->end, end)));
}

bool ledger_evidence_next(struct ledger_span *rest, struct ledger_evidence *evidence)
{
    struct ledger_line_reader reader = ledger_line_reader_on(*rest);
    if (!ledger_line_reader_next(&reader)) {
        return false;
    }
    bool taken = take_item(&reader, evidence);
    LEDGER_ASSERT(taken);
    *rest = reader.rest;
    return true;
}

static bool parse_evidence(struct ledger_proof *proof, struct ledger_verdict *verdict,
                           struct ledger_span text)
{
    struct ledger_evidence evidence;
    struct ledger_line_reader reader = ledger_line_reader_on(text);
    if (!ledger_line_reader_next(&reader) || !ledger_span_is(reader.line, LEDGER_EVIDENCE_HEADER)) {
        return fail_evidence(verdict, reader.number, "'" LEDGER_EVIDENCE_HEADER "'");
    }
    proof->lines = (struct ledger_span){reader.rest.data, 0};
    proof->line_count = 0;
    while (ledger_line_reader_next(&reader) && reader.line.size != 0) {
        if (proof->line_count == LEDGER_EVIDENCE_LINES_MAX) {
            return fail_evidence(verdict, reader.number, "at most 256 lines and absences");
        }
        if (!take_item(&reader, &evidence)) {
            return fail_evidence(verdict, reader.number,
                                 "'line <authority line>' or 'absent <subject>', then "
                                 "'path <depth> [<hash> ...]', after 'absent' also 'end empty' or "
                                 "'end <key> <value>'");
        }
        proof->lines.size = (size_t)(reader.rest.data - proof->lines.data);
        proof->line_count++;
    }
    proof->entry = reader.rest;
    if (reader.line.data == NULL || proof->entry.size == 0 ||
        proof->entry.size > LEDGER_ENTRY_MAX) {
        return fail_evidence(verdict, reader.number, "an empty line, then an entry");
    }
    return true;
}

/* Takes the hashes and the empty line after them. */
static bool parse_path(struct ledger_proof *proof, struct ledger_verdict *verdict,
                       struct ledger_line_reader *reader)
{
    proof->path.count = 0;
    while (ledger_line_reader_next(reader) && reader->line.size != 0) {
        if (proof->path.count == LEDGER_PROOF_MAX) {
            return fail(verdict, reader->number, "an empty line, as a path has at most 64 hashes");
        }
        if (!ledger_read_base64(proof->path.hashes[proof->path.count].bytes, LEDGER_HASH_SIZE,
                                reader->line)) {
            return fail(verdict, reader->number, "base64 of 32 bytes, or an empty line");
        }
        proof->path.count++;
    }
    return reader->line.data != NULL ||
           fail(verdict, reader->number, "an empty line after the path");
}

static bool parse_head(struct ledger_proof *proof, struct ledger_verdict *verdict, uint8_t *memory,
                       struct ledger_line_reader *reader)
{
    struct ledger_span value;
    size_t size = 0;
    if (!ledger_line_reader_next(reader) || !ledger_span_is(reader->line, PROOF_HEADER)) {
        return fail(verdict, reader->number, "'" PROOF_HEADER "'");
    }
    if (!ledger_line_reader_value(reader, "extra ", &value) ||
        !ledger_read_base64_any(memory, &size, LEDGER_EVIDENCE_MAX, value)) {
        return fail(verdict, reader->number, "'extra <base64 of the evidence>'");
    }
    if (!parse_evidence(proof, verdict, (struct ledger_span){memory, size})) {
        return false;
    }
    if (!ledger_line_reader_value(reader, "index ", &value) ||
        !ledger_read_decimal(&proof->index, value, LEDGER_TREE_SIZE_MAX - 1)) {
        return fail(verdict, reader->number, "'index <decimal>'");
    }
    return true;
}

bool ledger_proof_head_parse(struct ledger_proof *proof, struct ledger_verdict *verdict,
                             uint8_t *memory, struct ledger_span *rest, uint32_t *lines)
{
    struct ledger_line_reader reader = ledger_line_reader_on(*rest);
    if (!parse_head(proof, verdict, memory, &reader) || !parse_path(proof, verdict, &reader)) {
        return false;
    }
    *rest = reader.rest;
    *lines = reader.number;
    return true;
}

bool ledger_proof_parse(struct ledger_proof *proof, struct ledger_verdict *verdict, uint8_t *memory,
                        struct ledger_span bytes)
{
    if (bytes.size > LEDGER_PROOF_FILE_MAX) {
        return ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                  "a proof of %zu bytes: at most %u are allowed", bytes.size,
                                  LEDGER_PROOF_FILE_MAX);
    }
    struct ledger_proof parsed;
    uint32_t lines;
    if (!ledger_proof_head_parse(&parsed, verdict, memory, &bytes, &lines)) {
        return false;
    }
    if (!ledger_checkpoint_parse(&parsed.checkpoint, verdict, bytes)) {
        return ledger_verdict_at(verdict, verdict->line == 0 ? 0 : verdict->line + lines);
    }
    *proof = parsed;
    return true;
}

void ledger_evidence_start(struct ledger_buffer *buffer)
{
    ledger_buffer_text(buffer, LEDGER_EVIDENCE_HEADER "\n");
}

static void add_item(struct ledger_buffer *buffer, const char *word, struct ledger_span line,
                     const struct ledger_prefix_path *path)
{
    ledger_buffer_text(buffer, word);
    ledger_buffer_add(buffer, line);
    ledger_buffer_text(buffer, "\n");
    ledger_prefix_path_write(buffer, path);
}

void ledger_evidence_add(struct ledger_buffer *buffer, struct ledger_span line,
                         const struct ledger_prefix_path *path)
{
    add_item(buffer, "line ", line, path);
}

void ledger_evidence_add_absent(struct ledger_buffer *buffer, struct ledger_span subject,
                                const struct ledger_prefix_path *path,
                                const struct ledger_prefix_end *end)
{
    add_item(buffer, "absent ", subject, path);
    ledger_prefix_end_write(buffer, end);
}

void ledger_evidence_finish(struct ledger_buffer *buffer, struct ledger_span entry)
{
    ledger_buffer_text(buffer, "\n");
    ledger_buffer_add(buffer, entry);
}

void ledger_proof_head_write(struct ledger_buffer *buffer, uint64_t index,
                             const struct ledger_tree_proof *path, struct ledger_span evidence)
{
    LEDGER_ASSERT(path->count <= LEDGER_PROOF_MAX);
    ledger_buffer_text(buffer, PROOF_HEADER "\nextra ");
    ledger_buffer_base64(buffer, evidence.data, evidence.size);
    ledger_buffer_text(buffer, "\nindex ");
    ledger_buffer_decimal(buffer, index);
    ledger_buffer_text(buffer, "\n");
    for (unsigned i = 0; i < path->count; i++) {
        ledger_buffer_base64(buffer, path->hashes[i].bytes, LEDGER_HASH_SIZE);
        ledger_buffer_text(buffer, "\n");
    }
    ledger_buffer_text(buffer, "\n");
}

void ledger_proof_write(struct ledger_buffer *buffer, uint64_t index,
                        const struct ledger_tree_proof *path, struct ledger_span evidence,
                        struct ledger_span checkpoint)
{
    ledger_proof_head_write(buffer, index, path, evidence);
    ledger_buffer_add(buffer, checkpoint);
}
