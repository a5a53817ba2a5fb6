#include <CUnit/CUnit.h>

#include "ledger/format/proof.h"
#include "tests/format_samples.h"
#include "tests/suites.h"

#define HASH "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ="
#define OTHER_HASH "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define EVIDENCE                                                                                   \
    LEDGER_EVIDENCE_HEADER "\nline threshold 1\npath 0\nabsent rules\npath 1 " HASH                \
                           "\nend empty\nline threshold 2\npath 2 " HASH " " HASH                  \
                           "\nabsent a b\npath 3 " HASH " " HASH " " HASH "\nend " HASH            \
                           " " OTHER_HASH "\n\nthe entry\n"
#define ITEMS 4
#define CHECKPOINT "example.com/fancylog\n109482\n" HASH "\n\n\xe2\x80\x94 n AAAAAAA=\n"

struct parsed {
    struct ledger_proof proof;
    struct ledger_verdict verdict;
    uint8_t *memory;
};

static struct parsed *parsed_new(void)
{
    struct parsed *parsed = calloc(1, sizeof *parsed);
    CU_ASSERT_PTR_NOT_NULL_FATAL(parsed);
    parsed->memory = malloc(LEDGER_EVIDENCE_MAX);
    CU_ASSERT_PTR_NOT_NULL_FATAL(parsed->memory);
    return parsed;
}

static void parsed_free(struct parsed *parsed)
{
    free(parsed->memory);
    free(parsed);
}

static bool parse(struct parsed *parsed, struct ledger_span bytes)
{
    ledger_verdict_clear(&parsed->verdict);
    return ledger_proof_parse(&parsed->proof, &parsed->verdict, parsed->memory, bytes);
}

/* A proof with this evidence and `hashes` hashes in its path. */
static void sample(struct sample_text *text, struct ledger_span evidence, unsigned hashes)
{
    sample_start(text, "c2sp.org/tlog-proof@v1\nextra ");
    ledger_buffer_base64(&text->buffer, evidence.data, evidence.size);
    ledger_buffer_text(&text->buffer, "\nindex 73894\n");
    for (unsigned i = 0; i < hashes; i++) {
        ledger_buffer_text(&text->buffer, HASH "\n");
    }
    ledger_buffer_text(&text->buffer, "\n" CHECKPOINT);
}

static bool parses_evidence(const char *evidence)
{
    struct parsed *parsed = parsed_new();
    struct sample_text text;
    sample(&text, ledger_span_of(evidence), 2);
    bool result = parse(parsed, sample_span(&text));
    if (!result) {
        CU_ASSERT_EQUAL(parsed->verdict.finding, LEDGER_BAD_PROOF);
        CU_ASSERT_EQUAL(parsed->verdict.line, 2);
    }
    parsed_free(parsed);
    return result;
}

static void check_change(const char *what, const char *with, enum ledger_finding finding,
                         uint32_t line)
{
    struct parsed *parsed = parsed_new();
    struct sample_text text;
    struct sample_text changed;
    sample(&text, ledger_span_of(EVIDENCE), 2);
    sample_replace(&changed, sample_span(&text), what, with);
    CU_ASSERT_FALSE(parse(parsed, sample_span(&changed)));
    CU_ASSERT_EQUAL(parsed->verdict.finding, finding);
    CU_ASSERT_EQUAL(parsed->verdict.line, line);
    parsed_free(parsed);
}

static void write_item(struct ledger_buffer *buffer, const struct ledger_evidence *item)
{
    if (item->absent) {
        ledger_evidence_add_absent(buffer, item->line, &item->path, &item->end);
    } else {
        ledger_evidence_add(buffer, item->line, &item->path);
    }
}

static void all_parts_are_read_and_written_the_same(void)
{
    struct parsed *parsed = parsed_new();
    struct sample_text text;
    struct sample_text evidence;
    struct sample_text again;
    struct ledger_evidence next;
    sample(&text, ledger_span_of(EVIDENCE), 5);
    CU_ASSERT_FATAL(parse(parsed, sample_span(&text)));
    CU_ASSERT_EQUAL(parsed->proof.index, 73894);
    CU_ASSERT_EQUAL(parsed->proof.path.count, 5);
    CU_ASSERT_EQUAL(parsed->proof.path.hashes[4].bytes[0], 0x81);
    CU_ASSERT_EQUAL(parsed->proof.checkpoint.size, 109482);
    CU_ASSERT_EQUAL(parsed->proof.line_count, ITEMS);
    CU_ASSERT(ledger_span_is(parsed->proof.entry, "the entry\n"));
    sample_start(&evidence, "");
    sample_start(&again, "");
    ledger_evidence_start(&evidence.buffer);
    struct ledger_span rest = parsed->proof.lines;
    unsigned count = 0;
    while (ledger_evidence_next(&rest, &next)) {
        CU_ASSERT_EQUAL(next.path.depth, count);
        CU_ASSERT_EQUAL(next.absent, count % 2 == 1);
        write_item(&evidence.buffer, &next);
        count++;
    }
    CU_ASSERT_EQUAL(count, ITEMS);
    ledger_evidence_finish(&evidence.buffer, parsed->proof.entry);
    CU_ASSERT(ledger_span_is(sample_span(&evidence), EVIDENCE));
    ledger_proof_write(&again.buffer, parsed->proof.index, &parsed->proof.path,
                       sample_span(&evidence), ledger_span_of(CHECKPOINT));
    CU_ASSERT(ledger_span_equal(sample_span(&again), sample_span(&text)));
    parsed_free(parsed);
}

static void what_stands_in_an_absent_place_is_read(void)
{
    struct parsed *parsed = parsed_new();
    struct sample_text text;
    struct ledger_evidence items[ITEMS + 1];
    sample(&text, ledger_span_of(EVIDENCE), 0);
    CU_ASSERT_FATAL(parse(parsed, sample_span(&text)));
    memset(items, 1, sizeof items);
    struct ledger_span rest = parsed->proof.lines;
    for (unsigned i = 0; i < ITEMS; i++) {
        CU_ASSERT_FATAL(ledger_evidence_next(&rest, &items[i]));
    }
    CU_ASSERT_FALSE(ledger_evidence_next(&rest, &items[ITEMS]));
    CU_ASSERT(!items[0].absent && !items[0].end.occupied);
    CU_ASSERT(items[1].absent && ledger_span_is(items[1].line, "rules"));
    CU_ASSERT(!items[1].end.occupied && items[1].path.depth == 1);
    CU_ASSERT(!items[2].absent && ledger_span_is(items[2].line, "threshold 2"));
    CU_ASSERT(items[3].absent && ledger_span_is(items[3].line, "a b"));
    CU_ASSERT(items[3].end.occupied && items[3].path.depth == 3);
    CU_ASSERT_EQUAL(items[3].end.key.bytes[0], 0x81);
    CU_ASSERT_EQUAL(items[3].end.value.bytes[0], 0x01);
    parsed_free(parsed);
}

static void other_forms_are_refused_with_the_line(void)
{
    check_change("proof@v1", "proof@v2", LEDGER_BAD_PROOF, 1);
    check_change("proof@v1", "proof@v1\r", LEDGER_BAD_PROOF, 1);
    check_change("extra ", "extra", LEDGER_BAD_PROOF, 2);
    check_change("extra ", "extra  ", LEDGER_BAD_PROOF, 2);
    check_change("extra ", "index 1\nextra ", LEDGER_BAD_PROOF, 2);
    check_change("index 73894", "index 073894", LEDGER_BAD_PROOF, 3);
    check_change("index 73894", "index 4611686018427387903", LEDGER_BAD_PROOF, 3);
    check_change("index 73894", "index 73894 ", LEDGER_BAD_PROOF, 3);
    check_change("index 73894\ngSKy", "index 4611686018427387902\ngSK", LEDGER_BAD_PROOF, 4);
    check_change("73894\ngSKy", "73894\ngSK", LEDGER_BAD_PROOF, 4);
    check_change("73894\ngSKy", "73894\n gSKy", LEDGER_BAD_PROOF, 4);
    check_change("=\n\nexample", "=\nexample", LEDGER_BAD_PROOF, 6);
    check_change("=\n\nexample", "=\n\n\nexample", LEDGER_BAD_CHECKPOINT, 7);
    check_change("109482", "0109482", LEDGER_BAD_CHECKPOINT, 8);
    check_change("\xe2\x80\x94 n", "- n", LEDGER_BAD_NOTE, 11);
    check_change("\n\n\xe2\x80\x94 n", "\n\xe2\x80\x94 n", LEDGER_BAD_NOTE, 0);
}

static void proof_without_evidence_is_refused(void)
{
    struct parsed *parsed = parsed_new();
    CU_ASSERT_FALSE(
        parse(parsed, ledger_span_of("c2sp.org/tlog-proof@v1\nindex 0\n\n" CHECKPOINT)));
    CU_ASSERT_EQUAL(parsed->verdict.line, 2);
    parsed_free(parsed);
}

static void path_has_at_most_64_hashes(void)
{
    struct parsed *parsed = parsed_new();
    struct sample_text text;
    sample(&text, ledger_span_of(EVIDENCE), 0);
    CU_ASSERT(parse(parsed, sample_span(&text)));
    CU_ASSERT_EQUAL(parsed->proof.path.count, 0);
    sample(&text, ledger_span_of(EVIDENCE), 64);
    CU_ASSERT(parse(parsed, sample_span(&text)));
    sample(&text, ledger_span_of(EVIDENCE), 65);
    CU_ASSERT_FALSE(parse(parsed, sample_span(&text)));
    CU_ASSERT_EQUAL(parsed->verdict.finding, LEDGER_BAD_PROOF);
    CU_ASSERT_EQUAL(parsed->verdict.line, 68);
    parsed_free(parsed);
}

#define E(text) LEDGER_EVIDENCE_HEADER "\n" text

static void evidence_of_other_form_is_refused(void)
{
    static const char *const refused[] = {
        "",
        "\n",
        "x",
        LEDGER_EVIDENCE_HEADER,
        E(""),
        E("\n"),
        E("x\n\ne"),
        E("x"),
        E("line a\npath 0\nx"),
        E("line a\n\ne"),
        E("line a\npath 0"),
        E("line a\npath 0\n"),
        E("line a\npath 0\n\n"),
        E("path 0\n\ne"),
        E("line a\nline b\npath 0\n\ne"),
        E("line a\npath 0\npath 0\n\ne"),
        E("line \npath 0\n\ne"),
        E("line a \npath 0\n\ne"),
        E("line  a\npath 0\n\ne"),
        E("line a\npath \n\ne"),
        E("line a\npath 0 \n\ne"),
        E("line a\npath 00\n\ne"),
        E("line a\npath 1\n\ne"),
        E("line a\npath 1 \n\ne"),
        E("line a\npath 1 " HASH " \n\ne"),
        E("line a\npath 1  " HASH "\n\ne"),
        E("line a\npath 0 " HASH "\n\ne"),
        E("line a\npath 1 " HASH " " HASH "\n\ne"),
        E("line a\npath 2 " HASH "\n\ne"),
        E("line a\npath 257\n\ne"),
        E("line a\npath 0\n \ne"),
        E("line a\npath 0\nend empty\n\ne"),
        E("absent a\n\ne"),
        E("absent a\nend empty\n\ne"),
        E("absent a\npath 0\n\ne"),
        E("absent a\npath 0\nend\n\ne"),
        E("absent a\npath 0\nend \n\ne"),
        E("absent a\npath 0\nend empty \n\ne"),
        E("absent a\npath 0\nend Empty\n\ne"),
        E("absent a\npath 0\nend  empty\n\ne"),
        E("absent a\npath 0\nend " HASH "\n\ne"),
        E("absent a\npath 0\nend " HASH " \n\ne"),
        E("absent a\npath 0\nend " HASH "  " HASH "\n\ne"),
        E("absent a\npath 0\nend " HASH " " HASH " \n\ne"),
        E("absent a\npath 0\nend " HASH " " HASH " " HASH "\n\ne"),
        E("absent a\npath 0\nend " HASH " empty\n\ne"),
        E("absent a\npath 0\nend empty " HASH "\n\ne"),
        E("absent a\nend empty\npath 0\n\ne"),
        E("absent a\npath 0\nend empty\nend empty\n\ne"),
        E("absent a\npath 0\nend empty"),
        E("absent \npath 0\nend empty\n\ne"),
        E("absent  a\npath 0\nend empty\n\ne"),
        E("absent a \npath 0\nend empty\n\ne"),
        E("end empty\n\ne"),
        E("line \x01\npath 0\n\ne"),
        E("line a\r\npath 0\n\ne"),
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CU_ASSERT_FALSE(parses_evidence(refused[i]));
    }
    CU_ASSERT(parses_evidence(E("\ne")));
    CU_ASSERT(parses_evidence(E("line a\npath 1 " HASH "\n\ne")));
    CU_ASSERT(parses_evidence(E("absent a\npath 0\nend empty\n\ne")));
    CU_ASSERT(parses_evidence(E("absent a\npath 0\nend " HASH " " HASH "\n\ne")));
}

static bool parses_with_depth(unsigned depth)
{
    struct sample_text text;
    sample_start(&text, E("line a\npath "));
    ledger_buffer_decimal(&text.buffer, depth);
    for (unsigned i = 0; i < depth; i++) {
        ledger_buffer_text(&text.buffer, " " HASH);
    }
    ledger_buffer_text(&text.buffer, "\n\ne");
    ledger_buffer_add(&text.buffer, (struct ledger_span){(const uint8_t *)"", 1});
    return parses_evidence((const char *)text.memory);
}

static void prefix_path_has_at_most_256_hashes(void)
{
    CU_ASSERT(parses_with_depth(255));
    CU_ASSERT(parses_with_depth(256));
    CU_ASSERT_FALSE(parses_with_depth(257));
}

static bool parses_with_lines(unsigned lines, size_t entry_size)
{
    struct sample_text text;
    struct parsed *parsed = parsed_new();
    sample_start(&text, E(""));
    for (unsigned i = 0; i < lines; i++) {
        ledger_buffer_text(&text.buffer,
                           i % 2 == 0 ? "line a\npath 0\n" : "absent a\npath 0\nend empty\n");
    }
    ledger_buffer_text(&text.buffer, "\n");
    for (size_t i = 0; i < entry_size; i++) {
        ledger_buffer_text(&text.buffer, "e");
    }
    uint8_t *bytes = malloc(200000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    struct ledger_buffer buffer = ledger_buffer_in(bytes, 200000);
    const struct ledger_tree_proof path = {.count = 0};
    ledger_proof_write(&buffer, 0, &path, sample_span(&text), ledger_span_of(CHECKPOINT));
    CU_ASSERT_FALSE(buffer.overflow);
    bool result = parse(parsed, ledger_buffer_span(&buffer));
    free(bytes);
    parsed_free(parsed);
    return result;
}

static void evidence_has_at_most_256_items_and_an_entry_of_65535_bytes(void)
{
    CU_ASSERT(parses_with_lines(256, 1));
    CU_ASSERT_FALSE(parses_with_lines(257, 1));
    CU_ASSERT_FALSE(parses_with_lines(0, 0));
    CU_ASSERT(parses_with_lines(0, LEDGER_ENTRY_MAX));
    CU_ASSERT_FALSE(parses_with_lines(0, LEDGER_ENTRY_MAX + 1));
}

static void proof_of_more_than_4_mebibytes_is_refused(void)
{
    struct parsed *parsed = parsed_new();
    uint8_t *bytes = calloc(1, LEDGER_PROOF_FILE_MAX + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_FALSE(parse(parsed, (struct ledger_span){bytes, LEDGER_PROOF_FILE_MAX + 1}));
    CU_ASSERT_EQUAL(parsed->verdict.finding, LEDGER_TOO_LONG);
    CU_ASSERT_FALSE(parse(parsed, (struct ledger_span){bytes, LEDGER_PROOF_FILE_MAX}));
    CU_ASSERT_EQUAL(parsed->verdict.finding, LEDGER_BAD_PROOF);
    free(bytes);
    parsed_free(parsed);
}

/* What parses must be written as it was read: no byte is without a meaning. */
static bool reads_another_way(void *context, struct ledger_span bytes)
{
    struct parsed *parsed = context;
    struct sample_text evidence;
    struct sample_text again;
    struct ledger_evidence next;
    if (!parse(parsed, bytes)) {
        return false;
    }
    sample_start(&evidence, "");
    sample_start(&again, "");
    ledger_evidence_start(&evidence.buffer);
    struct ledger_span rest = parsed->proof.lines;
    while (ledger_evidence_next(&rest, &next)) {
        write_item(&evidence.buffer, &next);
    }
    ledger_evidence_finish(&evidence.buffer, parsed->proof.entry);
    const struct ledger_note *note = &parsed->proof.checkpoint.note;
    struct ledger_span checkpoint = {note->text.data, note->text.size + 1 + note->signatures.size};
    ledger_proof_write(&again.buffer, parsed->proof.index, &parsed->proof.path,
                       sample_span(&evidence), checkpoint);
    return !ledger_span_equal(sample_span(&again), bytes);
}

static bool parses(void *context, struct ledger_span bytes)
{
    return parse(context, bytes);
}

static void every_truncation_is_refused_and_every_byte_has_a_meaning(void)
{
    struct parsed *parsed = parsed_new();
    struct sample_text text;
    sample(&text, ledger_span_of(EVIDENCE), 2);
    CU_ASSERT_EQUAL(sample_truncations_accepted(sample_span(&text), parses, parsed), 0);
    CU_ASSERT_EQUAL(sample_changes_accepted(sample_span(&text), reads_another_way, parsed), 0);
    parsed_free(parsed);
}

void ledger_suite_proof(void)
{
    CU_pSuite suite = CU_add_suite("proof", NULL, NULL);
    CU_ADD_TEST(suite, all_parts_are_read_and_written_the_same);
    CU_ADD_TEST(suite, what_stands_in_an_absent_place_is_read);
    CU_ADD_TEST(suite, other_forms_are_refused_with_the_line);
    CU_ADD_TEST(suite, proof_without_evidence_is_refused);
    CU_ADD_TEST(suite, path_has_at_most_64_hashes);
    CU_ADD_TEST(suite, evidence_of_other_form_is_refused);
    CU_ADD_TEST(suite, prefix_path_has_at_most_256_hashes);
    CU_ADD_TEST(suite, evidence_has_at_most_256_items_and_an_entry_of_65535_bytes);
    CU_ADD_TEST(suite, proof_of_more_than_4_mebibytes_is_refused);
    CU_ADD_TEST(suite, every_truncation_is_refused_and_every_byte_has_a_meaning);
}
