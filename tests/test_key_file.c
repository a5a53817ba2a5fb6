#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/signer.h"
#include "tests/suites.h"

#define NAME "nanfang-notary.gz.example/张三"
#define PASSPHRASE "通关口令 correct horse"

/* The least that a key file may ask for, so that the tests are fast. */
static struct ledger_seal cheap_seal(void)
{
    return (struct ledger_seal){.passphrase = ledger_span_of(PASSPHRASE),
                                .opslimit = LEDGER_KEY_OPSLIMIT_MIN,
                                .memlimit = LEDGER_KEY_MEMLIMIT_MIN};
}

static struct ledger_span no_passphrase(void)
{
    return (struct ledger_span){0};
}

/* --- files in a folder of the test --- */

struct folder {
    char path[64];
    char key[80]; /* path of the key file */
};

static struct folder make_folder(void)
{
    struct folder folder = {.path = "/tmp/ledger-test-key-XXXXXX"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder.path));
    (void)snprintf(folder.key, sizeof folder.key, "%s/key", folder.path);
    return folder;
}

/* Removes the folder; fails if anything but the key file is left in it. */
static void remove_folder(const struct folder *folder)
{
    (void)unlink(folder->key);
    CU_ASSERT_EQUAL(rmdir(folder->path), 0);
}

static void put_file(const char *path, struct ledger_span bytes, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL_FATAL(write(fd, bytes.data, bytes.size), (ssize_t)bytes.size);
    CU_ASSERT_EQUAL(fchmod(fd, mode), 0);
    CU_ASSERT_EQUAL(close(fd), 0);
}

static size_t get_file(uint8_t bytes[LEDGER_KEY_FILE_MAX], const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0);
    ssize_t size = read(fd, bytes, LEDGER_KEY_FILE_MAX);
    CU_ASSERT_EQUAL(close(fd), 0);
    CU_ASSERT_FATAL(size > 0);
    return (size_t)size;
}

static void generate(const struct folder *folder, struct ledger_vkey *vkey,
                     const struct ledger_seal *seal)
{
    struct ledger_signer *signer = NULL;
    struct ledger_error error = {0};
    CU_ASSERT_EQUAL_FATAL(
        ledger_signer_generate(&signer, folder->key, ledger_span_of(NAME), seal, &error),
        LEDGER_OK);
    *vkey = *ledger_signer_vkey(signer);
    ledger_signer_close(&signer);
    CU_ASSERT_PTR_NULL(signer);
}

static enum ledger_status open_status(const char *path, struct ledger_span passphrase)
{
    struct ledger_signer *signer = NULL;
    struct ledger_error error = {0};
    enum ledger_status status = ledger_signer_open(&signer, path, passphrase, &error);
    CU_ASSERT_EQUAL(signer != NULL, status == LEDGER_OK);
    CU_ASSERT_EQUAL(error.what[0] != '\0', status != LEDGER_OK);
    ledger_signer_close(&signer);
    return status;
}

static void check_signs(const char *path, struct ledger_span passphrase,
                        const struct ledger_vkey *vkey)
{
    static const size_t sizes[] = {0, 1, 64, 4096};
    static const uint8_t message[4096] = {1, 2, 3};
    struct ledger_signer *signer = NULL;
    uint8_t signature[LEDGER_ED25519_SIGNATURE_SIZE];
    CU_ASSERT_EQUAL_FATAL(ledger_signer_open(&signer, path, passphrase, NULL), LEDGER_OK);
    CU_ASSERT(ledger_vkey_equal(ledger_signer_vkey(signer), vkey));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct ledger_span text = {.data = message, .size = sizes[i]};
        ledger_signer_sign(signer, signature, text);
        CU_ASSERT(ledger_ed25519_verify(signature, text, vkey->key));
    }
    ledger_signer_close(&signer);
}

/* --- texts --- */

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

/* --- the rules --- */

static void sealed_key_signs_after_reopening(void)
{
    struct folder folder = make_folder();
    struct ledger_seal seal = cheap_seal();
    struct ledger_vkey vkey;
    generate(&folder, &vkey, &seal);
    check_signs(folder.key, seal.passphrase, &vkey);
    remove_folder(&folder);
}

static void unsealed_key_signs_after_reopening(void)
{
    struct folder folder = make_folder();
    struct ledger_vkey vkey;
    generate(&folder, &vkey, NULL);
    check_signs(folder.key, no_passphrase(), &vkey);
    check_signs(folder.key, ledger_span_of("not needed"), &vkey);
    remove_folder(&folder);
}

static void new_file_is_for_its_owner_only(void)
{
    struct folder folder = make_folder();
    struct ledger_vkey vkey;
    struct stat about;
    mode_t before = umask(0);
    generate(&folder, &vkey, NULL);
    (void)umask(before);
    CU_ASSERT_EQUAL_FATAL(stat(folder.key, &about), 0);
    CU_ASSERT_EQUAL(about.st_mode & 07777, 0600);
    remove_folder(&folder);
}

static void other_passphrase_is_wrong_key(void)
{
    static const char *const others[] = {"x", PASSPHRASE " ", PASSPHRASE "\n",
                                         "通关口令 correct hors"};
    struct folder folder = make_folder();
    struct ledger_seal seal = cheap_seal();
    struct ledger_vkey vkey;
    generate(&folder, &vkey, &seal);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CU_ASSERT_EQUAL(open_status(folder.key, ledger_span_of(others[i])), LEDGER_WRONG_KEY);
    }
    CU_ASSERT_EQUAL(open_status(folder.key, no_passphrase()), LEDGER_WRONG_KEY);
    CU_ASSERT_EQUAL(open_status(folder.key, seal.passphrase), LEDGER_OK);
    remove_folder(&folder);
}

static void peek_needs_no_passphrase(void)
{
    struct folder folder = make_folder();
    struct ledger_seal seal = cheap_seal();
    struct ledger_vkey vkey;
    struct ledger_vkey seen;
    bool sealed = false;
    generate(&folder, &vkey, &seal);
    CU_ASSERT_EQUAL_FATAL(ledger_signer_peek(&seen, &sealed, folder.key, NULL), LEDGER_OK);
    CU_ASSERT(sealed);
    CU_ASSERT(ledger_vkey_equal(&seen, &vkey));
    remove_folder(&folder);
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

static void changed_authenticated_byte_fails_as_wrong_key(void)
{
    struct folder folder = make_folder();
    struct ledger_seal seal = cheap_seal();
    struct ledger_vkey vkey;
    uint8_t bytes[LEDGER_KEY_FILE_MAX];
    generate(&folder, &vkey, &seal);
    size_t size = get_file(bytes, folder.key);
    uint8_t *opslimit = memmem(bytes, size, "argon2id 1 ", 11);
    CU_ASSERT_PTR_NOT_NULL_FATAL(opslimit);
    opslimit[9] = '2';
    put_file(folder.key, (struct ledger_span){bytes, size}, 0600);
    CU_ASSERT_EQUAL(open_status(folder.key, seal.passphrase), LEDGER_WRONG_KEY);
    remove_folder(&folder);
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

static void permission_of_others_is_refused(void)
{
    struct folder folder = make_folder();
    struct ledger_vkey vkey;
    generate(&folder, &vkey, NULL);
    for (mode_t bit = 1; bit <= 040; bit <<= 1) {
        CU_ASSERT_EQUAL(chmod(folder.key, 0600 | bit), 0);
        CU_ASSERT_EQUAL(open_status(folder.key, no_passphrase()), LEDGER_PERMISSION);
    }
    CU_ASSERT_EQUAL(chmod(folder.key, 0640), 0);
    CU_ASSERT_EQUAL(ledger_signer_reseal(folder.key, no_passphrase(), NULL, NULL),
                    LEDGER_PERMISSION);
    CU_ASSERT_EQUAL(chmod(folder.key, 0400), 0);
    CU_ASSERT_EQUAL(open_status(folder.key, no_passphrase()), LEDGER_OK);
    remove_folder(&folder);
}

static void what_is_no_regular_file_is_refused(void)
{
    struct folder folder = make_folder();
    struct ledger_vkey vkey;
    char other[96];
    (void)snprintf(other, sizeof other, "%s/other", folder.path);
    generate(&folder, &vkey, NULL);
    CU_ASSERT_EQUAL_FATAL(symlink(folder.key, other), 0);
    CU_ASSERT_EQUAL(open_status(other, no_passphrase()), LEDGER_INVALID);
    CU_ASSERT_EQUAL(unlink(other), 0);
    CU_ASSERT_EQUAL_FATAL(mkfifo(other, 0600), 0);
    CU_ASSERT_EQUAL(open_status(other, no_passphrase()), LEDGER_INVALID);
    CU_ASSERT_EQUAL(unlink(other), 0);
    CU_ASSERT_EQUAL(open_status(other, no_passphrase()), LEDGER_NOT_FOUND);
    CU_ASSERT_EQUAL(open_status(folder.path, no_passphrase()), LEDGER_INVALID);
    remove_folder(&folder);
}

static void file_of_another_size_is_refused(void)
{
    static const uint8_t bytes[LEDGER_KEY_FILE_MAX + 1] = {0};
    struct folder folder = make_folder();
    put_file(folder.key, (struct ledger_span){bytes, 0}, 0600);
    CU_ASSERT_EQUAL(open_status(folder.key, no_passphrase()), LEDGER_INVALID);
    put_file(folder.key, (struct ledger_span){bytes, sizeof bytes}, 0600);
    CU_ASSERT_EQUAL(open_status(folder.key, no_passphrase()), LEDGER_INVALID);
    remove_folder(&folder);
}

static void existing_file_is_never_overwritten(void)
{
    static const char content[] = "something else";
    struct folder folder = make_folder();
    struct ledger_signer *signer = NULL;
    uint8_t bytes[LEDGER_KEY_FILE_MAX];
    put_file(folder.key, ledger_span_of(content), 0600);
    CU_ASSERT_EQUAL(ledger_signer_generate(&signer, folder.key, ledger_span_of(NAME), NULL, NULL),
                    LEDGER_EXISTS);
    CU_ASSERT_PTR_NULL(signer);
    CU_ASSERT_EQUAL(get_file(bytes, folder.key), sizeof content - 1);
    CU_ASSERT_EQUAL(memcmp(bytes, content, sizeof content - 1), 0);
    CU_ASSERT_EQUAL(unlink(folder.key), 0);
    CU_ASSERT_EQUAL_FATAL(symlink("nowhere", folder.key), 0);
    CU_ASSERT_EQUAL(ledger_signer_generate(&signer, folder.key, ledger_span_of(NAME), NULL, NULL),
                    LEDGER_EXISTS);
    remove_folder(&folder);
}

static void refused_generation_leaves_no_file(void)
{
    struct folder folder = make_folder();
    struct ledger_signer *signer = NULL;
    struct ledger_seal empty = cheap_seal();
    struct ledger_seal costly = cheap_seal();
    empty.passphrase = no_passphrase();
    costly.opslimit = LEDGER_KEY_OPSLIMIT_MAX + 1;
    CU_ASSERT_EQUAL(ledger_signer_generate(&signer, folder.key, ledger_span_of(NAME), &empty, NULL),
                    LEDGER_INVALID);
    CU_ASSERT_EQUAL(
        ledger_signer_generate(&signer, folder.key, ledger_span_of(NAME), &costly, NULL),
        LEDGER_INVALID);
    CU_ASSERT_EQUAL(ledger_signer_generate(&signer, folder.key, ledger_span_of("a b"), NULL, NULL),
                    LEDGER_INVALID);
    CU_ASSERT_EQUAL(access(folder.key, F_OK), -1);
    remove_folder(&folder);
}

static void longest_name_fits_the_file(void)
{
    struct folder folder = make_folder();
    struct ledger_signer *signer = NULL;
    struct ledger_seal seal = cheap_seal();
    char name[LEDGER_NAME_MAX + 1];
    memset(name, 'n', LEDGER_NAME_MAX);
    name[LEDGER_NAME_MAX] = '\0';
    CU_ASSERT_EQUAL(ledger_signer_generate(&signer, folder.key, ledger_span_of(name), &seal, NULL),
                    LEDGER_OK);
    ledger_signer_close(&signer);
    CU_ASSERT_EQUAL(open_status(folder.key, seal.passphrase), LEDGER_OK);
    remove_folder(&folder);
}

static void reseal_changes_the_passphrase_and_keeps_the_key(void)
{
    struct folder folder = make_folder();
    struct ledger_seal first = cheap_seal();
    struct ledger_seal second = cheap_seal();
    struct ledger_vkey vkey;
    second.passphrase = ledger_span_of("another");
    generate(&folder, &vkey, &first);
    CU_ASSERT_EQUAL(ledger_signer_reseal(folder.key, first.passphrase, &second, NULL), LEDGER_OK);
    CU_ASSERT_EQUAL(open_status(folder.key, first.passphrase), LEDGER_WRONG_KEY);
    check_signs(folder.key, second.passphrase, &vkey);
    CU_ASSERT_EQUAL(ledger_signer_reseal(folder.key, second.passphrase, NULL, NULL), LEDGER_OK);
    check_signs(folder.key, no_passphrase(), &vkey);
    CU_ASSERT_EQUAL(ledger_signer_reseal(folder.key, no_passphrase(), &first, NULL), LEDGER_OK);
    check_signs(folder.key, first.passphrase, &vkey);
    remove_folder(&folder);
}

static void refused_reseal_leaves_the_file_as_it_was(void)
{
    struct folder folder = make_folder();
    struct ledger_seal seal = cheap_seal();
    struct ledger_seal empty = cheap_seal();
    struct ledger_vkey vkey;
    uint8_t before[LEDGER_KEY_FILE_MAX];
    uint8_t after[LEDGER_KEY_FILE_MAX];
    empty.passphrase = no_passphrase();
    generate(&folder, &vkey, &seal);
    size_t size = get_file(before, folder.key);
    CU_ASSERT_EQUAL(ledger_signer_reseal(folder.key, ledger_span_of("wrong"), NULL, NULL),
                    LEDGER_WRONG_KEY);
    CU_ASSERT_EQUAL(ledger_signer_reseal(folder.key, seal.passphrase, &empty, NULL),
                    LEDGER_INVALID);
    CU_ASSERT_EQUAL_FATAL(get_file(after, folder.key), size);
    CU_ASSERT_EQUAL(memcmp(before, after, size), 0);
    remove_folder(&folder);
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

static void closing_nothing_is_allowed(void)
{
    struct ledger_signer *signer = NULL;
    struct ledger_secret secret = {0};
    ledger_signer_close(&signer);
    ledger_secret_free(&secret);
    CU_ASSERT_PTR_NULL(signer);
}

void ledger_suite_key_file(void)
{
    CU_pSuite suite = CU_add_suite("key_file", NULL, NULL);
    CU_ADD_TEST(suite, sealed_key_signs_after_reopening);
    CU_ADD_TEST(suite, unsealed_key_signs_after_reopening);
    CU_ADD_TEST(suite, new_file_is_for_its_owner_only);
    CU_ADD_TEST(suite, other_passphrase_is_wrong_key);
    CU_ADD_TEST(suite, peek_needs_no_passphrase);
    CU_ADD_TEST(suite, every_flipped_bit_of_a_sealed_file_is_refused);
    CU_ADD_TEST(suite, every_flipped_bit_of_an_unsealed_file_is_refused);
    CU_ADD_TEST(suite, every_other_length_of_a_sealed_file_is_refused);
    CU_ADD_TEST(suite, every_other_length_of_an_unsealed_file_is_refused);
    CU_ADD_TEST(suite, changed_authenticated_byte_fails_as_wrong_key);
    CU_ADD_TEST(suite, hostile_cost_is_refused_by_the_parser);
    CU_ADD_TEST(suite, other_spelling_is_refused);
    CU_ADD_TEST(suite, other_version_is_named_as_such);
    CU_ADD_TEST(suite, seed_of_another_key_is_refused);
    CU_ADD_TEST(suite, permission_of_others_is_refused);
    CU_ADD_TEST(suite, what_is_no_regular_file_is_refused);
    CU_ADD_TEST(suite, file_of_another_size_is_refused);
    CU_ADD_TEST(suite, existing_file_is_never_overwritten);
    CU_ADD_TEST(suite, refused_generation_leaves_no_file);
    CU_ADD_TEST(suite, longest_name_fits_the_file);
    CU_ADD_TEST(suite, reseal_changes_the_passphrase_and_keeps_the_key);
    CU_ADD_TEST(suite, refused_reseal_leaves_the_file_as_it_was);
    CU_ADD_TEST(suite, two_keys_and_two_seals_differ);
    CU_ADD_TEST(suite, closing_nothing_is_allowed);
}
