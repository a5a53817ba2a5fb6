#include "ledger/format/word_set.h"

#include "ledger/format/list.h"

void ledger_word_set_start(struct ledger_word_set *set, struct ledger_span text, char end)
{
    LEDGER_ASSERT(text.size <= LEDGER_NOTE_MAX);
    set->text = text;
    set->end = end;
    set->count = 0;
}

static struct ledger_span word_at(const struct ledger_word_set *set, size_t offset)
{
    struct ledger_span from = {set->text.data + offset, set->text.size - offset};
    return ledger_list_head(from, set->end);
}

bool ledger_word_set_add(struct ledger_word_set *set, size_t offset)
{
    struct ledger_span word = word_at(set, offset);
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = ledger_span_compare(word, word_at(set, set->offsets[middle]));
        if (order == 0) {
            return false;
        }
        low = order < 0 ? low : middle + 1;
        high = order < 0 ? middle : high;
    }
    LEDGER_ASSERT(set->count < sizeof set->offsets / sizeof set->offsets[0]);
    uint16_t *place = set->offsets + low;
    memmove(place + 1, place, (set->count - low) * sizeof *place);
    *place = (uint16_t)offset;
    set->count++;
    return true;
}
