/* The tree over the lines of an authority: its root, and the paths that lead to it. */
#include "ledger/law/authority.h"

#include <stdio.h>
#include <time.h>

#include "tests/authority_samples.h"
#include "tests/suites.h"

#define KEY_OF_ZHANG(s) samples_line(s, "key ", SAMPLE_ZHANG, "")

static void the_root_does_not_depend_on_the_way_to_it(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct authority_fixture other = {samples_new(), NULL, 0};
    struct sample_record founding = samples_founding(f.s);
    struct sample_record backwards = founding;
    for (size_t i = 0; i < SAMPLE_LINES; i++) {
        backwards.sets[i] = founding.sets[SAMPLE_LINES - 1 - i];
    }
    CU_ASSERT_EQUAL_FATAL(ledger_authority_new(&other.authority), LEDGER_OK);
    struct ledger_hash root = authority_fixture_root(&other);
    CU_ASSERT(ledger_hash_is_zero(&root));
    CU_ASSERT_PTR_NULL(ledger_authority_operator(other.authority));
    CU_ASSERT_EQUAL(authority_fixture_change(&other, samples_record(f.s, &backwards)),
                    LEDGER_NOT_CHECKED);
    struct ledger_hash other_root = authority_fixture_root(&other);
    root = authority_fixture_root(&f);
    CU_ASSERT(ledger_hash_equal(&root, &other_root));
    CU_ASSERT_EQUAL(
        authority_fixture_change(&other, samples_change(f.s, KEY_OF_ZHANG(f.s), "threshold 1")),
        LEDGER_NOT_CHECKED);
    other_root = authority_fixture_root(&other);
    CU_ASSERT_FALSE(ledger_hash_equal(&root, &other_root));
    authority_fixture_free(&f);
    authority_fixture_free(&other);
}

struct path_check {
    struct authority_fixture *fixture;
    struct ledger_hash root;
    unsigned lines;
};

static void check_path(void *context, const struct ledger_authority_line *line)
{
    struct path_check *check = context;
    struct authority_fixture *f = check->fixture;
    struct ledger_prefix_path path;
    struct ledger_hash key;
    struct ledger_hash value;
    CU_ASSERT(ledger_authority_path(f->authority, f->s->hasher, &path, line->subject));
    ledger_authority_line_hashes(f->s->hasher, &key, &value, line);
    CU_ASSERT(ledger_prefix_present(f->s->hasher, &path, &key, &value, &check->root));
    value.bytes[0] ^= 1;
    CU_ASSERT_FALSE(ledger_prefix_present(f->s->hasher, &path, &key, &value, &check->root));
    check->lines++;
}

static void the_paths_of_all_lines_lead_to_the_root(void)
{
    struct authority_fixture f = authority_fixture_new();
    struct ledger_prefix_path path;
    struct path_check check = {&f, authority_fixture_root(&f), 0};
    ledger_authority_each(f.authority, check_path, &check);
    CU_ASSERT_EQUAL(check.lines, SAMPLE_LINES);
    CU_ASSERT_FALSE(
        ledger_authority_path(f.authority, f.s->hasher, &path, ledger_span_of("key nobody")));
    authority_fixture_free(&f);
}

static void the_path_of_a_line_that_is_not_there_shows_so(void)
{
    struct authority_fixture f = authority_fixture_new();
    static const char *const absent[] = {"rules", "key nobody", "rule notarial-deed issue", "x"};
    struct ledger_hash root = authority_fixture_root(&f);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        struct ledger_prefix_path path;
        struct ledger_prefix_end end;
        struct ledger_hash key;
        struct ledger_span subject = ledger_span_of(absent[i]);
        CU_ASSERT(ledger_authority_absence(f.authority, f.s->hasher, &path, &end, subject));
        ledger_hash_bytes(f.s->hasher, &key, subject);
        CU_ASSERT(ledger_prefix_absent(f.s->hasher, &path, &end, &key, &root));
        ledger_hash_bytes(f.s->hasher, &key, ledger_span_of("threshold"));
        CU_ASSERT_FALSE(ledger_prefix_absent(f.s->hasher, &path, &end, &key, &root));
    }
    struct ledger_prefix_path path;
    struct ledger_prefix_end end;
    CU_ASSERT_FALSE(ledger_authority_absence(f.authority, f.s->hasher, &path, &end,
                                             ledger_span_of("threshold")));
    authority_fixture_free(&f);
}

/* Keys with arbitrary public keys, which need not be points to be listed. */
static struct ledger_span many_keys(struct samples *s, unsigned from, unsigned count)
{
    struct sample_record what = {.kind = LEDGER_KIND_AUTHORITY};
    for (unsigned i = 0; i < count; i++) {
        uint8_t key[LEDGER_ED25519_KEY_SIZE] = {1};
        uint8_t memory[LEDGER_VKEY_MAX + 1] = {0};
        struct ledger_buffer buffer = ledger_buffer_in(memory, LEDGER_VKEY_MAX);
        struct ledger_vkey vkey;
        ledger_put_be64(key + 8, from + i);
        CU_ASSERT_FATAL(ledger_vkey_make(s->hasher, &vkey, LEDGER_KEY_ED25519,
                                         ledger_span_of(samples_text(s, "p/%u", from + i)), key));
        ledger_vkey_write(&buffer, &vkey);
        what.sets[i] = samples_text(s, "key %s " SAMPLE_NOTARY " notary", (const char *)memory);
    }
    return samples_record(s, &what);
}

static void two_thousand_keys_are_no_burden(void)
{
    struct authority_fixture f = authority_fixture_new();
    clock_t start = clock();
    for (unsigned from = 0; from < 2000; from += 50) {
        CU_ASSERT_EQUAL(authority_fixture_change(&f, many_keys(f.s, from, 50)), LEDGER_NOT_CHECKED);
        (void)authority_fixture_root(&f);
    }
    CU_ASSERT_EQUAL(ledger_authority_count(f.authority), SAMPLE_LINES + 2000);
    struct path_check check = {&f, authority_fixture_root(&f), 0};
    ledger_authority_each(f.authority, check_path, &check);
    CU_ASSERT_EQUAL(check.lines, SAMPLE_LINES + 2000);
    authority_refuses(
        &f, LEDGER_BAD_CHANGE,
        &(struct sample_record){.sets = {"institution " SAMPLE_NOTARY " registrar x"}});
    CU_ASSERT(clock() - start < 5 * CLOCKS_PER_SEC);
    authority_fixture_free(&f);
}

void ledger_suite_authority_tree(void)
{
    CU_pSuite suite = CU_add_suite("authority_tree", NULL, NULL);
    CU_ADD_TEST(suite, the_root_does_not_depend_on_the_way_to_it);
    CU_ADD_TEST(suite, the_paths_of_all_lines_lead_to_the_root);
    CU_ADD_TEST(suite, the_path_of_a_line_that_is_not_there_shows_so);
    CU_ADD_TEST(suite, two_thousand_keys_are_no_burden);
}
