/* Records, signed or not: the text, written again from its parts, is the text; the parser of signed
 * ones and that of drafts agree. */
#include "ledger/base/json_line.h"
#include "ledger/base/timestamp.h"
#include "tests/trust/fuzzing/record_writer.h"

static uint8_t memory[2 * LEDGER_NOTE_MAX];

static void check_parts(const struct ledger_record *record)
{
    struct ledger_lines parties = record->parties;
    struct ledger_vkey vkey;
    unsigned count = 0;
    int64_t ms = -1;
    FUZZ_CHECK(ledger_text_is_name(record->ledger) && ledger_text_is_token(record->kind) &&
               ledger_text_is_token(record->event) && ledger_text_is_name(record->institution));
    FUZZ_CHECK(ledger_read_claimed_time(&ms, record->time) && ms == record->time_ms);
    FUZZ_CHECK(record->data.size == 0 || ledger_is_json_line(record->data));
    while (ledger_record_next_party(&parties, fuzz_hasher(), &vkey)) {
        count++;
    }
    FUZZ_CHECK(count == record->parties.count);
    FUZZ_CHECK(ledger_record_is_authority(record) ||
               (record->sets.count == 0 && record->unsets.count == 0));
}

static void check_record(const struct ledger_record *record, struct ledger_span text)
{
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    write_record(&out, record);
    fuzz_same_buffer(&out, text);
    check_parts(record);
}

bool fuzz_target(struct ledger_span input)
{
    struct ledger_record record;
    struct ledger_record draft;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    bool is_draft = ledger_record_parse_draft(&draft, &verdict, input);
    if (is_draft) {
        FUZZ_CHECK(draft.note.count == 0);
        check_record(&draft, input);
    } else {
        (void)fuzz_refused(&verdict, input);
    }
    ledger_verdict_clear(&verdict);
    if (!ledger_record_parse(&record, &verdict, input)) {
        return fuzz_refused(&verdict, input) || is_draft;
    }
    FUZZ_CHECK(!is_draft);
    check_record(&record, record.note.text);
    FUZZ_CHECK(ledger_record_parse_draft(&draft, &verdict, record.note.text));
    return true;
}
