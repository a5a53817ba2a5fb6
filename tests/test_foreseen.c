/* What is foreseen changes no verdict, whenever somebody looked: every entry is foreseen as of every
 * state of the ledger, and judged in its turn. */
#include "ledger/law/foreseen.h"

#include "tests/state_samples.h"
#include "tests/suites.h"

#define ENTRIES_MAX 16

/* Seeds of two keys that have one key ID under the name of NEWCOMER. */
#define TWIN_A 37271u
#define TWIN_B 220845u

/* What was looked at, as of a state of so many entries. */
struct views {
    struct ledger_foreseen_entry *entries[ENTRIES_MAX + 1][ENTRIES_MAX + 1];
    bool parsed[ENTRIES_MAX + 1];
    unsigned good; /* signatures that were foreseen, in all */
};

static bool key_in_state(void *context, struct ledger_vkey *vkey, struct ledger_hasher *hasher,
                         enum ledger_line_type type, struct ledger_span name, uint32_t key_id)
{
    const struct ledger_authority *authority = ledger_state_authority_view(context);
    const struct ledger_authority_line *line =
        type == LEDGER_LINE_OPERATOR
            ? ledger_authority_operator(authority)
            : ledger_authority_find_key(authority, hasher, type, name, key_id);
    if (line != NULL) {
        *vkey = line->vkey;
    }
    return line != NULL;
}

/* The entries of the fixture and, behind them, one that is offered at the end. */
static struct views *views_new(struct fixture *f, struct ledger_span offered)
{
    struct views *views = samples_memory(f->s, sizeof *views);
    struct ledger_batch_cache *batches = samples_memory(f->s, sizeof *batches);
    struct ledger_state *state;
    CU_ASSERT_FATAL(f->count <= ENTRIES_MAX);
    CU_ASSERT_EQUAL_FATAL(ledger_state_new(&state, f->s->hasher), LEDGER_OK);
    struct ledger_foresight by = {f->s->hasher, batches, key_in_state, state};
    f->entries[f->count] = offered;
    for (unsigned time = 0; time <= f->count; time++) {
        for (unsigned i = 0; i <= f->count; i++) {
            struct ledger_foreseen_entry *entry = samples_memory(f->s, sizeof *entry);
            views->entries[time][i] = entry;
            views->parsed[i] = ledger_foresee_entry(&by, entry, f->entries[i]);
            for (unsigned k = 0; views->parsed[i] && k < entry->record.count; k++) {
                views->good += entry->record.signatures[k].good ? 1 : 0;
            }
        }
        if (time < f->count) {
            struct ledger_entry entry;
            struct ledger_hash leaf;
            bool fits = false;
            CU_ASSERT_EQUAL(
                ledger_state_accept(state, &f->s->verdict, &fits, &entry, &leaf, f->entries[time]),
                LEDGER_OK);
            CU_ASSERT_FATAL(fits);
        }
    }
    ledger_state_free(&state);
    return views;
}

/* The whole ledger and what is offered then, by what was seen at `time`; without views, plainly. */
static struct ledger_verdict judged(struct fixture *f, const struct views *views, unsigned time,
                                    struct image *image)
{
    struct ledger_state *state;
    struct ledger_verdict verdict;
    CU_ASSERT_EQUAL_FATAL(ledger_state_new(&state, f->s->hasher), LEDGER_OK);
    for (unsigned i = 0; i <= f->count; i++) {
        struct ledger_entry entry;
        struct ledger_hash leaf;
        bool fits = false;
        memset(&verdict, 0, sizeof verdict);
        ledger_verdict_clear(&verdict);
        enum ledger_status status =
            views != NULL && views->parsed[i]
                ? ledger_state_accept_foreseen(state, &verdict, &fits, &entry, &leaf,
                                               views->entries[time][i])
                : ledger_state_accept(state, &verdict, &fits, &entry, &leaf, f->entries[i]);
        CU_ASSERT_EQUAL(status, LEDGER_OK);
        CU_ASSERT_EQUAL(fits, verdict.finding == LEDGER_NOT_CHECKED);
        CU_ASSERT(i == f->count || fits);
    }
    *image = image_of(f, state);
    ledger_state_free(&state);
    return verdict;
}

/* Offered after the entries of the fixture, `bytes` are found to be this, whenever they and the
 * entries were looked at. How many signatures were foreseen in all. */
static unsigned found(struct fixture *f, struct ledger_span bytes, enum ledger_finding finding)
{
    struct image plain;
    struct views *views = views_new(f, bytes);
    struct ledger_verdict expected = judged(f, NULL, 0, &plain);
    CU_ASSERT_EQUAL(expected.finding, finding);
    for (unsigned time = 0; time <= f->count; time++) {
        struct image image;
        struct ledger_verdict verdict = judged(f, views, time, &image);
        CU_ASSERT_EQUAL(verdict.finding, expected.finding);
        CU_ASSERT_EQUAL(verdict.entry, expected.entry);
        CU_ASSERT_STRING_EQUAL(verdict.detail, expected.detail);
        CU_ASSERT(same_image(&image, &plain));
    }
    return views->good;
}

static struct ledger_span next_entry(struct fixture *f, struct ledger_span note)
{
    struct ledger_entry entry = next(f, note);
    return samples_entry(f->s, &entry);
}

static struct ledger_span by(struct fixture *f, enum sample_who who, unsigned batched)
{
    struct sample_record what = {.signers = {who}, .batched = batched};
    return next_entry(f, samples_record(f->s, &what));
}

static void what_fits_fits(void)
{
    struct fixture *f = fixture_new(7);
    unsigned good = found(f, by(f, SAMPLE_ZHANG, 0), LEDGER_NOT_CHECKED);
    CU_ASSERT(good > 7 * 7);
    CU_ASSERT(found(f, by(f, SAMPLE_ZHANG, 1), LEDGER_NOT_CHECKED) >= good);
    fixture_free(&f);
}

static void a_signature_that_does_not_verify_is_found(void)
{
    for (unsigned batched = 0; batched < 2; batched++) {
        struct fixture *f = fixture_new(3);
        struct ledger_span bytes = by(f, SAMPLE_ZHANG, batched);
        (void)found(f, samples_replaced(f->s, bytes, "event issue", "event issuf"),
                    LEDGER_BAD_SIGNATURE);
        (void)found(f, samples_replaced(f->s, bytes, "public-law-ledger/record/v1", "no record"),
                    LEDGER_BAD_RECORD);
        (void)found(f, samples_replaced(f->s, bytes, "index 3", "index 4"), LEDGER_WRONG_INDEX);
        fixture_free(&f);
    }
}

static void a_key_that_is_gone_signs_nothing(void)
{
    struct fixture *f = fixture_new(1);
    const char *line = samples_line(f->s, "key ", SAMPLE_ZHANG, "");
    add(f, samples_record(f->s, &(struct sample_record){.signers = {SAMPLE_ZHANG}}));
    add(f, samples_change(f->s, line, NULL));
    (void)found(f, by(f, SAMPLE_ZHANG, 0), LEDGER_NOT_ENROLLED);
    (void)found(f, by(f, SAMPLE_ZHANG, 1), LEDGER_NOT_ENROLLED);
    /* Nor is one missed that came back. */
    add(f, samples_change(f->s, NULL,
                          samples_line(f->s, "key ", SAMPLE_ZHANG, " " SAMPLE_NOTARY " notary")));
    (void)found(f, by(f, SAMPLE_ZHANG, 0), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

static void a_governor_who_is_gone_changes_nothing(void)
{
    struct fixture *f = fixture_new(1);
    add(f, samples_change(f->s, samples_line(f->s, "governor ", SAMPLE_HE_MIN, ""), NULL));
    struct sample_record change = {.kind = LEDGER_KIND_AUTHORITY,
                                   .sets = {"threshold 1"},
                                   .signers = {SAMPLE_LI_NA, SAMPLE_HE_MIN}};
    (void)found(f, next_entry(f, samples_record(f->s, &change)), LEDGER_NOT_ENROLLED);
    change.signers[1] = SAMPLE_CHEN_JIE;
    (void)found(f, next_entry(f, samples_record(f->s, &change)), LEDGER_NOT_CHECKED);
    /* In a batch nobody changes anything, whoever looked. */
    change.batched = 1;
    (void)found(f, next_entry(f, samples_record(f->s, &change)), LEDGER_BAD_SIGNATURE);
    fixture_free(&f);
}

/* Makes NEWCOMER's key one of the twins. */
static void take_twin(struct samples *s, unsigned seed)
{
    uint8_t seeds[crypto_sign_SEEDBYTES] = {(uint8_t)seed, (uint8_t)(seed >> 8),
                                            (uint8_t)(seed >> 16)};
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    struct sample_key *key = &s->keys[SAMPLE_NEWCOMER];
    struct ledger_vkey old = key->vkey;
    seeds[crypto_sign_SEEDBYTES - 1] = 0xc0;
    CU_ASSERT_EQUAL_FATAL(crypto_sign_seed_keypair(public_key, key->secret, seeds), 0);
    CU_ASSERT_FATAL(ledger_vkey_make(s->hasher, &key->vkey, LEDGER_KEY_ED25519,
                                     ledger_vkey_name(&old), public_key));
}

static void another_key_of_the_same_name_and_id_is_another(void)
{
    struct fixture *f = fixture_new(1);
    take_twin(f->s, TWIN_A);
    uint32_t id = samples_vkey(f->s, SAMPLE_NEWCOMER)->id;
    const char *old = samples_line(f->s, "key ", SAMPLE_NEWCOMER, "");
    add(f,
        samples_change(f->s, NULL,
                       samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary")));
    add(f, samples_record(f->s, &(struct sample_record){.signers = {SAMPLE_NEWCOMER}}));
    struct ledger_span by_old =
        samples_record(f->s, &(struct sample_record){.signers = {SAMPLE_NEWCOMER}});
    take_twin(f->s, TWIN_B);
    CU_ASSERT_EQUAL_FATAL(samples_vkey(f->s, SAMPLE_NEWCOMER)->id, id);
    add(f,
        samples_change(f->s, old,
                       samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary")));
    (void)found(f, next_entry(f, by_old), LEDGER_BAD_SIGNATURE);
    (void)found(f, by(f, SAMPLE_NEWCOMER, 0), LEDGER_NOT_CHECKED);
    fixture_free(&f);
}

/* A party's key and the key in force under its name and ID need not be one. */
static void a_party_is_not_the_key_in_force(void)
{
    struct fixture *f = fixture_new(1);
    take_twin(f->s, TWIN_A);
    struct sample_record what = {.parties = {SAMPLE_NEWCOMER},
                                 .signers = {SAMPLE_ZHANG, SAMPLE_NEWCOMER}};
    struct ledger_span note = samples_record(f->s, &what);
    (void)found(f, next_entry(f, note), LEDGER_NOT_CHECKED);
    take_twin(f->s, TWIN_B);
    add(f,
        samples_change(f->s, NULL,
                       samples_line(f->s, "key ", SAMPLE_NEWCOMER, " " SAMPLE_NOTARY " notary")));
    (void)found(f, next_entry(f, note), LEDGER_BAD_SIGNATURE);
    fixture_free(&f);
}

/* With the key that signed, of the line in which keys of this kind of record are. */
static void what_verified_is_not_verified_again(void)
{
    struct fixture *f = fixture_new(1);
    struct ledger_batch_cache *batches = samples_memory(f->s, sizeof *batches);
    const struct ledger_foresight by = {f->s->hasher, batches, key_in_state, f->state};
    const struct sample_record whats[] = {
        {.signers = {SAMPLE_ZHANG, SAMPLE_LI_SI}},
        {.kind = LEDGER_KIND_AUTHORITY,
         .sets = {"threshold 1"},
         .signers = {SAMPLE_LI_NA, SAMPLE_HE_MIN}},
    };
    for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++) {
        struct ledger_foreseen_record *seen = samples_memory(f->s, sizeof *seen);
        struct ledger_record record = samples_parsed(f->s, samples_record(f->s, &whats[i]));
        struct ledger_batch_place place;
        memset(seen, 0xff, sizeof *seen); /* of a record before */
        ledger_foresee_record(&by, seen, &record);
        CU_ASSERT_EQUAL(seen->count, 2);
        for (unsigned nth = 0; nth < 2; nth++) {
            const struct ledger_vkey *signer = samples_vkey(f->s, whats[i].signers[nth]);
            const struct ledger_vkey *other = samples_vkey(f->s, whats[i].signers[1 - nth]);
            CU_ASSERT(ledger_foreseen_verifies(seen, &place, nth, signer));
            CU_ASSERT_FALSE(ledger_foreseen_verifies(seen, &place, nth, other));
        }
        CU_ASSERT_FALSE(
            ledger_foreseen_verifies(seen, &place, 2, samples_vkey(f->s, whats[i].signers[0])));
    }
    fixture_free(&f);
}

static void only_what_verified_with_this_key_is_used(void)
{
    struct ledger_foreseen_record seen = {.count = 2};
    struct ledger_batch_place place = {9, 9};
    struct ledger_vkey vkey = {.id = 7, .key = {1}};
    seen.signatures[1] = (struct ledger_foreseen_signature){.good = true, .id = 7, .key = {1}};
    seen.signatures[0] = seen.signatures[1];
    seen.signatures[0].good = false;
    CU_ASSERT(ledger_foreseen_verifies(&seen, &place, 1, &vkey));
    CU_ASSERT(place.position == 0 && place.size == 0);
    CU_ASSERT_FALSE(ledger_foreseen_verifies(&seen, &place, 0, &vkey));
    seen.signatures[2] = seen.signatures[1]; /* of a longer record before */
    CU_ASSERT_FALSE(ledger_foreseen_verifies(&seen, &place, 2, &vkey));
    CU_ASSERT_FALSE(ledger_foreseen_verifies(NULL, &place, 1, &vkey));
    vkey.key[31] = 1;
    CU_ASSERT_FALSE(ledger_foreseen_verifies(&seen, &place, 1, &vkey));
    vkey.key[31] = 0;
    vkey.id = 8;
    CU_ASSERT_FALSE(ledger_foreseen_verifies(&seen, &place, 1, &vkey));
}

void ledger_suite_foreseen(void)
{
    CU_pSuite suite = CU_add_suite("foreseen", NULL, NULL);
    CU_ADD_TEST(suite, what_fits_fits);
    CU_ADD_TEST(suite, a_signature_that_does_not_verify_is_found);
    CU_ADD_TEST(suite, a_key_that_is_gone_signs_nothing);
    CU_ADD_TEST(suite, a_governor_who_is_gone_changes_nothing);
    CU_ADD_TEST(suite, another_key_of_the_same_name_and_id_is_another);
    CU_ADD_TEST(suite, a_party_is_not_the_key_in_force);
    CU_ADD_TEST(suite, only_what_verified_with_this_key_is_used);
    CU_ADD_TEST(suite, what_verified_is_not_verified_again);
}
