#include "ledger/format/checkpoint.h"

#include "ledger/base/encoding.h"
#include "ledger/format/line_reader.h"
#include "ledger/tree/tree.h"

static bool fail(struct ledger_verdict *verdict, uint32_t line, const char *expected)
{
    ledger_verdict_set(verdict, LEDGER_BAD_CHECKPOINT, "expected %s", expected);
    return ledger_verdict_at(verdict, line);
}

static bool parse_text(struct ledger_checkpoint *checkpoint, struct ledger_verdict *verdict)
{
    struct ledger_line_reader reader = ledger_line_reader_on(checkpoint->note.text);
    if (!ledger_line_reader_next(&reader) || !ledger_text_is_name(reader.line)) {
        return fail(verdict, reader.number, "the name of a ledger");
    }
    checkpoint->origin = reader.line;
    if (!ledger_line_reader_next(&reader) ||
        !ledger_read_decimal(&checkpoint->size, reader.line, LEDGER_TREE_SIZE_MAX) ||
        checkpoint->size == 0) {
        return fail(verdict, reader.number, "the tree's size, a decimal of at least 1");
    }
    if (!ledger_line_reader_next(&reader) ||
        !ledger_read_base64(checkpoint->root.bytes, LEDGER_HASH_SIZE, reader.line)) {
        return fail(verdict, reader.number, "the tree's root, base64 of 32 bytes");
    }
    if (reader.rest.size != 0) {
        return fail(verdict, reader.number + 1, "the end of the text after the root");
    }
    return true;
}

bool ledger_checkpoint_parse(struct ledger_checkpoint *checkpoint, struct ledger_verdict *verdict,
                             struct ledger_span bytes)
{
    struct ledger_checkpoint parsed;
    if (!ledger_note_parse(&parsed.note, verdict, bytes) || !parse_text(&parsed, verdict)) {
        return false;
    }
    *checkpoint = parsed;
    return true;
}

void ledger_checkpoint_write(struct ledger_buffer *buffer, struct ledger_span origin, uint64_t size,
                             const struct ledger_hash *root)
{
    ledger_buffer_add(buffer, origin);
    ledger_buffer_text(buffer, "\n");
    ledger_buffer_decimal(buffer, size);
    ledger_buffer_text(buffer, "\n");
    ledger_buffer_base64(buffer, root->bytes, LEDGER_HASH_SIZE);
    ledger_buffer_text(buffer, "\n");
}
