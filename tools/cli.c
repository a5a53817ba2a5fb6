#include "tools/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/base/encoding.h"
#include "ledger/base/text.h"

/* --- messages --- */

void cli_put_clean(FILE *stream, struct ledger_span text)
{
    while (text.size > 0) {
        size_t clean = text.size;
        (void)ledger_text_clean(text, &clean);
        const uint8_t *lf = memchr(text.data, '\n', clean);
        clean = lf == NULL ? clean : (size_t)(lf - text.data);
        (void)fwrite(text.data, 1, clean, stream);
        text.data += clean;
        text.size -= clean;
        if (text.size > 0) {
            (void)fputc('?', stream);
            text.data++;
            text.size--;
        }
    }
}

/* A message is told without memory, too, but for the end of a very long one. */
LEDGER_PRINTF(1, 0)
static void print_message(const char *format, va_list arguments)
{
    char memory[2048];
    char *text = NULL;
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(memory, sizeof memory, format, arguments);
    bool longer = (size_t)size >= sizeof memory && vasprintf(&text, format, again) >= 0;
    va_end(again);
    cli_put_clean(stderr, ledger_span_of(program_invocation_short_name));
    (void)fputs(": ", stderr);
    cli_put_clean(stderr, ledger_span_of(longer ? text : memory));
    (void)fputc('\n', stderr);
    if (longer) {
        free(text);
    }
}

void cli_message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
}

int cli_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
    return CLI_TROUBLE;
}

int cli_fail_with(const struct ledger_error *error)
{
    return cli_fail("%s", error->what);
}

int cli_fail_usage(const struct cli_program *program, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "try '%s --help'\n", program->name);
    return CLI_TROUBLE;
}

int cli_finish(int status)
{
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return cli_fail("cannot write to standard output: %s",
                        errno != 0 ? strerror(errno) : "an earlier write failed");
    }
    return status;
}

/* --- options --- */

static void print_left(const struct cli_option *option)
{
    char left[64];
    char letter[5] = "    ";
    if (option->letter != '\0') {
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name,
                   option->argument != NULL ? " " : "",
                   option->argument != NULL ? option->argument : "");
    (void)printf("  %-30s", left);
}

static void print_option(const struct cli_option *option)
{
    struct ledger_span rest = ledger_span_of(option->help);
    struct ledger_span line;
    print_left(option);
    while (ledger_span_take_line(&rest, &line)) {
        (void)printf(" %.*s\n  %-30s", LEDGER_SPAN_ARGS(line), "");
    }
    (void)printf(" %.*s%s\n", LEDGER_SPAN_ARGS(rest),
                 option->repeatable ? " (may be repeated)" : "");
}

static void print_usage(const struct cli_program *program)
{
    struct ledger_span rest = ledger_span_of(program->usage);
    struct ledger_span line;
    const char *lead = "usage:";
    while (ledger_span_take_line(&rest, &line)) {
        (void)printf("%s %s %.*s\n", lead, program->name, LEDGER_SPAN_ARGS(line));
        lead = "      ";
    }
    (void)printf("%s %s %.*s\n", lead, program->name, LEDGER_SPAN_ARGS(rest));
}

static void print_help(const struct cli_program *program)
{
    static const struct cli_option always[] = {
        {.name = "help", .help = "show this and exit"},
        {.name = "version", .help = "show the version and exit"},
    };
    print_usage(program);
    if (program->summary != NULL) {
        (void)printf("\n%s\n", program->summary);
    }
    (void)printf("\noptions:\n");
    for (size_t i = 0; i < program->option_count; i++) {
        print_option(&program->options[i]);
    }
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        print_option(&always[i]);
    }
    (void)printf("\nexit status: 0 done or valid, 1 checked and not valid, 2 usage or trouble\n");
}

static const struct cli_option *find_long(const struct cli_program *program,
                                          struct ledger_span name)
{
    for (size_t i = 0; i < program->option_count; i++) {
        if (ledger_span_is(name, program->options[i].name)) {
            return &program->options[i];
        }
    }
    return NULL;
}

static const struct cli_option *find_short(const struct cli_program *program, const char *word)
{
    for (size_t i = 0; i < program->option_count; i++) {
        if (program->options[i].letter == word[1] && word[2] == '\0') {
            return &program->options[i];
        }
    }
    return NULL;
}

static size_t count_of(const struct cli_args *args, const struct cli_option *option)
{
    size_t count = 0;
    for (size_t i = 0; i < args->value_count; i++) {
        count += args->values[i].option == option;
    }
    return count;
}

/* The words not read yet. */
struct words {
    char **next;
    char **end;
};

static bool add_value(struct cli_args *args, const struct cli_option *option, const char *value,
                      struct words *words)
{
    if (!option->repeatable && count_of(args, option) > 0) {
        cli_fail_usage(args->program, "option '--%s' given twice", option->name);
        return false;
    }
    if (option->argument == NULL && value != NULL) {
        cli_fail_usage(args->program, "option '--%s' takes no value", option->name);
        return false;
    }
    if (option->argument != NULL && value == NULL) {
        if (words->next == words->end) {
            cli_fail_usage(args->program, "option '--%s' needs a value: %s", option->name,
                           option->argument);
            return false;
        }
        value = *words->next++;
    }
    args->values[args->value_count++] = (struct cli_value){.option = option, .text = value};
    return true;
}

static bool take_option(struct cli_args *args, const char *word, struct words *words)
{
    const struct cli_option *option = NULL;
    const char *value = NULL;
    if (word[1] == '-') {
        const char *equals = strchr(word, '=');
        struct ledger_span name = ledger_span_of(word + 2);
        if (equals != NULL) {
            name.size = (size_t)(equals - (word + 2));
            value = equals + 1;
        }
        option = find_long(args->program, name);
    } else {
        option = find_short(args->program, word);
    }
    if (option == NULL) {
        cli_fail_usage(args->program, "unknown option '%s'", word);
        return false;
    }
    return add_value(args, option, value, words);
}

enum step { GO_ON, STOP_DONE, STOP_TROUBLE };

static enum step take_word(struct cli_args *args, const char *word, struct words *words,
                           bool *only_operands)
{
    if (*only_operands || word[0] != '-' || word[1] == '\0') {
        args->operands[args->operand_count++] = word;
        return GO_ON;
    }
    if (strcmp(word, "--") == 0) {
        *only_operands = true;
        return GO_ON;
    }
    if (strcmp(word, "--help") == 0) {
        print_help(args->program);
        return STOP_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        (void)printf("%s %s\n", args->program->name, LEDGER_VERSION);
        return STOP_DONE;
    }
    return take_option(args, word, words) ? GO_ON : STOP_TROUBLE;
}

static enum step check_operands(const struct cli_args *args)
{
    if (args->operand_count < args->program->operands_min) {
        cli_fail_usage(args->program, "an operand is missing");
        return STOP_TROUBLE;
    }
    if (args->operand_count > args->program->operands_max) {
        cli_fail_usage(args->program, "one operand too many: '%s'",
                       args->operands[args->program->operands_max]);
        return STOP_TROUBLE;
    }
    return GO_ON;
}

bool cli_parse(struct cli_args *args, int *status, const struct cli_program *program, int argc,
               char **argv)
{
    size_t capacity = argc > 0 ? (size_t)argc : 1;
    *args = (struct cli_args){.program = program};
    args->values = calloc(capacity, sizeof args->values[0]);
    args->operands = calloc(capacity, sizeof args->operands[0]);
    if (args->values == NULL || args->operands == NULL) {
        *status = cli_fail("out of memory");
        return false;
    }
    struct words words = {.next = argc > 0 ? argv + 1 : argv, .end = argv + argc};
    bool only_operands = false;
    enum step step = GO_ON;
    while (step == GO_ON && words.next < words.end) {
        const char *word = *words.next++;
        step = take_word(args, word, &words, &only_operands);
    }
    if (step == GO_ON) {
        step = check_operands(args);
    }
    *status = step == STOP_TROUBLE ? CLI_TROUBLE : CLI_DONE;
    return step == GO_ON;
}

void cli_args_free(struct cli_args *args)
{
    free(args->values);
    free(args->operands);
    *args = (struct cli_args){0};
}

static const struct cli_option *known(const struct cli_args *args, const char *name)
{
    const struct cli_option *option = find_long(args->program, ledger_span_of(name));
    LEDGER_ASSERT(option != NULL);
    return option;
}

size_t cli_count(const struct cli_args *args, const char *name)
{
    return count_of(args, known(args, name));
}

const char *cli_nth(const struct cli_args *args, const char *name, size_t n)
{
    const struct cli_option *option = known(args, name);
    size_t i = 0;
    while (i < args->value_count && (args->values[i].option != option || n-- > 0)) {
        i++;
    }
    LEDGER_ASSERT(i < args->value_count);
    return args->values[i].text;
}

const char *cli_value(const struct cli_args *args, const char *name)
{
    const struct cli_option *option = known(args, name);
    LEDGER_ASSERT(!option->repeatable && option->argument != NULL);
    return count_of(args, option) > 0 ? cli_nth(args, name, 0) : NULL;
}

bool cli_number(uint64_t *number, const struct cli_args *args, const char *name, uint64_t max)
{
    const char *text = cli_value(args, name);
    if (text == NULL || ledger_read_decimal(number, ledger_span_of(text), max)) {
        return true;
    }
    cli_fail_usage(args->program,
                   "option '--%s': '%s' is not a number from 0 to %" PRIu64
                   " in plain decimal digits",
                   name, text, max);
    return false;
}

/* --- files --- */

/* Until the end or until the memory, which grows to `max` + 1, is full. */
bool cli_read_on(int fd, uint8_t **data, size_t *size, size_t max)
{
    size_t capacity = *size;
    for (;;) {
        if (*size == capacity) {
            capacity = capacity < 65536 ? 65536 : capacity * 2;
            capacity = capacity > max ? max + 1 : capacity;
            uint8_t *larger = *size == capacity ? NULL : realloc(*data, capacity);
            if (larger == NULL) {
                errno = *size == capacity ? EFBIG : ENOMEM;
                return false;
            }
            *data = larger;
        }
        ssize_t got = read(fd, *data + *size, capacity - *size);
        if (got == 0) {
            return true;
        }
        if (got < 0 && errno != EINTR) {
            return false;
        }
        *size += got > 0 ? (size_t)got : 0;
    }
}

bool cli_read_file(uint8_t **data, size_t *size, const char *path, size_t max)
{
    bool standard = strcmp(path, "-") == 0;
    LEDGER_ASSERT(max < SIZE_MAX / 2);
    *data = NULL;
    *size = 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        cli_fail("cannot open '%s': %s", path, strerror(errno));
        return false;
    }
    bool whole = cli_read_on(fd, data, size, max);
    if (!whole && errno == EFBIG) {
        cli_fail("cannot read '%s': it is longer than %zu bytes", path, max);
    } else if (!whole) {
        cli_fail("cannot read '%s': %s", path, strerror(errno));
    }
    if (!standard) {
        (void)close(fd);
    }
    if (!whole) {
        free(*data);
        *data = NULL;
    }
    return whole;
}

int cli_run(const struct cli_program *program, int (*run)(const struct cli_args *args), int argc,
            char **argv)
{
    struct cli_args args;
    int status = CLI_TROUBLE;
    /* That a file may not grow (RLIMIT_FSIZE) is told like a disk that is full. */
    (void)signal(SIGXFSZ, SIG_IGN);
    if (cli_parse(&args, &status, program, argc, argv)) {
        status = run(&args);
    }
    cli_args_free(&args);
    return cli_finish(status);
}
