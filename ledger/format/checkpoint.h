/*
 * checkpoint.h - signed tree heads (c2sp.org/tlog-checkpoint), without extension lines.
 */
#ifndef LEDGER_FORMAT_CHECKPOINT_H
#define LEDGER_FORMAT_CHECKPOINT_H

#include "ledger/format/note.h"

#define LEDGER_CHECKPOINT_TEXT_MAX (LEDGER_NAME_MAX + 1 + 20 + 1 + 44 + 1)

struct ledger_checkpoint {
    struct ledger_note note;
    struct ledger_span origin;
    uint64_t size; /* 1 to LEDGER_TREE_SIZE_MAX: a ledger has at least its genesis */
    struct ledger_hash root;
};

/* Parses a checkpoint; verifies no signature. Sets BAD_CHECKPOINT or a finding of the note. */
LEDGER_API bool ledger_checkpoint_parse(struct ledger_checkpoint *checkpoint,
                                        struct ledger_verdict *verdict, struct ledger_span bytes);

/* Writes the text to be signed: three lines, without the blank line. */
LEDGER_API void ledger_checkpoint_write(struct ledger_buffer *buffer, struct ledger_span origin,
                                        uint64_t size, const struct ledger_hash *root);

#endif
