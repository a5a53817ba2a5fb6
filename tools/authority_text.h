/*
 * authority_text.h - lines of the authority and their subjects, as people write them: whether they
 * are some, and what is wrong with those that are not.
 */
#ifndef LEDGER_TOOLS_AUTHORITY_TEXT_H
#define LEDGER_TOOLS_AUTHORITY_TEXT_H

#include "ledger/format/authority_line.h"

/* For messages. */
#define AUTHORITY_SUBJECTS                                                                         \
    "'operator', 'threshold', 'rules', 'governor VKEY', 'key VKEY', 'compromise VKEY', "           \
    "'institution ID' or 'rule KIND EVENT'"

/* Whether `text` is a line of clean text, as authority lines and subjects are (SPEC.md section 10).
 * Sets BAD_AUTHORITY_LINE and names the cause, such as a line end of Windows. */
bool authority_text_is_clean(struct ledger_verdict *verdict, struct ledger_span text);

/* Parses one line without its LF, as ledger_authority_line_parse does, and names such a cause. */
bool authority_text_parse(struct ledger_hasher *hasher, struct ledger_authority_line *line,
                          struct ledger_verdict *verdict, struct ledger_span text);

/* Whether a line could have this subject. */
bool authority_text_is_subject(struct ledger_hasher *hasher, struct ledger_span text);

#endif
