/*
 * refuse CALL=ERRNO... -- PROGRAM [ARGUMENT...]
 *
 * Runs PROGRAM on a kernel that lacks something: a seccomp filter answers the
 * calls named with the errno given, a number. clone_pidfd=ignored is what a
 * kernel before 5.2 does with the flag: a tracer takes it away. Children of
 * PROGRAM have no tracer, and get ENOSYS for that.
 */
#include <elf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__
#define IS_X86 1
#else
#define IS_X86 0
#endif

enum { RULES_MAX = 16, RULE_WORDS = 5, P_PIDFD_ = 3, CLONE_PIDFD_ = 0x1000 };

/* ANY: whatever its first argument is. */
enum test { ANY, HAS, IS };

static const struct {
	const char *name;
	unsigned number;
	enum test test;
	unsigned value;
} calls[] = {
	{"pidfd_open", SYS_pidfd_open, ANY, 0},
	{"pidfd_send_signal", SYS_pidfd_send_signal, ANY, 0},
	{"clone_pidfd", SYS_clone, HAS, CLONE_PIDFD_},
	{"clone3", SYS_clone3, ANY, 0},
	{"waitid_pidfd", SYS_waitid, IS, P_PIDFD_},
	{"close_range", SYS_close_range, ANY, 0},
};

static struct sock_filter filter[RULES_MAX * RULE_WORDS + 1];
static unsigned short words;
static int traced;

static void put(unsigned code, unsigned value, unsigned no)
{
	filter[words++] = (struct sock_filter)BPF_JUMP(
		(unsigned short)code, value, 0, (unsigned char)no);
}

static void add_rule(const char *rule)
{
	const char *value = strchr(rule, '=');
	unsigned i = 0, answer = SECCOMP_RET_TRACE;

	if (!value || words + RULE_WORDS > RULES_MAX * RULE_WORDS)
		exit(2);
	while (strncmp(calls[i].name, rule, (size_t)(value - rule)) ||
	       calls[i].name[value - rule])
		if (++i == sizeof(calls) / sizeof(*calls))
			exit(2);
	if (!strcmp(value, "=ignored"))
		traced = 1;
	else
		answer = SECCOMP_RET_ERRNO | (unsigned)atoi(value + 1);
	/* Little-endian: the low half of the argument comes first. */
	put(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0);
	put(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number,
	    calls[i].test == ANY ? 1 : 3);
	if (calls[i].test != ANY) {
		put(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args), 0);
		put(BPF_JMP | (calls[i].test == HAS ? BPF_JSET : BPF_JEQ) |
			    BPF_K,
		    calls[i].value, 1);
	}
	put(BPF_RET | BPF_K, answer, 0);
}

static void run(char **argv)
{
	put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0);
	struct sock_fprog program = {words, filter};
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("seccomp");
		_exit(2);
	}
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(2);
}

/* The first argument: rdi, or x0. */
static void take_flag_away(pid_t pid)
{
	unsigned long registers[64];
	struct iovec all = {registers, sizeof(registers)};
	unsigned first = IS_X86 ? 14 : 0;

	ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all);
	registers[first] &= ~(unsigned long)CLONE_PIDFD_;
	ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all);
}

static void go_on(pid_t pid, int status)
{
	int event = status >> 16, number = WSTOPSIG(status);
	int stops = number == SIGSTOP || number == SIGTSTP ||
		    number == SIGTTIN || number == SIGTTOU;

	if (event == PTRACE_EVENT_SECCOMP)
		take_flag_away(pid);
	if (event == PTRACE_EVENT_STOP && stops)
		ptrace(PTRACE_LISTEN, pid, 0, 0);
	else
		ptrace(PTRACE_CONT, pid, 0, event ? 0 : number);
}

/* Threads are followed, children are not. */
static int trace(pid_t program)
{
	int status;
	pid_t pid;

	ptrace(PTRACE_SEIZE, program, 0,
	       PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
	kill(program, SIGUSR1);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			go_on(pid, status);
		else if (pid == program)
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	}
	return 2;
}

int main(int argc, char **argv)
{
	int i = 1;
	sigset_t set, before;

	for (; i < argc && strcmp(argv[i], "--"); i++)
		add_rule(argv[i]);
	if (i + 1 >= argc)
		return 2;
	if (!traced)
		run(argv + i + 1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &before);
	pid_t program = fork();
	if (!program) {
		int number;
		sigwait(&set, &number);
		sigprocmask(SIG_SETMASK, &before, NULL);
		run(argv + i + 1);
	}
	return trace(program);
}
