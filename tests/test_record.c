#include <CUnit/CUnit.h>
#include <stdio.h>

#include "ledger/format/authority_line.h"
#include "tests/record_samples.h"
#include "tests/suites.h"

static void all_fields_are_read(void)
{
    struct sample_text text;
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_document document;
    plain(&text);
    CU_ASSERT_FATAL(parse(&record, &verdict, &text));
    CU_ASSERT(ledger_span_is(record.ledger, "publiclaw.gz.example/2026"));
    CU_ASSERT(ledger_span_is(record.kind, "forensic-appraisal"));
    CU_ASSERT(ledger_span_is(record.event, "issue"));
    CU_ASSERT(ledger_span_is(record.matter, MATTER));
    CU_ASSERT(ledger_span_is(record.institution, "smu-forensics.gz.example"));
    CU_ASSERT(ledger_span_is(record.time, "2026-11-23T10:21:07+08:00"));
    CU_ASSERT_EQUAL(record.time_ms, INT64_C(1795400467000));
    CU_ASSERT_EQUAL(record.nonce[15], 15);
    CU_ASSERT(ledger_span_is(record.data, "{\"a\":1}"));
    CU_ASSERT_EQUAL(record.note.count, 0);
    CU_ASSERT_EQUAL(record.documents.count, 2);
    CU_ASSERT_FATAL(ledger_record_next_document(&record.documents, &document));
    CU_ASSERT_EQUAL(document.size, 3);
    CU_ASSERT_EQUAL(document.digest.bytes[0], 0xba);
    CU_ASSERT(
        ledger_span_is(document.name, "\xe9\x89\xb4\xe5\xae\x9a \xe6\x84\x8f\xe8\xa7\x81.pdf"));
    CU_ASSERT_FATAL(ledger_record_next_document(&record.documents, &document));
    CU_ASSERT_FALSE(ledger_record_next_document(&record.documents, &document));
    CU_ASSERT_FALSE(ledger_record_is_authority(&record));
}

static void absent_line_is_refused_where_it_should_stand(void)
{
    for (size_t absent = 0; absent < LINES; absent++) {
        struct sample_text text;
        struct ledger_record record;
        struct ledger_verdict verdict;
        sample_start(&text, "");
        for (size_t i = 0; i < LINES; i++) {
            ledger_buffer_text(&text.buffer, i == absent ? "" : plain_lines[i]);
        }
        if (absent < FIRST_OPTIONAL) {
            check_refused(&text, (uint32_t)absent + 1);
        } else {
            CU_ASSERT(parse(&record, &verdict, &text));
        }
    }
}

static void repeated_line_is_refused_unless_a_document(void)
{
    for (size_t twice = 0; twice < LINES; twice++) {
        struct sample_text text;
        struct ledger_record record;
        struct ledger_verdict verdict;
        sample_start(&text, "");
        for (size_t i = 0; i < LINES; i++) {
            ledger_buffer_text(&text.buffer, plain_lines[i]);
            ledger_buffer_text(&text.buffer, i == twice ? plain_lines[i] : "");
        }
        if (twice == DOCUMENTS || twice == DOCUMENTS + 1) {
            CU_ASSERT(parse(&record, &verdict, &text));
        } else {
            check_refused(&text, (uint32_t)twice + 2);
        }
    }
}

static void swapped_lines_are_refused(void)
{
    for (size_t first = 0; first < LINES; first++) {
        for (size_t second = first + 1; second < LINES; second++) {
            if (second == first + 1 && (first == 9 || first == 12 || first == DOCUMENTS)) {
                continue; /* two lines of one sort */
            }
            struct sample_text text;
            struct ledger_record record;
            struct ledger_verdict verdict;
            sample_start(&text, "");
            for (size_t i = 0; i < LINES; i++) {
                size_t from = i == first ? second : i == second ? first : i;
                ledger_buffer_text(&text.buffer, plain_lines[from]);
            }
            CU_ASSERT_FALSE(parse(&record, &verdict, &text));
            CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_RECORD);
        }
    }
}

static void finding_names_the_word_expected(void)
{
    struct sample_text text;
    struct sample_text changed;
    struct ledger_record record;
    struct ledger_verdict verdict;
    plain(&text);
    sample_replace(&changed, sample_span(&text), "kind ", "Kind ");
    CU_ASSERT_FALSE(parse(&record, &verdict, &changed));
    CU_ASSERT_EQUAL(verdict.line, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(verdict.detail, "'kind "));
}

static void values_of_other_form_are_refused(void)
{
    check_change("record/v1", "record/v2", 1);
    check_change("record/v1\n", "record/v1 \n", 1);
    check_change("ledger publiclaw", "ledger public law", 2);
    check_change("ledger publiclaw", "ledger  publiclaw", 2);
    check_change("ledger publiclaw.gz.example/2026", "ledger ", 2);
    check_change("ledger publiclaw.gz.example/2026", "ledger", 2);
    check_change("kind forensic-", "kind Forensic-", 3);
    check_change("event issue", "event issue ", 4);
    check_change("event issue", "event 1ssue", 4);
    check_change("2026\xe3\x80\x95", "2026  ", 5);
    check_change("matter ", "matter  ", 5);
    check_change("\xe5\x8f\xb7\n", "\xe5\x8f\xb7\xe3\x80\x80\n", 5);
    check_change("institution smu", "institution smu+", 6);
    check_change("+08:00", "+8:00", 7);
    check_change("+08:00", "", 7);
    check_change("+08:00", ".000+08:00", 7);
    check_change("ODw==", "ODx==", 8);
    check_change("ODw==", "ODw", 8);
    check_change("ODw==", "ODxA", 8);
    check_change("sha256 ba", "sha256 BA", 15);
    check_change("sha256 ba", "sha256 ", 15);
    check_change("sha256 ba", "sha512 ba", 15);
    check_change("15ad 3 ", "15ad 03 ", 15);
    check_change("15ad 3 ", "15ad -3 ", 15);
    check_change("15ad 3 ", "15ad  3 ", 15);
    check_change("15ad 3 ", "15ad 3  ", 15);
    check_change("15ad 3 ", "15ad 9007199254740992 ", 15);
    check_change("15ad 3 \xe9\x89\xb4\xe5\xae\x9a ", "15ad 3 ../", 15);
    check_change("data {\"a\":1}", "data {\"a\": 1}", 17);
    check_change("data {\"a\":1}", "data {\"a\":1", 17);
    check_change("data {\"a\":1}", "data ", 17);
    check_change("nonce", "\nnonce", 8);
    check_change("{\"a\":1}\n", "{\"a\":1}\n\n", 18);
    check_change("{\"a\":1}\n", "{\"a\":1}\nmore 1\n", 18);
    check_change("{\"a\":1}\n", "{\"a\":1}", 17);
}

static void largest_document_size_is_accepted(void)
{
    struct sample_text text;
    struct sample_text changed;
    struct ledger_record record;
    struct ledger_verdict verdict;
    plain(&text);
    sample_replace(&changed, sample_span(&text), "15ad 3 ", "15ad 9007199254740991 ");
    CU_ASSERT(parse(&record, &verdict, &changed));
}

static void unclean_characters_are_refused(void)
{
    for (size_t i = 0; i < SAMPLE_UNCLEAN; i++) {
        struct sample_text text;
        struct sample_text changed;
        struct ledger_record record;
        struct ledger_verdict verdict;
        char with[32];
        plain(&text);
        snprintf(with, sizeof with, "2026%s", sample_unclean[i]);
        sample_replace(&changed, sample_span(&text), "2026\xe3", with);
        CU_ASSERT_FALSE(parse(&record, &verdict, &changed));
        CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_TEXT);
        CU_ASSERT_EQUAL(verdict.line, 5);
    }
    struct sample_text text;
    struct sample_text changed;
    struct ledger_record record;
    struct ledger_verdict verdict;
    plain(&text);
    sample_replace(&changed, sample_span(&text), "issue\n", "issue\r\n");
    CU_ASSERT_FALSE(parse(&record, &verdict, &changed));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_TEXT);
    CU_ASSERT_EQUAL(verdict.line, 4);
}

static void authority_lines_stand_in_authority_records_only(void)
{
    struct sample_text text;
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_span value;
    authority(&text, DOCUMENT "unset threshold\nunset operator\nset threshold 2\ndata 1\n");
    CU_ASSERT_FATAL(parse(&record, &verdict, &text));
    CU_ASSERT(ledger_record_is_authority(&record));
    CU_ASSERT_EQUAL(record.unsets.count, 2);
    CU_ASSERT_EQUAL(record.sets.count, 1);
    CU_ASSERT_FATAL(ledger_lines_next(&record.unsets, &value));
    CU_ASSERT(ledger_span_is(value, "threshold"));
    CU_ASSERT_FATAL(ledger_lines_next(&record.unsets, &value));
    CU_ASSERT(ledger_span_is(value, "operator"));
    CU_ASSERT_FALSE(ledger_lines_next(&record.unsets, &value));
    CU_ASSERT_FATAL(ledger_lines_next(&record.sets, &value));
    CU_ASSERT(ledger_span_is(value, "threshold 2"));
    CU_ASSERT_FALSE(ledger_lines_next(&record.sets, &value));
    authority(&text, "");
    check_refused(&text, 3);
    authority(&text, "set threshold 2\nunset threshold\n");
    check_refused(&text, 10);
    authority(&text, "set threshold 2 \n");
    check_refused(&text, 9);
    authority(&text, "unset threshold \n");
    check_refused(&text, 9);
    check_change("data ", "set threshold 2\ndata ", 17);
    check_change("data ", "unset threshold\ndata ", 17);
}

static void authority_line_of_4096_bytes_is_the_longest(void)
{
    for (size_t over = 0; over < 2; over++) {
        struct sample_text text;
        struct ledger_record record;
        struct ledger_verdict verdict;
        authority(&text, "set ");
        for (size_t i = 0; i < LEDGER_AUTHORITY_LINE_MAX + over; i++) {
            ledger_buffer_text(&text.buffer, "x");
        }
        ledger_buffer_text(&text.buffer, "\n");
        CU_ASSERT_EQUAL(parse(&record, &verdict, &text), over == 0);
    }
}

static void a_draft_that_no_note_could_hold_is_too_long(void)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    static uint8_t bytes[LEDGER_NOTE_MAX + 1];
    memset(bytes, 'a', sizeof bytes);
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(
        ledger_record_parse_draft(&record, &verdict, (struct ledger_span){bytes, sizeof bytes}));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_TOO_LONG);
    CU_ASSERT_FALSE(ledger_record_parse_draft(&record, &verdict,
                                              (struct ledger_span){bytes, sizeof bytes - 1}));
    CU_ASSERT_NOT_EQUAL(verdict.finding, LEDGER_TOO_LONG);
}

static bool accepts_draft(void *context, struct ledger_span bytes)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    /* Cut at the end of an optional line, it is a shorter record. */
    const struct ledger_span *whole = context;
    bool optional_line_end = bytes.size > 0 && bytes.data[bytes.size - 1] == '\n' &&
                             memmem(bytes.data, bytes.size, "nonce ", 6) != NULL &&
                             bytes.size < whole->size;
    return ledger_record_parse_draft(&record, &verdict, bytes) && !optional_line_end;
}

static bool accepts_signed(void *context, struct ledger_span bytes)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    const struct sample_key *key = context;
    ledger_verdict_clear(&verdict);
    return ledger_record_parse(&record, &verdict, bytes) &&
           ledger_note_signed_by(&record.note, &key->vkey, NULL) == LEDGER_SIGNED_WELL;
}

static void every_truncation_and_changed_byte_is_refused(void)
{
    struct sample_key key;
    struct sample_text text;
    plain(&text);
    struct ledger_span draft = sample_span(&text);
    CU_ASSERT_EQUAL(sample_truncations_accepted(draft, accepts_draft, &draft), 0);
    sample_key(&key, LEDGER_KEY_ED25519, "smu-forensics.gz.example/li", 5);
    sample_sign_all(&text, &key, 1);
    CU_ASSERT_FATAL(accepts_signed(&key, sample_span(&text)));
    CU_ASSERT_EQUAL(sample_truncations_accepted(sample_span(&text), accepts_signed, &key), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), accepts_signed, &key), 0);
}

static void draft_with_signatures_and_record_without_are_refused(void)
{
    struct sample_key key;
    struct sample_text text;
    struct ledger_record record;
    struct ledger_verdict verdict;
    plain(&text);
    CU_ASSERT_FALSE(ledger_record_parse(&record, &verdict, sample_span(&text)));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_NOTE);
    sample_key(&key, LEDGER_KEY_ED25519, "n", 5);
    sample_sign_all(&text, &key, 1);
    check_refused(&text, LINES + 1);
}

static void what_is_written_reads_the_same(void)
{
    struct sample_text text;
    struct sample_text again;
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_document documents[2];
    authority(&text, DOCUMENT DOCUMENT "unset threshold\nset threshold 2\ndata 1\n");
    CU_ASSERT_FATAL(parse(&record, &verdict, &text));
    CU_ASSERT_FATAL(ledger_record_next_document(&record.documents, &documents[0]));
    CU_ASSERT_FATAL(ledger_record_next_document(&record.documents, &documents[1]));
    const struct ledger_span unset = ledger_span_of("threshold");
    const struct ledger_span set = ledger_span_of("threshold 2");
    struct ledger_record_fields fields = {.ledger = record.ledger,
                                          .kind = record.kind,
                                          .event = record.event,
                                          .matter = record.matter,
                                          .institution = record.institution,
                                          .time = record.time,
                                          .documents = documents,
                                          .document_count = 2,
                                          .unsets = &unset,
                                          .unset_count = 1,
                                          .sets = &set,
                                          .set_count = 1,
                                          .data = record.data};
    memcpy(fields.nonce, record.nonce, sizeof fields.nonce);
    sample_start(&again, "");
    ledger_record_write(&again.buffer, &fields);
    CU_ASSERT(ledger_span_equal(sample_span(&again), sample_span(&text)));
}

void ledger_suite_record(void)
{
    CU_pSuite suite = CU_add_suite("record", NULL, NULL);
    CU_ADD_TEST(suite, a_draft_that_no_note_could_hold_is_too_long);
    CU_ADD_TEST(suite, all_fields_are_read);
    CU_ADD_TEST(suite, absent_line_is_refused_where_it_should_stand);
    CU_ADD_TEST(suite, repeated_line_is_refused_unless_a_document);
    CU_ADD_TEST(suite, swapped_lines_are_refused);
    CU_ADD_TEST(suite, finding_names_the_word_expected);
    CU_ADD_TEST(suite, values_of_other_form_are_refused);
    CU_ADD_TEST(suite, largest_document_size_is_accepted);
    CU_ADD_TEST(suite, unclean_characters_are_refused);
    CU_ADD_TEST(suite, authority_lines_stand_in_authority_records_only);
    CU_ADD_TEST(suite, authority_line_of_4096_bytes_is_the_longest);
    CU_ADD_TEST(suite, every_truncation_and_changed_byte_is_refused);
    CU_ADD_TEST(suite, draft_with_signatures_and_record_without_are_refused);
    CU_ADD_TEST(suite, what_is_written_reads_the_same);
}
