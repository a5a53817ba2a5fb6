/* Rules: written again from their parts they are the same line. */
#include "tests/rule_writer.h"
#include "tests/trust/fuzzing/fuzz.h"

bool fuzz_target(struct ledger_span input)
{
    struct ledger_rule rule;
    struct ledger_verdict verdict;
    static uint8_t memory[1 << 19];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    ledger_verdict_clear(&verdict);
    if (!ledger_rule_parse(&rule, &verdict, input)) {
        return fuzz_refused(&verdict, input);
    }
    rule_write(&out, &rule);
    fuzz_same_buffer(&out, input);
    FUZZ_CHECK(!ledger_rule_only_opens(&rule) || ledger_rule_opens(&rule));
    return true;
}
