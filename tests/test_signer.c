#include "keys/signer.h"

#include "tests/key_samples.h"
#include "tests/suites.h"

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

static void closing_nothing_is_allowed(void)
{
    struct ledger_signer *signer = NULL;
    struct ledger_secret secret = {0};
    ledger_signer_close(&signer);
    ledger_secret_free(&secret);
    CU_ASSERT_PTR_NULL(signer);
}

void ledger_suite_signer(void)
{
    CU_pSuite suite = CU_add_suite("signer", NULL, NULL);
    CU_ADD_TEST(suite, sealed_key_signs_after_reopening);
    CU_ADD_TEST(suite, unsealed_key_signs_after_reopening);
    CU_ADD_TEST(suite, new_file_is_for_its_owner_only);
    CU_ADD_TEST(suite, other_passphrase_is_wrong_key);
    CU_ADD_TEST(suite, peek_needs_no_passphrase);
    CU_ADD_TEST(suite, changed_authenticated_byte_fails_as_wrong_key);
    CU_ADD_TEST(suite, permission_of_others_is_refused);
    CU_ADD_TEST(suite, what_is_no_regular_file_is_refused);
    CU_ADD_TEST(suite, file_of_another_size_is_refused);
    CU_ADD_TEST(suite, existing_file_is_never_overwritten);
    CU_ADD_TEST(suite, refused_generation_leaves_no_file);
    CU_ADD_TEST(suite, longest_name_fits_the_file);
    CU_ADD_TEST(suite, reseal_changes_the_passphrase_and_keeps_the_key);
    CU_ADD_TEST(suite, refused_reseal_leaves_the_file_as_it_was);
    CU_ADD_TEST(suite, closing_nothing_is_allowed);
}
