/*
 * fail_calls.c - makes system calls of a program fail (LD_PRELOAD).
 *
 *     FAIL_LOG       file to which every call is appended, one a line:
 *                        number TAB call TAB what it was about TAB done|failed|lost TAB result
 *     FAIL_AT        the numbers of the calls that fail, from 1: "12" or "12,40"; none: all are done
 *     FAIL_WITH      EIO, ENOSPC, EDQUOT, EINTR, or SHORT (reads and writes do the half)
 *     FAIL_LASTS     if set, so does every later call (EINTR: the next few, for those who ask again)
 *     FAIL_SILENTLY  if set, the program is told that what was not done was done, for controls
 *
 * The kernel hands the calls over (seccomp, SIGSYS), whoever makes them, so that those inside the C
 * library and liblmdb are among them. Memory that is no file's is another test's (allocations).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define LOG_FD 900
#define AT_MAX 4
#define EINTR_LASTS 20
#define SHORT (-1)

/* What a call is about, for the log. */
enum about { NOTHING, FILE_0, NAME_0, NAME_1, NAMES_0_1, NAMES_1_3 };

struct call {
    long number;
    const char *name;
    enum about about;
    int size; /* the place of the argument with the bytes, or parts of an iovec; 0: none */
};

static const struct call calls[] = {
    {SYS_open, "open", NAME_0, 0},
    {SYS_openat, "openat", NAME_1, 0},
    {SYS_close, "close", FILE_0, 0},
    {SYS_read, "read", FILE_0, 2},
    {SYS_pread64, "pread64", FILE_0, 2},
    {SYS_readv, "readv", FILE_0, 2},
    {SYS_write, "write", FILE_0, 2},
    {SYS_pwrite64, "pwrite64", FILE_0, 2},
    {SYS_writev, "writev", FILE_0, 2},
    {SYS_pwritev, "pwritev", FILE_0, 2},
    {SYS_lseek, "lseek", FILE_0, 0},
    {SYS_fsync, "fsync", FILE_0, 0},
    {SYS_fdatasync, "fdatasync", FILE_0, 0},
    {SYS_sync_file_range, "sync_file_range", FILE_0, 0},
    {SYS_msync, "msync", NOTHING, 0},
    {SYS_ftruncate, "ftruncate", FILE_0, 0},
    {SYS_fallocate, "fallocate", FILE_0, 0},
    {SYS_fstat, "fstat", FILE_0, 0},
    {SYS_stat, "stat", NAME_0, 0},
    {SYS_lstat, "lstat", NAME_0, 0},
    {SYS_newfstatat, "newfstatat", NAME_1, 0},
    {SYS_statx, "statx", NAME_1, 0},
    {SYS_statfs, "statfs", NAME_0, 0},
    {SYS_fstatfs, "fstatfs", FILE_0, 0},
    {SYS_access, "access", NAME_0, 0},
    {SYS_faccessat, "faccessat", NAME_1, 0},
    {SYS_faccessat2, "faccessat2", NAME_1, 0},
    {SYS_getdents64, "getdents64", FILE_0, 0},
    {SYS_rename, "rename", NAMES_0_1, 0},
    {SYS_renameat, "renameat", NAMES_1_3, 0},
    {SYS_renameat2, "renameat2", NAMES_1_3, 0},
    {SYS_link, "link", NAMES_0_1, 0},
    {SYS_linkat, "linkat", NAMES_1_3, 0},
    {SYS_unlink, "unlink", NAME_0, 0},
    {SYS_unlinkat, "unlinkat", NAME_1, 0},
    {SYS_rmdir, "rmdir", NAME_0, 0},
    {SYS_mkdir, "mkdir", NAME_0, 0},
    {SYS_mkdirat, "mkdirat", NAME_1, 0},
    {SYS_fcntl, "fcntl", FILE_0, 0},
    {SYS_flock, "flock", FILE_0, 0},
    {SYS_getrandom, "getrandom", NOTHING, 0},
    {SYS_mmap, "mmap", NOTHING, 0},
    {SYS_munmap, "munmap", NOTHING, 0},
};

static struct {
    int error; /* or SHORT */
    bool lasts;
    bool silently;
    size_t at_count;
    unsigned long at[AT_MAX];
    atomic_ulong number;
} fail;

/* --- calls that are not handed over --- */

long raw_call(long number, long a, long b, long c, long d, long e, long f);
extern const char raw_call_made[];

__asm__(".text\n"
        ".type raw_call, @function\n"
        ".hidden raw_call\n"
        ".hidden raw_call_made\n"
        ".globl raw_call, raw_call_made\n"
        "raw_call:\n"
        "    mov %rdi, %rax\n"
        "    mov %rsi, %rdi\n"
        "    mov %rdx, %rsi\n"
        "    mov %rcx, %rdx\n"
        "    mov %r8, %r10\n"
        "    mov %r9, %r8\n"
        "    mov 8(%rsp), %r9\n"
        "    syscall\n"
        "raw_call_made:\n"
        "    ret\n");

static long address(const void *memory)
{
    return (long)memory;
}

static void broken(const char *what)
{
    (void)raw_call(SYS_write, STDERR_FILENO, address(what), (long)strlen(what), 0, 0, 0);
    (void)raw_call(SYS_exit_group, 125, 0, 0, 0, 0, 0);
}

/* --- the log --- */

struct line {
    char text[9000];
    size_t size;
};

static void add(struct line *line, const char *text)
{
    while (*text != '\0' && line->size < sizeof line->text - 1) {
        line->text[line->size++] = *text == '\n' || *text == '\t' ? '?' : *text;
        text++;
    }
}

static void add_number(struct line *line, long number)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%ld", number);
    add(line, digits);
}

static void add_file(struct line *line, long fd)
{
    char link[64];
    char path[4096];
    add_number(line, fd);
    (void)snprintf(link, sizeof link, "/proc/self/fd/%ld", fd);
    long size = raw_call(SYS_readlink, address(link), address(path), sizeof path - 1, 0, 0, 0);
    path[size > 0 ? size : 0] = '\0';
    add(line, " ");
    add(line, path);
}

static const char *name_of(long argument)
{
    union {
        long number;
        const char *text;
    } name = {argument};
    return argument == 0 ? "" : name.text;
}

static void add_subject(struct line *line, enum about about, const long arguments[6])
{
    switch (about) {
    case FILE_0:
        add_file(line, arguments[0]);
        break;
    case NAME_0:
        add(line, name_of(arguments[0]));
        break;
    case NAME_1:
        if (name_of(arguments[1])[0] == '\0') {
            add_file(line, arguments[0]);
        }
        add(line, name_of(arguments[1]));
        break;
    case NAMES_0_1:
    case NAMES_1_3:
        add(line, name_of(arguments[about == NAMES_1_3]));
        add(line, " > ");
        add(line, name_of(arguments[about == NAMES_1_3 ? 3 : 1]));
        break;
    case NOTHING:
    default:
        break;
    }
}

static void end_field(struct line *line)
{
    line->text[line->size++] = '\t';
}

/* --- failing --- */

static bool is_chosen(unsigned long number)
{
    for (size_t i = 0; i < fail.at_count; i++) {
        if (number == fail.at[i]) {
            return true;
        }
    }
    return fail.lasts && fail.at_count > 0 && number > fail.at[fail.at_count - 1] &&
           (fail.error != EINTR || number <= fail.at[fail.at_count - 1] + EINTR_LASTS);
}

/* The kernel may interrupt getrandom; libsodium aborts at anything else, by its design. */
static bool can_fail(const struct call *call)
{
    if (call->number == SYS_getrandom) {
        return fail.error == EINTR;
    }
    return fail.error != SHORT || call->size != 0;
}

static long do_call(long number, const long a[6])
{
    return raw_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* One of several parts is written, or half of what there is. */
static long do_half(const struct call *call, const long given[6])
{
    long a[6];
    struct iovec part;
    memcpy(a, given, sizeof a);
    bool parts =
        call->number == SYS_writev || call->number == SYS_pwritev || call->number == SYS_readv;
    if (parts && a[2] > 0) {
        union {
            long number;
            const struct iovec *parts;
        } first = {a[1]};
        part = first.parts[0];
        part.iov_len = part.iov_len > 1 ? part.iov_len / 2 : part.iov_len;
        a[1] = address(&part);
        a[2] = 1;
    } else if (a[2] > 1) {
        a[2] /= 2;
    }
    return do_call(call->number, a);
}

/* What the call would have answered. */
static long pretended(const struct call *call, const long a[6])
{
    if (call->number != SYS_writev && call->number != SYS_pwritev) {
        return call->size != 0 ? a[call->size] : 0;
    }
    union {
        long number;
        const struct iovec *parts;
    } all = {a[1]};
    long sum = 0;
    for (long i = 0; i < a[2]; i++) {
        sum += (long)all.parts[i].iov_len;
    }
    return sum;
}

static long answer(struct line *line, const struct call *call, unsigned long number,
                   const long arguments[6])
{
    bool chosen = is_chosen(number) && can_fail(call);
    const char *what = "done";
    long result;
    if (!chosen) {
        add_subject(line, call->about, arguments); /* before a close */
        result = do_call(call->number, arguments);
    } else if (fail.silently) {
        what = "lost";
        add_subject(line, call->about, arguments);
        result = pretended(call, arguments);
    } else {
        what = "failed";
        add_subject(line, call->about, arguments);
        result = fail.error == SHORT ? do_half(call, arguments) : -fail.error;
    }
    end_field(line);
    add(line, what);
    end_field(line);
    add_number(line, result);
    return result;
}

static const struct call *call_of(long number)
{
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        if (calls[i].number == number) {
            return &calls[i];
        }
    }
    broken("fail_calls: a call that is not in the list\n");
    return NULL;
}

static void take_over(int signal, siginfo_t *info, void *context)
{
    ucontext_t *state = context;
    greg_t *registers = state->uc_mcontext.gregs;
    const long arguments[6] = {registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
                               registers[REG_R10], registers[REG_R8],  registers[REG_R9]};
    struct line line = {.size = 0};
    (void)signal;
    const struct call *call = call_of(info->si_syscall);
    unsigned long number = ++fail.number;
    add_number(&line, (long)number);
    end_field(&line);
    add(&line, call->name);
    end_field(&line);
    registers[REG_RAX] = answer(&line, call, number, arguments);
    line.text[line.size++] = '\n';
    (void)raw_call(SYS_write, LOG_FD, address(line.text), (long)line.size, 0, 0, 0);
}

/* A thread without signals could not be asked. */
SHOWN int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
    sigset_t fewer;
    if (set != NULL) {
        fewer = *set;
        (void)sigdelset(&fewer, SIGSYS);
    }
    return sigprocmask(how, set != NULL ? &fewer : NULL, before) == 0 ? 0 : errno;
}

/* --- starting --- */

static struct sock_filter filter[16 + 2 * COUNT_OF(calls)];
static unsigned short filter_size;

static void put(unsigned short code, unsigned value, unsigned char yes, unsigned char no)
{
    filter[filter_size++] = (struct sock_filter){code, yes, no, value};
}

static void load(size_t offset)
{
    put(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void filter_calls(void)
{
    const unsigned long made = (unsigned long)address(raw_call_made);
    load(offsetof(struct seccomp_data, instruction_pointer));
    put(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)made, 0, 3);
    load(offsetof(struct seccomp_data, instruction_pointer) + 4);
    put(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(made >> 32), 0, 1);
    put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    load(offsetof(struct seccomp_data, nr));
    put(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 4);
    load(offsetof(struct seccomp_data, args[3]));
    put(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 0, 1);
    put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    put(BPF_RET | BPF_K, SECCOMP_RET_TRAP, 0, 0);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        put(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, 0, 1);
        put(BPF_RET | BPF_K, SECCOMP_RET_TRAP, 0, 0);
    }
    put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    const struct sock_fprog program = {filter_size, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        broken("fail_calls: no seccomp here\n");
    }
}

static int error_named(const char *name)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = {
        {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR}, {"SHORT", SHORT}};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        if (strcmp(errors[i].name, name) == 0) {
            return errors[i].error;
        }
    }
    broken("fail_calls: no such error\n");
    return 0;
}

static void read_wishes(void)
{
    const char *at = getenv("FAIL_AT");
    const char *with = getenv("FAIL_WITH");
    fail.error = error_named(with != NULL ? with : "EIO");
    fail.lasts = getenv("FAIL_LASTS") != NULL;
    fail.silently = getenv("FAIL_SILENTLY") != NULL;
    while (at != NULL && *at != '\0' && fail.at_count < AT_MAX) {
        char *end;
        fail.at[fail.at_count++] = strtoul(at, &end, 10);
        at = *end == ',' ? end + 1 : "";
    }
}

__attribute__((constructor)) static void start(void)
{
    const char *log = getenv("FAIL_LOG");
    struct sigaction action = {.sa_sigaction = take_over, .sa_flags = SA_SIGINFO};
    if (log == NULL) {
        return;
    }
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || dup3(fd, LOG_FD, O_CLOEXEC) < 0 || sigaction(SIGSYS, &action, NULL) != 0) {
        broken("fail_calls: no log\n");
    }
    (void)close(fd);
    read_wishes();
    filter_calls();
}
