/* What is remembered of batches saves work and changes no answer: each is compared with that of a
 * check without any memory. */
#include "ledger/law/batch_cache.h"

#include "tests/batch_samples.h"
#include "tests/suites.h"

struct fixture {
    struct batch_sample *b;
    struct ledger_batch_cache *known;
    struct ledger_batch_cache *saved;
};

static struct fixture fixture_new(unsigned size)
{
    struct fixture f = {.b = batch_sample_new(),
                        .known = calloc(1, sizeof *f.known),
                        .saved = calloc(1, sizeof *f.saved)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(f.known);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f.saved);
    batch_sign(f.b, size);
    return f;
}

static void fixture_free(struct fixture *f)
{
    batch_sample_free(&f->b);
    free(f->known);
    free(f->saved);
}

static struct ledger_batch_signature claim_of(struct fixture *f, unsigned position)
{
    struct ledger_batch_signature claim;
    struct ledger_signature line = batch_line(f->b, position);
    CU_ASSERT_FATAL(ledger_batch_signature_parse(&claim, &line));
    return claim;
}

static bool verifies(struct fixture *f, const struct ledger_batch_signature *claim,
                     struct ledger_span text)
{
    const uint8_t *key = f->b->key.vkey.key;
    bool without = ledger_batch_verifies(NULL, f->b->hasher, key, claim, text);
    CU_ASSERT_EQUAL(ledger_batch_verifies(f->known, f->b->hasher, key, claim, text), without);
    return without;
}

static bool record_verifies(struct fixture *f, unsigned position)
{
    struct ledger_batch_signature claim = claim_of(f, position);
    return verifies(f, &claim, batch_text(position));
}

/* Full trees, and those whose right edge is short of nodes. */
static void from_any_record_the_way_of_any_other_joins(void)
{
    for (unsigned size = 2; size <= 33; size++) {
        struct fixture f = fixture_new(size);
        for (unsigned one = 0; one < size; one++) {
            for (unsigned other = 0; other < size; other++) {
                CU_ASSERT(record_verifies(&f, one));
                uint64_t joined = f.known->joined;
                CU_ASSERT(record_verifies(&f, other));
                CU_ASSERT_EQUAL(f.known->joined - joined, one != other);
            }
        }
        CU_ASSERT_EQUAL(f.known->verified, 1);
        fixture_free(&f);
    }
}

static void a_batch_of_the_largest_size_is_verified_once(void)
{
    struct fixture f = fixture_new(LEDGER_BATCH_RECORDS_MAX);
    for (unsigned i = 0; i < LEDGER_BATCH_RECORDS_MAX; i++) {
        struct ledger_batch_signature claim = claim_of(&f, i);
        CU_ASSERT(
            ledger_batch_verifies(f.known, f.b->hasher, f.b->key.vkey.key, &claim, batch_text(i)));
    }
    CU_ASSERT(f.known->verified == 1 && f.known->met == LEDGER_BATCH_RECORDS_MAX - 1);
    CU_ASSERT_EQUAL(f.known->joined, f.known->met);
    fixture_free(&f);
}

/* Also those above nodes that are proved, where nothing would have to be hashed. */
static void any_other_sibling_is_refused(void)
{
    static const unsigned sizes[] = {2, 3, 8, 13};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture f = fixture_new(sizes[i]);
        for (unsigned position = 0; position < sizes[i]; position++) {
            struct ledger_batch_signature claim = claim_of(&f, position);
            for (unsigned hash = 0; hash < claim.path.count; hash++) {
                CU_ASSERT(record_verifies(&f, (position + 1) % sizes[i]));
                claim.path.hashes[hash].bytes[hash % LEDGER_HASH_SIZE] ^= 1;
                CU_ASSERT_FALSE(verifies(&f, &claim, batch_text(position)));
                claim.path.hashes[hash].bytes[hash % LEDGER_HASH_SIZE] ^= 1;
            }
            CU_ASSERT(verifies(&f, &claim, batch_text(position)));
        }
        CU_ASSERT_EQUAL(f.known->verified, 1);
        fixture_free(&f);
    }
}

static void another_text_place_size_key_or_signature_is_refused(void)
{
    struct fixture f = fixture_new(11);
    for (unsigned position = 0; position < 11; position++) {
        struct ledger_batch_signature claim = claim_of(&f, position);
        CU_ASSERT(record_verifies(&f, (position + 4) % 11));
        CU_ASSERT_FALSE(verifies(&f, &claim, batch_text((position + 1) % 11)));
        for (unsigned other = 0; other < 11; other++) {
            claim.position = other;
            CU_ASSERT(claim.path.count != ledger_inclusion_length(other, 11) ||
                      verifies(&f, &claim, batch_text(position)) == (other == position));
        }
        claim.position = position;
        for (unsigned size = position + 1; size < 40; size++) {
            claim.size = size;
            CU_ASSERT(claim.path.count != ledger_inclusion_length(position, size) ||
                      verifies(&f, &claim, batch_text(position)) == (size == 11));
        }
        claim.size = 11;
        claim.signature[position] ^= 1;
        CU_ASSERT_FALSE(verifies(&f, &claim, batch_text(position)));
        claim.signature[position] ^= 1;
        f.b->key.vkey.key[position] ^= 1;
        CU_ASSERT_FALSE(verifies(&f, &claim, batch_text(position)));
        f.b->key.vkey.key[position] ^= 1;
        CU_ASSERT(verifies(&f, &claim, batch_text(position)));
    }
    CU_ASSERT_EQUAL(f.known->verified, 1);
    fixture_free(&f);
}

/* Two keys sign the same tree: what is known of one is not known of the other. */
static void each_key_signs_for_itself(void)
{
    struct fixture f = fixture_new(6);
    struct sample_key first = f.b->key;
    CU_ASSERT(record_verifies(&f, 0));
    struct ledger_batch_signature claim = claim_of(&f, 1);
    sample_key(&f.b->key, LEDGER_KEY_ED25519, "notary.example/zhang", 8);
    CU_ASSERT_FALSE(verifies(&f, &claim, batch_text(1)));
    batch_sign(f.b, 6);
    CU_ASSERT(record_verifies(&f, 1));
    CU_ASSERT(f.known->verified == 2 && f.known->met == 0);
    f.b->key = first;
    CU_ASSERT(verifies(&f, &claim, batch_text(1)));
    CU_ASSERT(f.known->verified == 2 && f.known->met == 1);
    fixture_free(&f);
}

static void what_does_not_verify_is_not_remembered(void)
{
    struct fixture f = fixture_new(4);
    f.b->signature[63] ^= 1;
    CU_ASSERT_FALSE(record_verifies(&f, 0));
    CU_ASSERT_FALSE(record_verifies(&f, 0));
    CU_ASSERT_EQUAL(memcmp(f.known, f.saved, sizeof *f.known), 0);
    fixture_free(&f);
}

static struct ledger_known_batch *only_batch(struct ledger_batch_cache *known)
{
    struct ledger_known_batch *found = NULL;
    for (unsigned i = 0; i < LEDGER_BATCHES_KNOWN; i++) {
        CU_ASSERT_FATAL(known->batches[i].size == 0 || found == NULL);
        found = known->batches[i].size == 0 ? found : &known->batches[i];
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found;
}

/* A wrong byte in what identifies the batch: it is verified again, and nothing else happens. */
static void flip_identity(struct fixture *f, uint8_t *bytes, size_t size, unsigned position)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x10;
        uint64_t verified = f->known->verified;
        CU_ASSERT(record_verifies(f, position));
        CU_ASSERT_EQUAL(f->known->verified, verified + 1);
        *f->known = *f->saved;
    }
}

/* A wrong byte in a way: it is computed as a whole. */
static void flip_way(struct fixture *f, struct ledger_hash *hashes, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (size_t byte = 0; byte < LEDGER_HASH_SIZE; byte++) {
            hashes[i].bytes[byte] ^= 0x10;
            CU_ASSERT(record_verifies(f, 2));
            CU_ASSERT(record_verifies(f, 3));
            CU_ASSERT_EQUAL(f->known->verified, 1);
            *f->known = *f->saved;
        }
    }
}

static void a_wrong_byte_in_the_memory_costs_time_and_no_more(void)
{
    struct fixture f = fixture_new(5);
    CU_ASSERT(record_verifies(&f, 1));
    struct ledger_known_batch *batch = only_batch(f.known);
    *f.saved = *f.known;
    flip_identity(&f, batch->key, sizeof batch->key, 1);
    flip_identity(&f, batch->signature, sizeof batch->signature, 1);
    flip_identity(&f, batch->root.bytes, sizeof batch->root.bytes, 1);
    flip_way(&f, batch->nodes, 3);
    flip_way(&f, batch->path, 3);
    batch->size = 6;
    CU_ASSERT(record_verifies(&f, 1));
    CU_ASSERT_EQUAL(f.known->verified, 2);
    fixture_free(&f);
}

static void more_batches_than_are_remembered_verify_all_the_same(void)
{
    struct fixture f = fixture_new(2);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned nth = 0; nth < 2 * LEDGER_BATCHES_KNOWN; nth++) {
            batch_sign(f.b, 2 + nth % 1000);
            CU_ASSERT(record_verifies(&f, 0));
            struct ledger_batch_signature claim = claim_of(&f, 1);
            CU_ASSERT_FALSE(verifies(&f, &claim, batch_text(2)));
            CU_ASSERT(verifies(&f, &claim, batch_text(1)));
        }
    }
    CU_ASSERT_EQUAL(f.known->verified + f.known->met, 8 * LEDGER_BATCHES_KNOWN);
    CU_ASSERT(f.known->verified > 2 * LEDGER_BATCHES_KNOWN);
    fixture_free(&f);
}

/* Signers whose records come mixed: no more of their signatures are verified than there are. */
static void batches_that_are_met_in_turn_stay_known(void)
{
    enum { SIGNERS = 96, ROUNDS = 8 };
    struct fixture f = fixture_new(2);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned signer = 0; signer < SIGNERS; signer++) {
            batch_sign(f.b, 10 + signer);
            CU_ASSERT(record_verifies(&f, round));
        }
    }
    CU_ASSERT(f.known->verified < 2 * SIGNERS);
    CU_ASSERT_EQUAL(f.known->verified + f.known->met, SIGNERS * ROUNDS);
    fixture_free(&f);
}

void ledger_suite_batch_cache(void)
{
    CU_pSuite suite = CU_add_suite("batch_cache", NULL, NULL);
    CU_ADD_TEST(suite, from_any_record_the_way_of_any_other_joins);
    CU_ADD_TEST(suite, a_batch_of_the_largest_size_is_verified_once);
    CU_ADD_TEST(suite, any_other_sibling_is_refused);
    CU_ADD_TEST(suite, another_text_place_size_key_or_signature_is_refused);
    CU_ADD_TEST(suite, each_key_signs_for_itself);
    CU_ADD_TEST(suite, what_does_not_verify_is_not_remembered);
    CU_ADD_TEST(suite, a_wrong_byte_in_the_memory_costs_time_and_no_more);
    CU_ADD_TEST(suite, more_batches_than_are_remembered_verify_all_the_same);
    CU_ADD_TEST(suite, batches_that_are_met_in_turn_stay_known);
}
