/* Records in the words of a scenario, signed only with keys that the attacker holds. */
#include <string.h>

#include "ledger/base/timestamp.h"
#include "ledger/format/entry.h"
#include "tests/trust/insider/forge.h"

#define ROOM 131072

/* The part of a list before the next comma. */
static struct ledger_span take_label(struct ledger_span *list)
{
    const uint8_t *comma = list->size == 0 ? NULL : memchr(list->data, ',', list->size);
    size_t size = comma == NULL ? list->size : (size_t)(comma - list->data);
    size_t skip = comma == NULL ? size : size + 1;
    struct ledger_span label = {list->data, size};
    *list = (struct ledger_span){list->data + skip, list->size - skip};
    return label;
}

void forge_need(const struct forge *f, struct ledger_span label)
{
    struct ledger_span held = ledger_span_of(f->held);
    while (held.size != 0) {
        if (ledger_span_equal(take_label(&held), label)) {
            return;
        }
    }
    fixture_die("the attacker does not hold the key '%.*s'", LEDGER_SPAN_ARGS(label));
}

static void need_all(const struct forge *f, struct ledger_span list)
{
    while (list.size != 0) {
        forge_need(f, take_label(&list));
    }
}

/* Every "@a,b" and "party=a" of the words. */
static void need_signers(const struct forge *f, struct ledger_span words)
{
    struct ledger_span line;
    while (ledger_span_take_line(&words, &line)) {
        while (line.size != 0 && !ledger_span_starts(line, "set ")) {
            const uint8_t *space = memchr(line.data, ' ', line.size);
            size_t size = space == NULL ? line.size : (size_t)(space - line.data);
            struct ledger_span word = {line.data, size};
            struct ledger_span value;
            if (word.size != 0 && word.data[0] == '@') {
                need_all(f, (struct ledger_span){word.data + 1, word.size - 1});
            } else if (script_value(&value, word, "party")) {
                need_all(f, value);
            }
            size_t skip = space == NULL ? size : size + 1;
            line = (struct ledger_span){line.data + skip, line.size - skip};
        }
    }
}

/* The matters and the time before position `index`, for what the words leave to the script. */
static void set_position(struct forge *f, uint64_t index)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    f->script.matters.count = 0;
    for (uint64_t i = 0; i < index; i++) {
        if (!ledger_entry_parse(&entry, &verdict, fixture_entry(&f->t.image, i))) {
            fixture_die("entry %llu cannot be read", (unsigned long long)i);
        }
        fixture_matters_add(&f->world, &f->script.matters, entry.record.matter);
        f->script.time_ms = entry.time_ms;
    }
    f->script.index = index;
}

struct ledger_span forge_record(struct forge *f, struct ledger_span words, uint64_t index)
{
    static uint8_t memory[ROOM];
    struct ledger_buffer note = ledger_buffer_in(memory, sizeof memory);
    struct script_entry entry;
    need_signers(f, words);
    set_position(f, index);
    f->script.rest = words;
    if (!script_next(&f->script, &entry, &note)) {
        fixture_die("the words make no record");
    }
    if (f->script.rest.size != 0) {
        fixture_die("the words make more than one record");
    }
    return entry.note;
}

void forge_learn(struct forge *f)
{
    static uint8_t memory[ROOM];
    struct ledger_buffer note = ledger_buffer_in(memory, sizeof memory);
    struct script_entry entry;
    while (script_next(&f->script, &entry, &note)) {
        note.size = 0;
    }
    f->script.nonces = "forged";
    f->script.figures = forge_figures;
    f->script.figures_context = f;
}
