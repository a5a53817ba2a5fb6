#include "ledger/law/subject.h"

struct ledger_span ledger_institution_subject(uint8_t memory[LEDGER_INSTITUTION_SUBJECT_MAX],
                                              struct ledger_span id)
{
    struct ledger_buffer subject = ledger_buffer_in(memory, LEDGER_INSTITUTION_SUBJECT_MAX);
    ledger_buffer_text(&subject, "institution ");
    ledger_buffer_add(&subject, id);
    LEDGER_ASSERT(!subject.overflow);
    return ledger_buffer_span(&subject);
}
