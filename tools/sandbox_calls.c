#include "tools/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* What reading, computing and telling take, whatever the arguments are. */
static const int allowed[] = {
    /* files that are open, and looking for others */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fstatfs), SCMP_SYS(statfs), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(flock), SCMP_SYS(fadvise64),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* threads of this process, and waiting */
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address),
    SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
    /* signals that come */
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    /* what is asked about oneself and the machine */
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname),
    SCMP_SYS(sysinfo), SCMP_SYS(getrlimit), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(time), SCMP_SYS(getrandom)};

/* What making and replacing files takes. Where, is for Landlock. */
static const int of_making[] = {SCMP_SYS(pwrite64),  SCMP_SYS(ftruncate), SCMP_SYS(fsync),
                                SCMP_SYS(fdatasync), SCMP_SYS(fchmod),    SCMP_SYS(umask),
                                SCMP_SYS(mkdir),     SCMP_SYS(mkdirat),   SCMP_SYS(rename),
                                SCMP_SYS(renameat),  SCMP_SYS(renameat2), SCMP_SYS(link),
                                SCMP_SYS(linkat),    SCMP_SYS(unlink),    SCMP_SYS(unlinkat)};

/* No library asks for these here, and none has another way if they are refused: who does has been
 * taken over, and ends. All that is in neither list fails as if the kernel did not know it, so that
 * a C library that is younger than this takes the older way. */
static const int deadly[] = {SCMP_SYS(execve),
                             SCMP_SYS(execveat),
                             SCMP_SYS(fork),
                             SCMP_SYS(vfork),
                             SCMP_SYS(kill),
                             SCMP_SYS(tkill),
                             SCMP_SYS(rt_sigqueueinfo),
                             SCMP_SYS(rt_tgsigqueueinfo),
                             SCMP_SYS(pidfd_open),
                             SCMP_SYS(pidfd_getfd),
                             SCMP_SYS(pidfd_send_signal),
                             SCMP_SYS(ptrace),
                             SCMP_SYS(process_vm_readv),
                             SCMP_SYS(process_vm_writev),
                             SCMP_SYS(kcmp),
                             SCMP_SYS(socket),
                             SCMP_SYS(socketpair),
                             SCMP_SYS(connect),
                             SCMP_SYS(bind),
                             SCMP_SYS(listen),
                             SCMP_SYS(accept),
                             SCMP_SYS(accept4),
                             SCMP_SYS(io_uring_setup),
                             SCMP_SYS(io_uring_enter),
                             SCMP_SYS(io_uring_register),
                             SCMP_SYS(bpf),
                             SCMP_SYS(perf_event_open),
                             SCMP_SYS(userfaultfd),
                             SCMP_SYS(keyctl),
                             SCMP_SYS(add_key),
                             SCMP_SYS(request_key),
                             SCMP_SYS(mount),
                             SCMP_SYS(umount2),
                             SCMP_SYS(pivot_root),
                             SCMP_SYS(chroot),
                             SCMP_SYS(unshare),
                             SCMP_SYS(setns),
                             SCMP_SYS(truncate),
                             SCMP_SYS(creat),
                             SCMP_SYS(symlink),
                             SCMP_SYS(symlinkat),
                             SCMP_SYS(mknod),
                             SCMP_SYS(mknodat),
                             SCMP_SYS(chmod),
                             SCMP_SYS(fchmodat),
                             SCMP_SYS(chown),
                             SCMP_SYS(fchown),
                             SCMP_SYS(lchown),
                             SCMP_SYS(fchownat),
                             SCMP_SYS(setxattr),
                             SCMP_SYS(init_module),
                             SCMP_SYS(finit_module),
                             SCMP_SYS(kexec_load),
                             SCMP_SYS(reboot),
                             SCMP_SYS(setuid),
                             SCMP_SYS(setgid)};

static bool add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seccomp_rule_add(filter, action, calls[i], 0) != 0) {
            return false;
        }
    }
    return true;
}

static struct scmp_arg_cmp is(unsigned argument, uint64_t value)
{
    return (struct scmp_arg_cmp){argument, SCMP_CMP_EQ, value, 0};
}

static bool allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp argument)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, argument) == 0;
}

static bool allow_without(scmp_filter_ctx filter, int call, unsigned argument, uint64_t bits)
{
    return allow_if(filter, call, SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, bits, 0));
}

/* No code is made, and no other process. */
static bool allow_memory_and_threads(scmp_filter_ctx filter)
{
    const uint64_t processes = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                               CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PTRACE;
    return allow_without(filter, SCMP_SYS(mmap), 2, PROT_EXEC) &&
           allow_without(filter, SCMP_SYS(mprotect), 2, PROT_EXEC) &&
           allow_if(filter, SCMP_SYS(clone),
                    SCMP_CMP(0, SCMP_CMP_MASKED_EQ, processes | CLONE_THREAD, CLONE_THREAD)) &&
           allow_if(filter, SCMP_SYS(tgkill), is(0, (uint64_t)getpid())) &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, is(0, 0), is(2, 0)) ==
               0;
}

static bool allow_controls(scmp_filter_ctx filter)
{
    static const int commands[] = {F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL,
                                   F_GETLK,         F_SETLK, F_SETLKW};
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (!allow_if(filter, SCMP_SYS(fcntl), is(1, (uint64_t)commands[i]))) {
            return false;
        }
    }
    return allow_if(filter, SCMP_SYS(ioctl), is(1, TCGETS));
}

static bool allow_opening(scmp_filter_ctx filter, enum sandbox_calls calls)
{
    switch (calls) {
    case SANDBOX_CALLS_MAKE:
        return add_all(filter, SCMP_ACT_ALLOW, of_making, COUNT_OF(of_making)) &&
               allow_without(filter, SCMP_SYS(openat), 2, 0);
    case SANDBOX_CALLS_LOCK:
        return allow_without(filter, SCMP_SYS(openat), 2, O_WRONLY | O_TRUNC) &&
               seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ftruncate), 0) == 0;
    case SANDBOX_CALLS_READ:
    default:
        return allow_without(filter, SCMP_SYS(openat), 2, O_ACCMODE | O_CREAT | O_TRUNC);
    }
}

bool sandbox_calls_leave(enum sandbox_calls calls)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    bool left = filter != NULL &&
                seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
                add_all(filter, SCMP_ACT_ALLOW, allowed, COUNT_OF(allowed)) &&
                add_all(filter, SCMP_ACT_KILL_PROCESS, deadly, COUNT_OF(deadly)) &&
                allow_memory_and_threads(filter) && allow_controls(filter) &&
                allow_opening(filter, calls) && seccomp_load(filter) == 0;
    if (filter != NULL) {
        seccomp_release(filter);
    }
    return left;
}
