#include "ledger/format/status_proof.h"

#include <stdio.h>

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"
#include "ledger/format/matter.h"
#include "ledger/format/prefix_text.h"

static bool fail(struct ledger_verdict *verdict, uint32_t line, const char *expected)
{
    ledger_verdict_set(verdict, LEDGER_BAD_PROOF, "expected %s", expected);
    return ledger_verdict_at(verdict, line);
}

bool ledger_is_status_proof(struct ledger_span bytes)
{
    return ledger_span_starts(bytes, LEDGER_STATUS_HEADER "\n");
}

static bool parse_head(struct ledger_status_proof *proof, struct ledger_verdict *verdict,
                       struct ledger_line_reader *reader)
{
    struct ledger_span value;
    proof->end = (struct ledger_prefix_end){.occupied = false};
    if (!ledger_line_reader_next(reader) || !ledger_span_is(reader->line, LEDGER_STATUS_HEADER)) {
        return fail(verdict, reader->number, "'" LEDGER_STATUS_HEADER "'");
    }
    if (!ledger_line_reader_value(reader, "matter ", &proof->matter) ||
        !ledger_matter_is_title(proof->matter)) {
        return fail(verdict, reader->number, "'matter <number of the matter>'");
    }
    if (!ledger_line_reader_value(reader, "entries ", &value) ||
        !ledger_read_decimal(&proof->entries, value, LEDGER_TREE_SIZE_MAX - 1)) {
        return fail(verdict, reader->number, "'entries <decimal>'");
    }
    if (!ledger_line_reader_value(reader, "path ", &value) ||
        !ledger_prefix_path_read(&proof->path, value)) {
        return fail(verdict, reader->number, "'path <depth> [<hash> ...]'");
    }
    if (proof->entries == 0 && (!ledger_line_reader_value(reader, "end ", &value) ||
                                !ledger_prefix_end_read(&proof->end, value))) {
        return fail(verdict, reader->number, "'end empty' or 'end <key> <value>'");
    }
    return (ledger_line_reader_next(reader) && reader->line.size == 0) ||
           fail(verdict, reader->number, "an empty line");
}

/* One proof for each entry and one for the index entry; an empty line ends each. */
static bool skip_proofs(struct ledger_status_proof *proof, struct ledger_verdict *verdict,
                        struct ledger_line_reader *reader)
{
    proof->first_line = reader->number + 1;
    proof->proofs = reader->rest;
    for (uint64_t i = 0; i <= proof->entries; i++) {
        do {
            if (!ledger_line_reader_next(reader)) {
                return fail(verdict, reader->number,
                            "the proof of the index entry, and one for each entry");
            }
        } while (reader->line.size != 0);
    }
    proof->proofs.size = (size_t)(reader->rest.data - proof->proofs.data);
    return true;
}

/* Where the checkpoint begins follows from `entries` alone. */
static bool fail_checkpoint(struct ledger_verdict *verdict, uint32_t lines, uint64_t entries)
{
    char detail[sizeof verdict->detail];
    uint32_t line = verdict->line == 0 ? 0 : verdict->line + lines;
    (void)snprintf(detail, sizeof detail, "%s", verdict->detail);
    ledger_verdict_set(verdict, verdict->finding,
                       "%.280s; or 'entries', %llu, is not the number of proofs after the first",
                       detail, (unsigned long long)entries);
    return ledger_verdict_at(verdict, line);
}

bool ledger_status_proof_parse(struct ledger_status_proof *proof, struct ledger_verdict *verdict,
                               struct ledger_span bytes)
{
    struct ledger_status_proof parsed;
    struct ledger_line_reader reader = ledger_line_reader_on(bytes);
    if (bytes.size > LEDGER_STATUS_FILE_MAX) {
        return ledger_verdict_set(verdict, LEDGER_TOO_LONG,
                                  "a status proof of %zu bytes: at most %llu are allowed",
                                  bytes.size, (unsigned long long)LEDGER_STATUS_FILE_MAX);
    }
    if (!parse_head(&parsed, verdict, &reader) || !skip_proofs(&parsed, verdict, &reader)) {
        return false;
    }
    if (!ledger_checkpoint_parse(&parsed.checkpoint, verdict, reader.rest)) {
        return fail_checkpoint(verdict, reader.number, parsed.entries);
    }
    *proof = parsed;
    return true;
}

/* Together with the checkpoint it must be a proof. */
static bool fits_proof(const struct ledger_status_proof *whole, size_t head)
{
    const struct ledger_note *note = &whole->checkpoint.note;
    size_t size = note->text.size + 1 + note->signatures.size;
    return head + size <= LEDGER_PROOF_FILE_MAX;
}

bool ledger_status_proof_next(struct ledger_span *rest, uint32_t *line, struct ledger_proof *proof,
                              struct ledger_verdict *verdict, uint8_t *memory,
                              const struct ledger_status_proof *whole)
{
    struct ledger_span after = *rest;
    uint32_t lines = 0;
    if (!ledger_proof_head_parse(proof, verdict, memory, &after, &lines)) {
        return ledger_verdict_at(verdict, *line + verdict->line - 1);
    }
    if (!fits_proof(whole, rest->size - after.size)) {
        return fail(verdict, *line, "a proof that is not longer than a proof may be");
    }
    proof->checkpoint = whole->checkpoint;
    *rest = after;
    *line += lines;
    return true;
}

void ledger_status_proof_write_head(struct ledger_buffer *buffer, struct ledger_span matter,
                                    uint64_t entries, const struct ledger_prefix_path *path,
                                    const struct ledger_prefix_end *end)
{
    ledger_buffer_text(buffer, LEDGER_STATUS_HEADER "\nmatter ");
    ledger_buffer_add(buffer, matter);
    ledger_buffer_text(buffer, "\nentries ");
    ledger_buffer_decimal(buffer, entries);
    ledger_buffer_text(buffer, "\n");
    ledger_prefix_path_write(buffer, path);
    if (entries == 0) {
        ledger_prefix_end_write(buffer, end);
    }
    ledger_buffer_text(buffer, "\n");
}
