/*
 * ledger-key - makes secret keys, shows their public half, changes their passphrase.
 */
#include <string.h>

#include "tools/passphrase.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static int print_vkey(const struct ledger_vkey *vkey)
{
    uint8_t memory[LEDGER_VKEY_MAX];
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_vkey_write(&buffer, vkey);
    (void)printf("%.*s\n", LEDGER_SPAN_ARGS(ledger_buffer_span(&buffer)));
    return CLI_DONE;
}

static const struct cli_option generate_options[] = {
    {.name = "name", .argument = "NAME", .help = "name of the key, a URL without scheme"},
    {.name = "unsealed", .help = "store the secret without a passphrase"},
    {.name = "passphrase-file",
     .argument = "FILE",
     .help = "read the passphrase from the first line of FILE"},
};

static const struct cli_program generate_program = {
    .name = "ledger-key generate",
    .usage = "--name NAME [--unsealed | --passphrase-file FILE] KEYFILE",
    .summary = "Makes a new key in the new file KEYFILE and prints its verifier key.",
    .options = generate_options,
    .option_count = COUNT_OF(generate_options),
    .operands_min = 1,
    .operands_max = 1,
};

static int generate_with(const struct cli_args *args, const struct ledger_seal *seal)
{
    struct ledger_signer *signer = NULL;
    struct ledger_error error;
    struct ledger_span name = ledger_span_of(cli_value(args, "name"));
    if (ledger_signer_generate(&signer, args->operands[0], name, seal, &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    int status = print_vkey(ledger_signer_vkey(signer));
    ledger_signer_close(&signer);
    return status;
}

static int generate(const struct cli_args *args)
{
    bool unsealed = cli_count(args, "unsealed") > 0;
    struct ledger_secret passphrase = {0};
    const char *name = cli_value(args, "name");
    if (name == NULL) {
        return cli_fail_usage(args->program, "option '--name' is missing");
    }
    if (!ledger_text_is_name(ledger_span_of(name))) {
        return cli_fail("'%s' is not a name: 1 to %d bytes of clean text without spaces and '+'",
                        name, LEDGER_NAME_MAX);
    }
    if (unsealed && cli_count(args, "passphrase-file") > 0) {
        return cli_fail_usage(args->program, "an unsealed key has no passphrase");
    }
    if (!passphrase_prepare()) {
        return CLI_TROUBLE;
    }
    if (unsealed) {
        return generate_with(args, NULL);
    }
    if (!passphrase_get(&passphrase, args, "passphrase-file", 0, args->operands[0], true)) {
        return CLI_TROUBLE;
    }
    struct ledger_seal seal = {.passphrase = ledger_secret_span(&passphrase)};
    int status = generate_with(args, &seal);
    ledger_secret_free(&passphrase);
    return status;
}

static const struct cli_program show_program = {
    .name = "ledger-key show",
    .usage = "KEYFILE",
    .summary = "Prints the verifier key. Needs no passphrase.",
    .operands_min = 1,
    .operands_max = 1,
};

static int show(const struct cli_args *args)
{
    struct ledger_vkey vkey;
    struct ledger_error error;
    bool sealed = false;
    if (!passphrase_prepare()) {
        return CLI_TROUBLE;
    }
    if (ledger_signer_peek(&vkey, &sealed, args->operands[0], &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    return print_vkey(&vkey);
}

static const struct cli_option reseal_options[] = {
    {.name = "unsealed", .help = "store the secret without a passphrase from now on"},
    {.name = "passphrase-file",
     .argument = "FILE",
     .help = "read the present passphrase from the first line of FILE"},
    {.name = "new-passphrase-file",
     .argument = "FILE",
     .help = "read the new passphrase from the first line of FILE"},
};

static const struct cli_program reseal_program = {
    .name = "ledger-key reseal",
    .usage = "[--passphrase-file FILE] [--unsealed | --new-passphrase-file FILE] KEYFILE",
    .summary = "Changes the passphrase of a key, or gives one to an unsealed key.\n"
               "The blocks of the old file stay on the disk until they are used again.",
    .options = reseal_options,
    .option_count = COUNT_OF(reseal_options),
    .operands_min = 1,
    .operands_max = 1,
};

static int reseal_with(const struct cli_args *args, const struct ledger_secret *old)
{
    struct ledger_error error;
    struct ledger_secret new = {0};
    const char *path = args->operands[0];
    bool unsealed = cli_count(args, "unsealed") > 0;
    if (!unsealed && !passphrase_get(&new, args, "new-passphrase-file", 0, path, true)) {
        return CLI_TROUBLE;
    }
    struct ledger_seal seal = {.passphrase = ledger_secret_span(&new)};
    enum ledger_status status =
        ledger_signer_reseal(path, ledger_secret_span(old), unsealed ? NULL : &seal, &error);
    ledger_secret_free(&new);
    return status == LEDGER_OK ? CLI_DONE : cli_fail_with(&error);
}

static int reseal(const struct cli_args *args)
{
    struct ledger_vkey vkey;
    struct ledger_error error;
    struct ledger_secret old = {0};
    bool sealed = false;
    if (cli_count(args, "unsealed") > 0 && cli_count(args, "new-passphrase-file") > 0) {
        return cli_fail_usage(args->program, "an unsealed key has no passphrase");
    }
    if (!passphrase_prepare()) {
        return CLI_TROUBLE;
    }
    if (ledger_signer_peek(&vkey, &sealed, args->operands[0], &error) != LEDGER_OK) {
        return cli_fail_with(&error);
    }
    if (sealed && !passphrase_get(&old, args, "passphrase-file", 0, args->operands[0], false)) {
        return CLI_TROUBLE;
    }
    int status = reseal_with(args, &old);
    ledger_secret_free(&old);
    return status;
}

static const struct cli_program top_program = {
    .name = "ledger-key",
    .usage = "generate --name NAME [--unsealed | --passphrase-file FILE] KEYFILE\n"
             "show KEYFILE\n"
             "reseal [--passphrase-file FILE] [--unsealed | --new-passphrase-file FILE] KEYFILE",
    .summary = "Makes secret keys, shows their public half, changes their passphrase.\n"
               "'ledger-key COMMAND --help' tells about one command.",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
};

struct command {
    const char *name;
    const struct cli_program *program;
    int (*run)(const struct cli_args *args);
};

static const struct command commands[] = {
    {"generate", &generate_program, generate},
    {"show", &show_program, show},
    {"reseal", &reseal_program, reseal},
};

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int run_no_command(const struct cli_args *args)
{
    return cli_fail_usage(&top_program, "unknown command '%s'", args->operands[0]);
}

int main(int argc, char **argv)
{
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    return command != NULL ? cli_run(command->program, command->run, argc - 1, argv + 1)
                           : cli_run(&top_program, run_no_command, argc, argv);
}
