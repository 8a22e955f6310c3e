/* The least that a container's init can be: what the others are measured by.
 * No options, no messages, no failure handled. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	sigset_t all, before;
	siginfo_t info;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t program = fork();
	if (!program) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(argv[argc > 1], argv + 1);
		_exit(127);
	}
	for (;;) {
		int status;
		pid_t pid;
		int number = sigwaitinfo(&all, &info);

		if (number > 0 && number != SIGCHLD)
			kill(program, number);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == program)
				return WIFEXITED(status)
					       ? WEXITSTATUS(status)
					       : 128 + WTERMSIG(status);
	}
}
