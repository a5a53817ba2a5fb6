#include "tools/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum read_outcome { READ_LINE, READ_TOO_LONG, READ_INTERRUPTED, READ_FAILED };

/* Cuts the secret at its first LF. */
static bool cut_line(struct ledger_secret *secret)
{
    const uint8_t *lf = memchr(secret->data, '\n', secret->size);
    if (lf == NULL) {
        return false;
    }
    secret->size = (size_t)(lf - secret->data);
    return true;
}

/* Room for one byte more than is allowed, and for the LF. */
static bool make_room(struct ledger_secret *secret)
{
    if (ledger_secret_new(secret, PASSPHRASE_MAX + 2) != LEDGER_OK) {
        cli_fail("cannot take a passphrase: out of memory");
        return false;
    }
    return true;
}

static enum read_outcome read_first_line(struct ledger_secret *secret, int fd)
{
    while (secret->size < secret->capacity) {
        ssize_t got = read(fd, secret->data + secret->size, secret->capacity - secret->size);
        if (got < 0 && errno != EINTR) {
            return READ_FAILED;
        }
        secret->size += got > 0 ? (size_t)got : 0;
        if (got == 0 || cut_line(secret)) {
            break;
        }
    }
    return secret->size > PASSPHRASE_MAX ? READ_TOO_LONG : READ_LINE;
}

/* As with key files. What is no regular file, such as a pipe, keeps no passphrase that was read. */
static bool is_private(int fd, const char *path)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        cli_fail("cannot read the passphrase in '%s': %s", path, strerror(errno));
        return false;
    }
    if (S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        cli_fail("refused to use the passphrase in '%s': others have permissions on it (mode "
                 "%04o); if nobody has read it, run 'chmod 600' on it",
                 path, (unsigned)(about.st_mode & 07777U));
        return false;
    }
    return true;
}

static bool read_open_file(struct ledger_secret *passphrase, int fd, const char *path)
{
    if (!is_private(fd, path) || !make_room(passphrase)) {
        return false;
    }
    enum read_outcome outcome = read_first_line(passphrase, fd);
    if (outcome == READ_FAILED) {
        cli_fail("cannot read the passphrase in '%s': %s", path, strerror(errno));
    } else if (outcome == READ_TOO_LONG) {
        cli_fail("refused the passphrase in '%s': longer than %d bytes", path, PASSPHRASE_MAX);
    } else if (passphrase->size == 0) {
        cli_fail("refused the passphrase in '%s': it is empty", path);
    } else {
        return true;
    }
    return false;
}

bool passphrase_from_file(struct ledger_secret *passphrase, const char *path)
{
    *passphrase = (struct ledger_secret){0};
    int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        cli_fail("cannot open the passphrase file '%s': %s", path, strerror(errno));
        return false;
    }
    bool taken = read_open_file(passphrase, fd, path);
    (void)close(fd);
    if (!taken) {
        ledger_secret_free(passphrase);
    }
    return taken;
}

static void tell(int terminal, const char *a, const char *b, const char *c)
{
    FILE *stream = fdopen(dup(terminal), "w");
    if (stream != NULL) {
        cli_put_clean(stream, ledger_span_of(a));
        cli_put_clean(stream, ledger_span_of(b));
        cli_put_clean(stream, ledger_span_of(c));
        (void)fclose(stream);
    }
}

/* Reads a line, or stops as soon as one of the blocked signals is pending. */
static enum read_outcome read_answer(struct ledger_secret *secret, int terminal, int signals)
{
    struct pollfd wait[2] = {{.fd = signals, .events = POLLIN}, {.fd = terminal, .events = POLLIN}};
    secret->size = 0;
    while (secret->size < secret->capacity) {
        if (poll(wait, 2, -1) < 0) {
            if (errno == EINTR) {
                continue;
            }
            return READ_FAILED;
        }
        if (wait[0].revents != 0) {
            return READ_INTERRUPTED;
        }
        ssize_t got = read(terminal, secret->data + secret->size, secret->capacity - secret->size);
        if (got <= 0) {
            return READ_FAILED;
        }
        secret->size += (size_t)got;
        if (cut_line(secret)) {
            break;
        }
    }
    return secret->size > PASSPHRASE_MAX ? READ_TOO_LONG : READ_LINE;
}

/* Asks only when the echo is off and what was typed before is dropped. */
static enum read_outcome read_without_echo(struct ledger_secret *secret, int terminal, int signals,
                                           const char *question, const char *key_path)
{
    struct termios before;
    if (tcgetattr(terminal, &before) != 0) {
        return READ_FAILED;
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    if (tcsetattr(terminal, TCSAFLUSH, &silent) != 0) {
        return READ_FAILED;
    }
    tell(terminal, question, key_path, "': ");
    enum read_outcome outcome = read_answer(secret, terminal, signals);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    (void)dprintf(terminal, "\n");
    return outcome;
}

/* The signals that end or stop the program wait until the terminal has its echo back; then they
 * take effect as usual. One that only stopped the program leads to the question again. */
static enum read_outcome ask(struct ledger_secret *secret, int terminal, const char *question,
                             const char *key_path)
{
    sigset_t held;
    sigset_t before;
    enum read_outcome outcome = READ_INTERRUPTED;
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGHUP);
    (void)sigaddset(&held, SIGQUIT);
    (void)sigaddset(&held, SIGTSTP);
    int signals = signalfd(-1, &held, SFD_CLOEXEC);
    if (signals < 0) {
        return READ_FAILED;
    }
    while (outcome == READ_INTERRUPTED) {
        (void)sigprocmask(SIG_BLOCK, &held, &before);
        outcome = read_without_echo(secret, terminal, signals, question, key_path);
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
    }
    (void)close(signals);
    return outcome;
}

static bool ask_once(struct ledger_secret *secret, int terminal, const char *question,
                     const char *key_path)
{
    if (!make_room(secret)) {
        return false;
    }
    enum read_outcome outcome = ask(secret, terminal, question, key_path);
    if (outcome == READ_TOO_LONG) {
        cli_fail("refused the passphrase: longer than %d bytes", PASSPHRASE_MAX);
    } else if (outcome != READ_LINE) {
        cli_fail("no passphrase for '%s': nothing was entered", key_path);
    } else if (secret->size == 0) {
        cli_fail("refused the passphrase for '%s': it is empty", key_path);
    } else {
        return true;
    }
    return false;
}

static bool ask_again(const struct ledger_secret *first, int terminal, const char *key_path)
{
    struct ledger_secret second = {0};
    bool same = false;
    if (ask_once(&second, terminal, "again, passphrase for '", key_path)) {
        same = ledger_secret_equal(first, &second);
        if (!same) {
            cli_fail("refused the passphrase for '%s': the two entries differ", key_path);
        }
    }
    ledger_secret_free(&second);
    return same;
}

bool passphrase_from_terminal(struct ledger_secret *passphrase, const char *key_path, bool twice)
{
    const char *question = twice ? "new passphrase for '" : "passphrase for '";
    *passphrase = (struct ledger_secret){0};
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) {
        cli_fail("no passphrase for '%s': there is no terminal to ask on; give a passphrase file",
                 key_path);
        return false;
    }
    bool taken = ask_once(passphrase, terminal, question, key_path) &&
                 (!twice || ask_again(passphrase, terminal, key_path));
    (void)close(terminal);
    if (!taken) {
        ledger_secret_free(passphrase);
    }
    return taken;
}

bool passphrase_get(struct ledger_secret *passphrase, const struct cli_args *args, const char *name,
                    size_t nth, const char *key_path, bool twice)
{
    size_t files = cli_count(args, name);
    if (files == 0) {
        return passphrase_from_terminal(passphrase, key_path, twice);
    }
    if (files > 1 && nth >= files) {
        *passphrase = (struct ledger_secret){0};
        cli_fail("no passphrase for '%s': give '--%s' once for all key files, or once for each",
                 key_path, name);
        return false;
    }
    return passphrase_from_file(passphrase, cli_nth(args, name, files == 1 ? 0 : nth));
}

bool passphrase_prepare(void)
{
    struct ledger_error error;
    if (ledger_secret_prepare_process(&error) != LEDGER_OK) {
        cli_fail_with(&error);
        return false;
    }
    return true;
}

bool passphrase_open_signer(struct ledger_signer **signer, const struct cli_args *args, size_t nth,
                            const char *key_path)
{
    struct ledger_vkey vkey;
    struct ledger_error error;
    struct ledger_secret passphrase = {0};
    bool sealed = false;
    *signer = NULL;
    if (!passphrase_prepare()) {
        return false;
    }
    if (ledger_signer_peek(&vkey, &sealed, key_path, &error) != LEDGER_OK) {
        cli_fail_with(&error);
        return false;
    }
    if (sealed && !passphrase_get(&passphrase, args, "passphrase-file", nth, key_path, false)) {
        return false;
    }
    enum ledger_status status =
        ledger_signer_open(signer, key_path, ledger_secret_span(&passphrase), &error);
    ledger_secret_free(&passphrase);
    if (status != LEDGER_OK) {
        cli_fail_with(&error);
    }
    return status == LEDGER_OK;
}
