#include "keys/key_file.h"

#include "tests/key_samples.h"
#include "tests/suites.h"

struct sample {
    struct ledger_hasher *hasher;
    struct ledger_vkey vkey;
    struct ledger_secret text;
    struct ledger_secret key; /* that sealed it */
    struct ledger_key_file file;
};

static struct sample make_sample(const struct ledger_seal *seal)
{
    static const uint8_t seed[LEDGER_SEED_SIZE] = {7, 7, 7};
    uint8_t public_key[LEDGER_ED25519_KEY_SIZE];
    struct sample sample = {0};
    CU_ASSERT_EQUAL_FATAL(ledger_hasher_new(&sample.hasher), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_secret_new(&sample.text, LEDGER_KEY_FILE_MAX), LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_secret_new(&sample.key, LEDGER_SIGNING_KEY_SIZE), LEDGER_OK);
    ledger_secret_key_pair(public_key, sample.key.data, seed);
    CU_ASSERT_FATAL(ledger_vkey_make(sample.hasher, &sample.vkey, LEDGER_KEY_ED25519,
                                     ledger_span_of(NAME), public_key));
    CU_ASSERT_EQUAL_FATAL(ledger_key_file_write(&sample.text, &sample.vkey, seed, seal, NULL),
                          LEDGER_OK);
    CU_ASSERT_EQUAL_FATAL(ledger_key_file_parse(&sample.file, sample.hasher,
                                                ledger_secret_span(&sample.text), "sample", NULL),
                          LEDGER_OK);
    if (seal != NULL) {
        CU_ASSERT_EQUAL_FATAL(ledger_secret_derive(sample.key.data, seal->passphrase,
                                                   sample.file.salt, sample.file.opslimit,
                                                   sample.file.memlimit),
                              LEDGER_OK);
    }
    return sample;
}

static void free_sample(struct sample *sample)
{
    ledger_hasher_free(&sample->hasher);
    ledger_secret_free(&sample->text);
    ledger_secret_free(&sample->key);
}

/* True if the text opens with the passphrase. The key derived for the sample is used again where
 * the text asks for the same derivation. */
static bool opens(const struct sample *sample, struct ledger_span text)
{
    struct ledger_key_file file;
    struct ledger_secret seed;
    bool opened = false;
    if (ledger_key_file_parse(&file, sample->hasher, text, "changed", NULL) != LEDGER_OK) {
        return false;
    }
    CU_ASSERT_EQUAL_FATAL(ledger_secret_new(&seed, LEDGER_SEED_SIZE), LEDGER_OK);
    if (file.sealed && sample->file.sealed && file.opslimit == sample->file.opslimit &&
        file.memlimit == sample->file.memlimit &&
        memcmp(file.salt, sample->file.salt, sizeof file.salt) == 0) {
        opened = ledger_secret_unseal(seed.data, file.ciphertext, file.associated, file.nonce,
                                      sample->key.data);
    } else {
        opened = ledger_key_file_unlock(&seed, &file, ledger_span_of(PASSPHRASE), "changed",
                                        NULL) == LEDGER_OK;
    }
    ledger_secret_free(&seed);
    return opened;
}

static void check_every_flip(const struct ledger_seal *seal)
{
    struct sample sample = make_sample(seal);
    struct ledger_span text = ledger_secret_span(&sample.text);
    uint8_t changed[LEDGER_KEY_FILE_MAX];
    memcpy(changed, text.data, text.size);
    CU_ASSERT(opens(&sample, text));
    unsigned accepted = 0;
    for (size_t bit = 0; bit < text.size * 8; bit++) {
        changed[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        accepted += opens(&sample, (struct ledger_span){changed, text.size});
        changed[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    }
    CU_ASSERT_EQUAL(accepted, 0);
    free_sample(&sample);
}

static void check_every_length(const struct ledger_seal *seal)
{
    struct sample sample = make_sample(seal);
    struct ledger_span text = ledger_secret_span(&sample.text);
    uint8_t longer[LEDGER_KEY_FILE_MAX];
    memcpy(longer, text.data, text.size);
    for (size_t size = 0; size < text.size; size++) {
        CU_ASSERT_FALSE(opens(&sample, (struct ledger_span){text.data, size}));
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        longer[text.size] = (uint8_t)byte;
        CU_ASSERT_FALSE(opens(&sample, (struct ledger_span){longer, text.size + 1}));
    }
    free_sample(&sample);
}

/* The text with the first `from` replaced by `to`. */
static enum ledger_status parse_changed(const struct sample *sample, const char *from,
                                        const char *to)
{
    char changed[2 * LEDGER_KEY_FILE_MAX];
    char text[LEDGER_KEY_FILE_MAX + 1];
    struct ledger_key_file file;
    memcpy(text, sample->text.data, sample->text.size);
    text[sample->text.size] = '\0';
    char *at = strstr(text, from);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to,
                   at + strlen(from));
    return ledger_key_file_parse(&file, sample->hasher, ledger_span_of(changed), "changed", NULL);
}

static void every_flipped_bit_of_a_sealed_file_is_refused(void)
{
    struct ledger_seal seal = cheap_seal();
    check_every_flip(&seal);
}

static void every_flipped_bit_of_an_unsealed_file_is_refused(void)
{
    check_every_flip(NULL);
}

static void every_other_length_of_a_sealed_file_is_refused(void)
{
    struct ledger_seal seal = cheap_seal();
    check_every_length(&seal);
}

static void every_other_length_of_an_unsealed_file_is_refused(void)
{
    check_every_length(NULL);
}

static void hostile_cost_is_refused_by_the_parser(void)
{
    static const char *const hostile[] = {"0 8388608",
                                          "17 8388608",
                                          "18446744073709551616 8388608",
                                          "1 8387584",
                                          "1 8388607",
                                          "1 8388609",
                                          "1 1073742848",
                                          "1 18446744073709551615",
                                          "1 99999999999999999999999",
                                          "01 8388608",
                                          "1 08388608",
                                          "1  8388608",
                                          "+1 8388608",
                                          "1 8388608 ",
                                          " 1 8388608",
                                          "1"};
    struct ledger_seal seal = cheap_seal();
    struct sample sample = make_sample(&seal);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        CU_ASSERT_EQUAL(parse_changed(&sample, "1 8388608", hostile[i]), LEDGER_INVALID);
    }
    CU_ASSERT_EQUAL(parse_changed(&sample, "1 8388608", "16 1073741824"), LEDGER_OK);
    free_sample(&sample);
}

static void other_spelling_is_refused(void)
{
    static const struct {
        const char *from;
        const char *to;
    } changes[] = {{"name ", "name  "},
                   {"name ", "Name "},
                   {"\n", "\r\n"},
                   {"\nvkey", "\n\nvkey"},
                   {"vkey ", "vkey\t"},
                   {"argon2id", "argon2i"},
                   {"xchacha20", "chacha20"},
                   {"sealed ", " sealed "},
                   {"kdf", "#\nkdf"},
                   {"张三", "张四"},
                   {"public-law", "\xEF\xBB\xBFpublic-law"}};
    struct ledger_seal seal = cheap_seal();
    struct sample sample = make_sample(&seal);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        enum ledger_status status = parse_changed(&sample, changes[i].from, changes[i].to);
        CU_ASSERT(status == LEDGER_INVALID || status == LEDGER_NEWER_FORMAT);
    }
    free_sample(&sample);
}

static void other_version_is_named_as_such(void)
{
    struct sample sample = make_sample(NULL);
    CU_ASSERT_EQUAL(parse_changed(&sample, "key/v1", "key/v2"), LEDGER_NEWER_FORMAT);
    CU_ASSERT_EQUAL(parse_changed(&sample, "key/v1", "key/1"), LEDGER_INVALID);
    free_sample(&sample);
}

static void seed_of_another_key_is_refused(void)
{
    struct folder folder = make_folder();
    struct sample sample = make_sample(NULL);
    struct ledger_vkey vkey;
    bool sealed = true;
    uint8_t *seed = memmem(sample.text.data, sample.text.size, "unsealed Bwc", 12);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seed);
    seed[9] = 'C';
    put_file(folder.key, ledger_secret_span(&sample.text), 0600);
    CU_ASSERT_EQUAL(open_status(folder.key, no_passphrase()), LEDGER_DAMAGED);
    CU_ASSERT_EQUAL(ledger_signer_peek(&vkey, &sealed, folder.key, NULL), LEDGER_DAMAGED);
    free_sample(&sample);
    remove_folder(&folder);
}

/* One key for two ledgers would be two histories that the same key signs (D15). */
static void a_sealed_key_keeps_its_name(void)
{
    static const char *const names[] = {NAME, "another.gz.example/2026"};
    struct ledger_seal seal = cheap_seal();
    struct sample sample = make_sample(&seal);
    const uint8_t *kdf = memmem(sample.text.data, sample.text.size, "kdf ", 4);
    CU_ASSERT_PTR_NOT_NULL_FATAL(kdf);
    size_t rest = (size_t)(sample.text.data + sample.text.size - kdf);
    for (size_t i = 0; i < 2; i++) {
        uint8_t memory[LEDGER_KEY_FILE_MAX];
        struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
        struct ledger_vkey vkey;
        CU_ASSERT(ledger_vkey_make(sample.hasher, &vkey, LEDGER_KEY_ED25519,
                                   ledger_span_of(names[i]), sample.vkey.key));
        ledger_buffer_text(&buffer, "public-law-ledger/secret-key/v1\nname ");
        ledger_buffer_text(&buffer, names[i]);
        ledger_buffer_text(&buffer, "\nvkey ");
        ledger_vkey_write(&buffer, &vkey);
        ledger_buffer_text(&buffer, "\n");
        ledger_buffer_add(&buffer, (struct ledger_span){kdf, rest});
        CU_ASSERT_FALSE(buffer.overflow);
        CU_ASSERT_EQUAL(opens(&sample, ledger_buffer_span(&buffer)), i == 0);
    }
    free_sample(&sample);
}

static void no_byte_stands_for_a_digit_of_base64(void)
{
    uint8_t bytes[3];
    for (unsigned place = 0; place < 4; place++) {
        uint8_t text[] = {'/', '/', '/', '/'};
        struct ledger_span span = {text, sizeof text};
        CU_ASSERT(ledger_secret_read_base64(bytes, sizeof bytes, span));
        for (unsigned byte = 0x80; byte < 0x100; byte++) {
            text[place] = (uint8_t)byte;
            CU_ASSERT_FALSE(ledger_secret_read_base64(bytes, sizeof bytes, span));
        }
    }
}

static void two_keys_and_two_seals_differ(void)
{
    struct ledger_seal seal = cheap_seal();
    struct sample a = make_sample(&seal);
    struct sample b = make_sample(&seal);
    CU_ASSERT(memcmp(a.file.salt, b.file.salt, sizeof a.file.salt) != 0);
    CU_ASSERT(memcmp(a.file.nonce, b.file.nonce, sizeof a.file.nonce) != 0);
    CU_ASSERT(memcmp(a.file.ciphertext, b.file.ciphertext, sizeof a.file.ciphertext) != 0);
    free_sample(&a);
    free_sample(&b);
}

void ledger_suite_key_file(void)
{
    CU_pSuite suite = CU_add_suite("key_file", NULL, NULL);
    CU_ADD_TEST(suite, every_flipped_bit_of_a_sealed_file_is_refused);
    CU_ADD_TEST(suite, every_flipped_bit_of_an_unsealed_file_is_refused);
    CU_ADD_TEST(suite, every_other_length_of_a_sealed_file_is_refused);
    CU_ADD_TEST(suite, every_other_length_of_an_unsealed_file_is_refused);
    CU_ADD_TEST(suite, hostile_cost_is_refused_by_the_parser);
    CU_ADD_TEST(suite, other_spelling_is_refused);
    CU_ADD_TEST(suite, other_version_is_named_as_such);
    CU_ADD_TEST(suite, seed_of_another_key_is_refused);
    CU_ADD_TEST(suite, a_sealed_key_keeps_its_name);
    CU_ADD_TEST(suite, no_byte_stands_for_a_digit_of_base64);
    CU_ADD_TEST(suite, two_keys_and_two_seals_differ);
}
