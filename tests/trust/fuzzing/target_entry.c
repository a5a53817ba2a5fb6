/* Entries: written again they are the same bytes; the quick look for the matter agrees. */
#include "ledger/format/entry.h"
#include "tests/trust/fuzzing/fuzz.h"

static uint8_t memory[2 * LEDGER_ENTRY_MAX];

bool fuzz_target(struct ledger_span input)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    struct ledger_span matter = {NULL, 0};
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_verdict_clear(&verdict);
    bool peeked = ledger_entry_peek_matter(&matter, input);
    fuzz_within(matter, input);
    if (!ledger_entry_parse(&entry, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    FUZZ_CHECK(peeked && ledger_span_equal(matter, entry.record.matter));
    fuzz_within(entry.note, input);
    ledger_entry_write(&out, &entry);
    fuzz_same_buffer(&out, input);
    return true;
}
