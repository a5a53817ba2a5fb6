/*
 * prefix_text.h - paths in a prefix tree, and what stands at their end, as text (SPEC.md
 * "Evidence"). Internal to ledger/format.
 *
 *     <depth> [<base64 hash> ...]                 lowest first
 *     empty | <base64 key> <base64 value>
 */
#ifndef LEDGER_FORMAT_PREFIX_TEXT_H
#define LEDGER_FORMAT_PREFIX_TEXT_H

#include "ledger/tree/prefix_tree.h"

/* Exactly `depth` hashes, and nothing after them. */
bool ledger_prefix_path_read(struct ledger_prefix_path *path, struct ledger_span text);
bool ledger_prefix_end_read(struct ledger_prefix_end *end, struct ledger_span text);

/* The lines "path ..." and "end ...", with LF. */
void ledger_prefix_path_write(struct ledger_buffer *buffer, const struct ledger_prefix_path *path);
void ledger_prefix_end_write(struct ledger_buffer *buffer, const struct ledger_prefix_end *end);

#endif
