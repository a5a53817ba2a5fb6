/* Numbers of matters: spelling one twice is spelling it once; what has the one spelling is spelled
 * as it is, and what is spelled otherwise has not. */
#include "ledger/format/matter.h"
#include "tests/trust/fuzzing/fuzz.h"

bool fuzz_target(struct ledger_span input)
{
    uint8_t once_memory[4 * LEDGER_MATTER_MAX];
    uint8_t twice_memory[4 * LEDGER_MATTER_MAX];
    struct ledger_buffer once = ledger_buffer_in(once_memory, sizeof once_memory);
    struct ledger_buffer twice = ledger_buffer_in(twice_memory, sizeof twice_memory);
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (input.size > LEDGER_MATTER_MAX || !ledger_text_clean(input, NULL)) {
        FUZZ_CHECK(!ledger_matter_is_title(input));
        return false;
    }
    ledger_matter_spell(&once, input);
    FUZZ_CHECK(!once.overflow);
    ledger_matter_spell(&twice, ledger_buffer_span(&once));
    fuzz_same_buffer(&twice, ledger_buffer_span(&once));
    if (!ledger_matter_is_title(input)) {
        return false;
    }
    if (!ledger_matter_is_plain(&verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    fuzz_same_buffer(&once, input);
    return true;
}
