/*
 * libc's calls on processes, small for the reasons that call.c gives.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

_Noreturn void _exit(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}

pid_t getpid(void)
{
	return (pid_t)syscall(SYS_getpid);
}

int kill(pid_t pid, int signal)
{
	return (int)syscall(SYS_kill, pid, signal);
}

pid_t setsid(void)
{
	return (pid_t)syscall(SYS_setsid);
}

int setpgid(pid_t pid, pid_t group)
{
	return (int)syscall(SYS_setpgid, pid, group);
}

int chdir(const char *folder)
{
	return (int)syscall(SYS_chdir, folder);
}

mode_t umask(mode_t mask)
{
	return (mode_t)syscall(SYS_umask, mask);
}

int setpriority(int which, id_t who, int value)
{
	return (int)syscall(SYS_setpriority, which, who, value);
}

int reboot(int how)
{
	/* The numbers keep a stray call from a reboot: reboot(2). */
	return (int)syscall(SYS_reboot, 0xfee1deadL, 672274793L, how, NULL);
}

int getrlimit(int resource, struct rlimit *limit)
{
	return (int)syscall(SYS_prlimit64, 0, resource, NULL, limit);
}

int setrlimit(int resource, const struct rlimit *limit)
{
	return (int)syscall(SYS_prlimit64, 0, resource, limit, NULL);
}

int setuid(uid_t user)
{
	return (int)syscall(SYS_setuid, user);
}

int setgid(gid_t group)
{
	return (int)syscall(SYS_setgid, group);
}

int setgroups(size_t count, const gid_t *groups)
{
	return (int)syscall(SYS_setgroups, count, groups);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	return (int)syscall(SYS_execve, path, argv, envp);
}

/* One try of execvpe(3). Returns what it failed with. */
static int try_exec(const char *folder, size_t length, const char *file,
		    char *const argv[], char *const envp[])
{
	size_t bytes = strlen(file) + 1;

	if (length + 1 + bytes > PATH_MAX)
		return ENAMETOOLONG;

	/* The child of a spawn may have a small stack: no more than needed. */
	char *path = __builtin_alloca(length + 1 + bytes);

	memcpy(path, folder, length);
	if (length)
		path[length++] = '/';
	memcpy(path + length, file, bytes);
	execve(path, argv, envp);
	return errno;
}

/* As musl's: a folder that may not be searched, and a file that may not be
 * run, are passed over, and remembered as EACCES. */
int execvpe(const char *file, char *const argv[], char *const envp[])
{
	const char *folder = getenv("PATH");
	int error = ENOENT;

	if (strchr(file, '/'))
		return execve(file, argv, envp);
	if (!folder)
		folder = "/usr/local/bin:/bin:/usr/bin";
	while (*file) {
		const char *end = strchrnul(folder, ':');
		int now = try_exec(folder, (size_t)(end - folder), file, argv,
				   envp);

		if (now != ENOENT && now != ENOTDIR && now != ENAMETOOLONG)
			error = now;
		if (!*end || (error != EACCES && error != ENOENT))
			break;
		folder = end + 1;
	}
	errno = error;
	return -1;
}
