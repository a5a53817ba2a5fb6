/* Numbers and bytes as text: what was read is written as it was, and the quick reading of base64
 * agrees with the one that takes constant time. */
#include <string.h>

#include "keys/secret.h"
#include "ledger/base/encoding.h"
#include "tests/trust/fuzzing/fuzz.h"

static uint8_t memory[1 << 19];
static uint8_t bytes[1 << 18];

static bool check_decimal(struct ledger_span input)
{
    uint64_t value = 0;
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    if (!ledger_read_decimal(&value, input, UINT64_MAX)) {
        return false;
    }
    ledger_buffer_decimal(&out, value);
    fuzz_same_buffer(&out, input);
    FUZZ_CHECK(value == 0 || !ledger_read_decimal(&value, input, value - 1));
    return true;
}

static bool check_hex(struct ledger_span input)
{
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    if (!ledger_read_hex(bytes, input.size / 2, input)) {
        return false;
    }
    ledger_buffer_hex(&out, bytes, input.size / 2);
    fuzz_same_buffer(&out, input);
    return true;
}

static bool check_base64(struct ledger_span input)
{
    size_t size = 0;
    uint8_t other[sizeof bytes / 64];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    bool read = ledger_read_base64_any(bytes, &size, sizeof bytes, input);
    for (size_t guess = input.size / 4 * 3; guess + 3 > input.size / 4 * 3; guess--) {
        if (guess < sizeof other) {
            bool exact = ledger_read_base64(other, guess, input);
            FUZZ_CHECK(exact == (read && size == guess));
            FUZZ_CHECK(ledger_secret_read_base64(other, guess, input) == exact);
            FUZZ_CHECK(!exact || guess == 0 || memcmp(other, bytes, guess) == 0);
        }
        if (guess == 0) {
            break;
        }
    }
    if (read) {
        ledger_buffer_base64(&out, bytes, size);
        fuzz_same_buffer(&out, input);
    }
    return read;
}

bool fuzz_target(struct ledger_span input)
{
    bool decimal = check_decimal(input);
    bool hex = check_hex(input);
    return check_base64(input) || decimal || hex;
}
