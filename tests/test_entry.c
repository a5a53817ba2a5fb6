#include <CUnit/CUnit.h>

#include "ledger/format/entry.h"
#include "ledger/tree/tree.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define ZERO "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define HEAD                                                                                       \
    LEDGER_ENTRY_HEADER "\nindex 1234\ntime 2026-11-23T02:21:08.412Z\nprevious " ZERO              \
                        "\nauthority " ZERO "\n\n"
#define RECORD                                                                                     \
    LEDGER_RECORD_HEADER "\nledger a.example\nkind notarisation\nevent issue\nmatter 1\n"          \
                         "institution b.example\ntime 2026-11-23T02:21:07Z\n"                      \
                         "nonce AAECAwQFBgcICQoLDA0ODw==\n"

static void sample(struct sample_text *entry, struct sample_key *key)
{
    sample_key(key, LEDGER_KEY_ED25519, "b.example/li", 9);
    sample_start(entry, HEAD RECORD "\n");
    sample_sign(entry, key, ledger_span_of(RECORD), 0);
}

static bool parse(struct ledger_entry *entry, struct ledger_verdict *verdict,
                  struct ledger_span bytes)
{
    ledger_verdict_clear(verdict);
    return ledger_entry_parse(entry, verdict, bytes);
}

static void check_change(const char *what, const char *with, enum ledger_finding finding,
                         uint32_t line)
{
    struct sample_key key;
    struct sample_text text;
    struct sample_text changed;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    sample(&text, &key);
    sample_replace(&changed, sample_span(&text), what, with);
    CU_ASSERT_FALSE(parse(&entry, &verdict, sample_span(&changed)));
    CU_ASSERT_EQUAL(verdict.finding, finding);
    CU_ASSERT_EQUAL(verdict.line, line);
}

static void all_fields_are_read_and_written_the_same(void)
{
    struct sample_key key;
    struct sample_text text;
    struct sample_text again;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    sample(&text, &key);
    CU_ASSERT_FATAL(parse(&entry, &verdict, sample_span(&text)));
    CU_ASSERT_EQUAL(entry.index, 1234);
    CU_ASSERT_EQUAL(entry.time_ms, INT64_C(1795400468412));
    CU_ASSERT(ledger_span_is(entry.record.ledger, "a.example"));
    sample_start(&again, "");
    ledger_entry_write(&again.buffer, &entry);
    CU_ASSERT(ledger_span_equal(sample_span(&again), sample_span(&text)));
}

static void other_heads_are_refused_with_the_line(void)
{
    check_change("entry/v1", "entry/v2", LEDGER_BAD_ENTRY, 1);
    check_change("index 1234", "index 01234", LEDGER_BAD_ENTRY, 2);
    check_change("index 1234", "index  1234", LEDGER_BAD_ENTRY, 2);
    check_change("index 1234", "index 4611686018427387903", LEDGER_BAD_ENTRY, 2);
    check_change("index 1234\n", "", LEDGER_BAD_ENTRY, 2);
    check_change("index 1234\n", "index 1234\nindex 1234\n", LEDGER_BAD_ENTRY, 3);
    check_change("index 1234\n", "index 1234\r\n", LEDGER_BAD_ENTRY, 2);
    check_change(".412Z", "Z", LEDGER_BAD_ENTRY, 3);
    check_change(".412Z", ".412+00:00", LEDGER_BAD_ENTRY, 3);
    check_change("previous AAAA", "previous AAA", LEDGER_BAD_ENTRY, 4);
    check_change("authority AAAA", "authority AAAA ", LEDGER_BAD_ENTRY, 5);
    check_change("A=\n\n", "A=\n", LEDGER_BAD_ENTRY, 6);
    check_change("A=\n\n", "A=\n \n", LEDGER_BAD_ENTRY, 6);
    check_change("A=\n\n", "A=\n\n\n", LEDGER_BAD_RECORD, 7);
}

static void findings_of_the_record_count_from_the_first_line(void)
{
    check_change("kind ", "kin ", LEDGER_BAD_RECORD, 9);
    check_change("kind ", "kind \x01", LEDGER_BAD_TEXT, 9);
    check_change("\xe2\x80\x94 b", "- b", LEDGER_BAD_NOTE, 16);
}

static void a_finding_of_the_whole_record_has_no_line(void)
{
    check_change("Dw==\n\n", "Dw==\n", LEDGER_BAD_NOTE, 0);
}

static void largest_index_is_accepted(void)
{
    struct sample_key key;
    struct sample_text text;
    struct sample_text changed;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    sample(&text, &key);
    sample_replace(&changed, sample_span(&text), "index 1234", "index 4611686018427387902");
    CU_ASSERT_FATAL(parse(&entry, &verdict, sample_span(&changed)));
    CU_ASSERT_EQUAL(entry.index, LEDGER_TREE_SIZE_MAX - 1);
}

/* Fills an entry up to `size` with a data line. */
static bool parses_at_size(size_t size)
{
    struct sample_text text;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    const char *tail = "\"\n\n\xe2\x80\x94 n AAAAAAA=\n";
    sample_start(&text, HEAD RECORD "data \"");
    while (text.buffer.size + strlen(tail) < size) {
        ledger_buffer_text(&text.buffer, "x");
    }
    ledger_buffer_text(&text.buffer, tail);
    CU_ASSERT_EQUAL(text.buffer.size, size);
    bool parsed = parse(&entry, &verdict, sample_span(&text));
    CU_ASSERT(parsed || verdict.finding == LEDGER_TOO_LONG);
    return parsed;
}

static void entry_of_65535_bytes_is_the_longest(void)
{
    CU_ASSERT(parses_at_size(65535));
    CU_ASSERT_FALSE(parses_at_size(65536));
}

/* A changed head may parse, but then it says something else: it is written as it was read. */
static bool accepts(void *context, struct ledger_span bytes)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    struct sample_text again;
    const struct sample_key *key = context;
    if (!parse(&entry, &verdict, bytes)) {
        return false;
    }
    sample_start(&again, "");
    ledger_entry_write(&again.buffer, &entry);
    if (!ledger_span_equal(sample_span(&again), bytes)) {
        return true;
    }
    const uint8_t *head = (const uint8_t *)HEAD;
    bool same_head = memcmp(bytes.data, head, strlen(HEAD)) == 0;
    return same_head &&
           ledger_note_signed_by(&entry.record.note, &key->vkey, NULL) == LEDGER_SIGNED_WELL;
}

static void every_truncation_and_changed_byte_is_refused_or_seen(void)
{
    struct sample_key key;
    struct sample_text text;
    sample(&text, &key);
    CU_ASSERT_FATAL(accepts(&key, sample_span(&text)));
    CU_ASSERT_EQUAL(sample_truncations_accepted(sample_span(&text), accepts, &key), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), accepts, &key), 0);
}

/* Of whatever parses, truncated and changed entries too, it is the record's matter. */
static bool peeks_otherwise(void *context, struct ledger_span bytes)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    struct ledger_span matter;
    (void)context;
    bool found = ledger_entry_peek_matter(&matter, bytes);
    return parse(&entry, &verdict, bytes) &&
           (!found || !ledger_span_equal(matter, entry.record.matter));
}

static void the_matter_is_found_without_parsing(void)
{
    struct sample_key key;
    struct sample_text text;
    struct ledger_span matter;
    sample(&text, &key);
    CU_ASSERT(ledger_entry_peek_matter(&matter, sample_span(&text)));
    CU_ASSERT(ledger_span_is(matter, "1"));
    CU_ASSERT_EQUAL(sample_truncations_accepted(sample_span(&text), peeks_otherwise, NULL), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), peeks_otherwise, NULL), 0);
    CU_ASSERT_FALSE(ledger_entry_peek_matter(&matter, ledger_span_of("")));
    CU_ASSERT_FALSE(ledger_entry_peek_matter(&matter, ledger_span_of(HEAD)));
}

static bool peeks_another_link(void *context, struct ledger_span bytes)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    struct ledger_hash previous;
    (void)context;
    bool found = ledger_entry_peek_previous(&previous, bytes);
    return parse(&entry, &verdict, bytes) &&
           (!found || !ledger_hash_equal(&previous, &entry.previous));
}

static void the_link_is_found_without_parsing(void)
{
    struct sample_key key;
    struct sample_text text;
    struct ledger_hash previous;
    sample(&text, &key);
    CU_ASSERT(ledger_entry_peek_previous(&previous, sample_span(&text)));
    CU_ASSERT_EQUAL(sample_truncations_accepted(sample_span(&text), peeks_another_link, NULL), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), peeks_another_link, NULL), 0);
    CU_ASSERT_FALSE(ledger_entry_peek_previous(&previous, ledger_span_of("")));
    CU_ASSERT_FALSE(ledger_entry_peek_previous(&previous, ledger_span_of("a\nb\nc\nprevious x\n")));
}

void ledger_suite_entry(void)
{
    CU_pSuite suite = CU_add_suite("entry", NULL, NULL);
    CU_ADD_TEST(suite, all_fields_are_read_and_written_the_same);
    CU_ADD_TEST(suite, other_heads_are_refused_with_the_line);
    CU_ADD_TEST(suite, findings_of_the_record_count_from_the_first_line);
    CU_ADD_TEST(suite, a_finding_of_the_whole_record_has_no_line);
    CU_ADD_TEST(suite, largest_index_is_accepted);
    CU_ADD_TEST(suite, entry_of_65535_bytes_is_the_longest);
    CU_ADD_TEST(suite, every_truncation_and_changed_byte_is_refused_or_seen);
    CU_ADD_TEST(suite, the_matter_is_found_without_parsing);
    CU_ADD_TEST(suite, the_link_is_found_without_parsing);
}
