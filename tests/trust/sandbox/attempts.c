/*
 * attempts.c - what a reader must not be able to do, one function each.
 *
 * They work in the current directory, where the test has put the files secret, victim and spare, the
 * directories empty and ledger, and in VICTIM the number of a process.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tests/trust/sandbox/intruder.h"

static pid_t victim(void)
{
    const char *text = getenv("VICTIM");
    return text == NULL ? -1 : (pid_t)atoi(text);
}

/* --- Files --- */

static bool open_secret(void)
{
    return open("secret", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool open_password_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool open_own_memory(void)
{
    return open("/proc/self/mem", O_RDWR | O_CLOEXEC) >= 0;
}

static bool open_environment(void)
{
    return open("/proc/self/environ", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool open_device(void)
{
    return open("/dev/null", O_RDWR | O_CLOEXEC) >= 0;
}

static bool list_directory(void)
{
    return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0;
}

static bool open_store_to_write(void)
{
    return open("ledger/data.mdb", O_RDWR | O_CLOEXEC) >= 0;
}

static bool open_to_cut(void)
{
    return open("ledger/data.mdb", O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0;
}

static bool open_newer_call(void)
{
    struct open_how how = {.flags = O_RDONLY};
    return syscall(SYS_openat2, AT_FDCWD, "secret", &how, sizeof how) >= 0;
}

static bool create(void)
{
    return open("made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool create_in_ledger(void)
{
    return open("ledger/made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool create_nameless(void)
{
    return open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) >= 0;
}

static bool create_in_memory(void)
{
    return memfd_create("x", MFD_CLOEXEC) >= 0;
}

static bool cut(void)
{
    return truncate("victim", 0) == 0;
}

static bool remove_file(void)
{
    return unlink("spare") == 0;
}

static bool rename_file(void)
{
    return rename("spare", "renamed") == 0;
}

static bool link_file(void)
{
    return link("spare", "linked") == 0;
}

static bool link_by_name(void)
{
    return symlink("/", "root") == 0;
}

static bool make_directory(void)
{
    return mkdir("directory", 0700) == 0;
}

static bool remove_directory(void)
{
    return rmdir("empty") == 0;
}

static bool make_pipe_file(void)
{
    return mkfifo("fifo", 0600) == 0;
}

static bool change_mode(void)
{
    return chmod("victim", 0777) == 0;
}

static bool change_owner(void)
{
    return chown("victim", getuid(), getgid()) == 0;
}

static bool change_times(void)
{
    return utimensat(AT_FDCWD, "victim", NULL, 0) == 0;
}

static bool set_attribute(void)
{
    return setxattr("victim", "user.x", "y", 1, 0) == 0 || errno == ENOTSUP;
}

static bool change_directory(void)
{
    return chdir("/") == 0;
}

static bool change_root(void)
{
    return chroot(".") == 0;
}

static bool mount_file_system(void)
{
    bool done = mount("none", "empty", "tmpfs", 0, NULL) == 0;
    return done && umount2("empty", 0) == 0;
}

static bool watch_files(void)
{
    return inotify_init1(IN_CLOEXEC) >= 0;
}

/* --- The network --- */

static bool open_network(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool open_local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool connect_out(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
}

static bool make_pair(void)
{
    int ends[2];
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
}

/* --- Processes --- */

static bool execute(void)
{
    execl("/bin/sh", "sh", "-c", "echo done execute >&2; exit 5", (char *)NULL);
    return false;
}

static bool fork_process(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static bool newer_clone(void)
{
    static uint64_t arguments[8] = {[4] = SIGCHLD};
    long pid = syscall(SYS_clone3, arguments, sizeof arguments);
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0;
}

static bool signal_another(void)
{
    return kill(victim(), 0) == 0;
}

static bool signal_thread_of_another(void)
{
    return syscall(SYS_tgkill, victim(), victim(), 0) == 0;
}

static bool hold_another(void)
{
    return syscall(SYS_pidfd_open, victim(), 0) >= 0;
}

static bool trace_another(void)
{
    return ptrace(PTRACE_SEIZE, victim(), NULL, NULL) == 0;
}

static bool read_memory_of_another(void)
{
    char to[4];
    static char from[4] = "abc";
    struct iovec local = {to, sizeof to};
    struct iovec remote = {from, sizeof from};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 4;
}

static bool write_memory_of_another(void)
{
    char from[4] = "abc";
    static char to[4];
    struct iovec local = {from, sizeof from};
    struct iovec remote = {to, sizeof to};
    return process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 4;
}

static bool leave_namespace(void)
{
    return unshare(CLONE_NEWUTS) == 0;
}

static bool leave_user_namespace(void)
{
    return unshare(CLONE_NEWUSER) == 0;
}

static bool become_another(void)
{
    return setuid(getuid()) == 0;
}

static bool change_priority(void)
{
    return setpriority(PRIO_PROCESS, (id_t)victim(), 1) == 0;
}

static bool limit_another(void)
{
    struct rlimit limit;
    return prlimit(victim(), RLIMIT_CORE, NULL, &limit) == 0;
}

static bool allow_core_dump(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/* --- Code --- */

static bool make_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static bool make_memory_code(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED && mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool make_all_readable_code(void)
{
    return personality(READ_IMPLIES_EXEC) >= 0;
}

/* --- The kernel --- */

static bool use_ring(void)
{
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    return syscall(SYS_io_uring_setup, 1, &parameters) >= 0;
}

static bool load_into_kernel(void)
{
    union bpf_attr map;
    memset(&map, 0, sizeof map);
    map.map_type = BPF_MAP_TYPE_ARRAY;
    map.key_size = 4;
    map.value_size = 4;
    map.max_entries = 1;
    return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map) >= 0;
}

static bool measure(void)
{
    struct perf_event_attr event;
    memset(&event, 0, sizeof event);
    event.type = PERF_TYPE_SOFTWARE;
    event.size = sizeof event;
    event.config = PERF_COUNT_SW_CPU_CLOCK;
    return syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) >= 0;
}

static bool handle_faults(void)
{
    return syscall(SYS_userfaultfd, O_CLOEXEC) >= 0;
}

static bool look_for_keys(void)
{
    return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1) >= 0;
}

static bool add_key(void)
{
    return syscall(SYS_add_key, "user", "x", "y", 1L, KEY_SPEC_PROCESS_KEYRING) >= 0;
}

static bool share_memory(void)
{
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    return id >= 0 && shmctl(id, IPC_RMID, NULL) == 0;
}

static bool read_kernel_log(void)
{
    return klogctl(10, NULL, 0) >= 0; /* its size */
}

static bool wait_for_events(void)
{
    return epoll_create1(EPOLL_CLOEXEC) >= 0;
}

static bool make_event(void)
{
    return eventfd(0, EFD_CLOEXEC) >= 0;
}

static bool set_host_name(void)
{
    char name[65] = "";
    return gethostname(name, sizeof name - 1) == 0 && sethostname(name, strlen(name)) == 0;
}

static bool own_descriptor(void)
{
    return fcntl(STDERR_FILENO, F_SETOWN, getpid()) == 0;
}

const struct attempt attempts[] = {
    {"open-secret", open_secret},
    {"open-password-file", open_password_file},
    {"open-own-memory", open_own_memory},
    {"open-environment", open_environment},
    {"open-device", open_device},
    {"list-directory", list_directory},
    {"open-store-to-write", open_store_to_write},
    {"open-to-cut", open_to_cut},
    {"open-newer-call", open_newer_call},
    {"create", create},
    {"create-in-ledger", create_in_ledger},
    {"create-nameless", create_nameless},
    {"create-in-memory", create_in_memory},
    {"cut", cut},
    {"remove-file", remove_file},
    {"rename-file", rename_file},
    {"link-file", link_file},
    {"link-by-name", link_by_name},
    {"make-directory", make_directory},
    {"remove-directory", remove_directory},
    {"make-pipe-file", make_pipe_file},
    {"change-mode", change_mode},
    {"change-owner", change_owner},
    {"change-times", change_times},
    {"set-attribute", set_attribute},
    {"change-directory", change_directory},
    {"change-root", change_root},
    {"mount", mount_file_system},
    {"watch-files", watch_files},
    {"open-network", open_network},
    {"open-local-socket", open_local_socket},
    {"connect-out", connect_out},
    {"make-pair", make_pair},
    {"execute", execute},
    {"fork", fork_process},
    {"newer-clone", newer_clone},
    {"signal-another", signal_another},
    {"signal-thread-of-another", signal_thread_of_another},
    {"hold-another", hold_another},
    {"trace-another", trace_another},
    {"read-memory-of-another", read_memory_of_another},
    {"write-memory-of-another", write_memory_of_another},
    {"leave-namespace", leave_namespace},
    {"leave-user-namespace", leave_user_namespace},
    {"become-another", become_another},
    {"change-priority", change_priority},
    {"limit-another", limit_another},
    {"allow-core-dump", allow_core_dump},
    {"make-code", make_code},
    {"make-memory-code", make_memory_code},
    {"make-all-readable-code", make_all_readable_code},
    {"use-ring", use_ring},
    {"load-into-kernel", load_into_kernel},
    {"measure", measure},
    {"handle-faults", handle_faults},
    {"look-for-keys", look_for_keys},
    {"add-key", add_key},
    {"share-memory", share_memory},
    {"read-kernel-log", read_kernel_log},
    {"wait-for-events", wait_for_events},
    {"make-event", make_event},
    {"set-host-name", set_host_name},
    {"own-descriptor", own_descriptor},
    {NULL, NULL},
};
