/*
 * word_set.h - words of a text of which none may come twice. Internal to ledger/format.
 *
 * They are kept in the order of their bytes: a hostile record has thousands of lines, too many to
 * compare each with each.
 */
#ifndef LEDGER_FORMAT_WORD_SET_H
#define LEDGER_FORMAT_WORD_SET_H

#include "ledger/base/span.h"
#include "ledger/format/note.h"

#define LEDGER_WORD_LINE_MIN 10 /* bytes of the shortest line with a word: "field a b" and LF */

struct ledger_word_set {
    struct ledger_span text; /* of a record: at most LEDGER_NOTE_MAX bytes */
    char end;                /* of each word, not part of it */
    size_t count;
    uint16_t offsets[LEDGER_NOTE_MAX / LEDGER_WORD_LINE_MIN];
};

void ledger_word_set_start(struct ledger_word_set *set, struct ledger_span text, char end);

/* Adds the word at `offset`, one for each line of the text at most. False if it is there. */
bool ledger_word_set_add(struct ledger_word_set *set, size_t offset);

#endif
