#include <CUnit/CUnit.h>
#include <stdio.h>

#include "tests/record_samples.h"
#include "tests/suites.h"

static void lines_that_rules_speak_of_are_read(void)
{
    struct sample_text text;
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_span name;
    struct ledger_span value;
    struct ledger_vkey vkey;
    struct ledger_hasher *hasher = sample_hasher();
    plain(&text);
    CU_ASSERT_FATAL(parse(&record, &verdict, &text));
    CU_ASSERT(ledger_span_is(record.category, "pathology"));
    CU_ASSERT(ledger_span_is(record.refers, "\xe7\xa9\x97\xe5\xbe\x8b 7"));
    CU_ASSERT_EQUAL(record.parties.count, 2);
    CU_ASSERT_FATAL(ledger_record_next_party(&record.parties, hasher, &vkey));
    CU_ASSERT(ledger_span_is(ledger_vkey_name(&vkey), "PeterNeumann") && vkey.id == 0xc74f20a3);
    CU_ASSERT_FATAL(ledger_record_next_party(&record.parties, hasher, &vkey));
    CU_ASSERT(ledger_span_is(ledger_vkey_name(&vkey), "EnochRoot"));
    CU_ASSERT_FALSE(ledger_record_next_party(&record.parties, hasher, &vkey));
    CU_ASSERT(ledger_record_field(&record, &value, ledger_span_of("amount")));
    CU_ASSERT(ledger_span_is(value, "12 345.60"));
    CU_ASSERT(ledger_record_field(&record, &value, ledger_span_of("amount-2")));
    CU_ASSERT(ledger_span_is(value, "x"));
    CU_ASSERT_FALSE(ledger_record_field(&record, &value, ledger_span_of("amount-")));
    CU_ASSERT_EQUAL(record.fields.count, 2);
    CU_ASSERT_FATAL(ledger_record_next_field(&record.fields, &name, &value));
    CU_ASSERT(ledger_span_is(name, "amount") && ledger_span_is(value, "12 345.60"));
    CU_ASSERT_FATAL(ledger_record_next_field(&record.fields, &name, &value));
    CU_ASSERT(ledger_span_is(name, "amount-2") && ledger_span_is(value, "x"));
    CU_ASSERT_FALSE(ledger_record_next_field(&record.fields, &name, &value));
    ledger_hasher_free(&hasher);
}

static void lines_that_rules_speak_of_have_one_form(void)
{
    check_change("category pathology", "category Pathology", 9);
    check_change("category pathology", "category ", 9);
    check_change("category pathology", "category a b", 9);
    check_change("party P", "party  P", 10);
    check_change("10TW\n", "10TW \n", 10);
    check_change("+c74f20a3+", "+c74f20a4+", 10);
    check_change("+c74f20a3+", "+C74F20A3+", 10);
    check_change("PeterNeumann+", "PeterNeuman+", 10);
    check_change("party " PARTY, "party", 10);
    check_change(OTHER_PARTY, PARTY, 11);
    check_change("refers \xe7", "refers  \xe7", 12);
    check_change(" 7\nfield", "  7\nfield", 12);
    check_change("\xbe\x8b 7\n", "\xbe\x8b \n", 12);
    check_change("field amount 12", "field amount  12", 13);
    check_change("field amount 12", "field Amount 12", 13);
    check_change("field amount 12 345.60", "field amount ", 13);
    check_change("field amount 12 345.60", "field amount", 13);
    check_change("field amount 12 345.60", "field ", 13);
    check_change("345.60\n", "345.60 \n", 13);
    check_change("amount-2", "amount", 14);
}

static void write_party(struct sample_text *party, enum ledger_key_type type, const char *name,
                        uint8_t seed)
{
    struct sample_key key;
    sample_key(&key, type, name, seed);
    sample_start(party, "");
    ledger_vkey_write(&party->buffer, &key.vkey);
    ledger_buffer_add(&party->buffer, (struct ledger_span){(const uint8_t *)"", 1});
}

static void check_parties(const char *first, uint8_t first_seed, const char *second,
                          uint8_t second_seed, bool distinct)
{
    struct sample_text text;
    struct sample_text party;
    struct sample_text once;
    struct sample_text twice;
    struct ledger_record record;
    struct ledger_verdict verdict;
    plain(&text);
    write_party(&party, LEDGER_KEY_ED25519, first, first_seed);
    sample_replace(&once, sample_span(&text), PARTY, (const char *)party.memory);
    write_party(&party, LEDGER_KEY_ED25519, second, second_seed);
    sample_replace(&twice, sample_span(&once), OTHER_PARTY, (const char *)party.memory);
    if (distinct) {
        CU_ASSERT(parse(&record, &verdict, &twice));
    } else {
        check_refused(&twice, 11);
    }
}

static void no_two_parties_have_the_same_name_or_public_key(void)
{
    check_parties("a.example", 1, "b.example", 2, true);
    check_parties("a.example", 1, "a.exampl", 2, true);
    check_parties("a.example", 1, "a.example", 1, false);
    check_parties("a.example", 1, "a.example", 2, false);
    check_parties("a.example", 1, "b.example", 1, false);
}

/* The first line that deviates is named, also where it is the name that came before. */
static void repeated_name_is_found_before_a_later_fault(void)
{
    struct sample_text text;
    struct sample_text once;
    struct sample_text twice;
    plain(&text);
    sample_replace(&once, sample_span(&text), "amount-2", "amount");
    sample_replace(&twice, sample_span(&once), "data {", "data  {");
    check_refused(&twice, 14);
    sample_replace(&twice, sample_span(&once), "field amount x\n", "field amount x\nfield A b\n");
    check_refused(&twice, 14);
    sample_replace(&twice, sample_span(&once), "field amount x\n", "field A b\nfield amount x\n");
    check_refused(&twice, 14);
    sample_replace(&twice, sample_span(&once), "category pathology", "category Pathology");
    check_refused(&twice, 9);
}

static void a_party_has_an_ed25519_key(void)
{
    for (unsigned cosigns = 0; cosigns < 2; cosigns++) {
        struct sample_text text;
        struct sample_text party;
        struct sample_text changed;
        struct ledger_record record;
        struct ledger_verdict verdict;
        write_party(&party, cosigns ? LEDGER_KEY_COSIGNATURE : LEDGER_KEY_ED25519, "p.example", 7);
        plain(&text);
        sample_replace(&changed, sample_span(&text), PARTY, (const char *)party.memory);
        CU_ASSERT_EQUAL(parse(&record, &verdict, &changed), !cosigns);
    }
}

static void words_of_lines_are_no_names_of_fields(void)
{
    static const char *const refused[] = {"category", "party", "refers", "document", "data"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char with[32];
        snprintf(with, sizeof with, "field %s ", refused[i]);
        check_change("field amount ", with, 13);
        CU_ASSERT_FALSE(ledger_record_is_field_name(ledger_span_of(refused[i])));
    }
    CU_ASSERT(ledger_record_is_field_name(ledger_span_of("field")));
    CU_ASSERT(ledger_record_is_field_name(ledger_span_of("set")));
    CU_ASSERT_FALSE(ledger_record_is_field_name(ledger_span_of("A")));
}

/* As many as a record holds: each must be compared with all, and in time. */
static void the_one_repeated_name_among_thousands_is_found(void)
{
    for (unsigned repeated = 0; repeated < 2; repeated++) {
        struct sample_text text;
        sample_start(&text, "");
        for (size_t i = 0; i < FIRST_OPTIONAL; i++) {
            ledger_buffer_text(&text.buffer, plain_lines[i]);
        }
        unsigned count = 0;
        while (text.buffer.size + 30 < LEDGER_NOTE_MAX) {
            ledger_buffer_text(&text.buffer, "field a");
            ledger_buffer_decimal(&text.buffer, count++ * 7919 % 10007);
            ledger_buffer_text(&text.buffer, " x\n");
        }
        ledger_buffer_text(&text.buffer, repeated ? "field a7919 x\n" : "field a x\n");
        struct ledger_record record;
        struct ledger_verdict verdict;
        if (repeated) {
            check_refused(&text, FIRST_OPTIONAL + count + 1);
        } else {
            CU_ASSERT(parse(&record, &verdict, &text));
            CU_ASSERT(count > 4000 && record.fields.count == count + 1);
        }
    }
}

static void value_of_a_field_has_at_most_1024_bytes(void)
{
    for (size_t over = 0; over < 2; over++) {
        struct sample_text text;
        struct sample_text changed;
        struct ledger_record record;
        struct ledger_verdict verdict;
        char with[LEDGER_FIELD_MAX + 32] = "field amount ";
        memset(with + strlen(with), 'x', LEDGER_FIELD_MAX + over);
        plain(&text);
        sample_replace(&changed, sample_span(&text), "field amount 12 345.60", with);
        CU_ASSERT_EQUAL(parse(&record, &verdict, &changed), over == 0);
    }
}

static void authority_records_have_no_lines_that_rules_speak_of(void)
{
    for (size_t i = FIRST_OPTIONAL; i < DOCUMENTS; i++) {
        struct sample_text text;
        authority(&text, plain_lines[i]);
        ledger_buffer_text(&text.buffer, "set threshold 2\n");
        check_refused(&text, 9);
    }
}

static size_t take_all(struct ledger_lines lines, struct ledger_span *values)
{
    size_t count = 0;
    while (ledger_lines_next(&lines, &values[count])) {
        count++;
    }
    return count;
}

static void full_record_is_written_as_it_was_read(void)
{
    struct sample_text text;
    struct sample_text again;
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_document documents[2];
    struct ledger_span parties[3];
    struct ledger_span values[3];
    plain(&text);
    CU_ASSERT_FATAL(parse(&record, &verdict, &text));
    CU_ASSERT_FATAL(ledger_record_next_document(&record.documents, &documents[0]));
    CU_ASSERT_FATAL(ledger_record_next_document(&record.documents, &documents[1]));
    struct ledger_record_fields fields = {.ledger = record.ledger,
                                          .kind = record.kind,
                                          .event = record.event,
                                          .matter = record.matter,
                                          .institution = record.institution,
                                          .time = record.time,
                                          .category = record.category,
                                          .parties = parties,
                                          .party_count = take_all(record.parties, parties),
                                          .refers = record.refers,
                                          .fields = values,
                                          .field_count = take_all(record.fields, values),
                                          .documents = documents,
                                          .document_count = 2,
                                          .data = record.data};
    memcpy(fields.nonce, record.nonce, sizeof fields.nonce);
    sample_start(&again, "");
    ledger_record_write(&again.buffer, &fields);
    CU_ASSERT(ledger_span_equal(sample_span(&again), sample_span(&text)));
}

void ledger_suite_record_lines(void)
{
    CU_pSuite suite = CU_add_suite("record_lines", NULL, NULL);
    CU_ADD_TEST(suite, lines_that_rules_speak_of_are_read);
    CU_ADD_TEST(suite, lines_that_rules_speak_of_have_one_form);
    CU_ADD_TEST(suite, no_two_parties_have_the_same_name_or_public_key);
    CU_ADD_TEST(suite, repeated_name_is_found_before_a_later_fault);
    CU_ADD_TEST(suite, a_party_has_an_ed25519_key);
    CU_ADD_TEST(suite, words_of_lines_are_no_names_of_fields);
    CU_ADD_TEST(suite, the_one_repeated_name_among_thousands_is_found);
    CU_ADD_TEST(suite, value_of_a_field_has_at_most_1024_bytes);
    CU_ADD_TEST(suite, authority_records_have_no_lines_that_rules_speak_of);
    CU_ADD_TEST(suite, full_record_is_written_as_it_was_read);
}
