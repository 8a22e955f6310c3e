/*
 * storm COUNT FILE: makes orphans, at least COUNT, and for as long as FILE is
 * not there. Some outlive their parent, some are its zombies first. Says
 * how many it has made when all of its own children have ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARENTS = 4, EACH = 8 };

static void make_orphans(void)
{
	for (int made = 0; made < EACH;) {
		pid_t pid = fork();

		if (!pid) {
			if (made % 2)
				usleep(1000);
			_exit(0);
		}
		made += pid > 0;
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	long least = argc == 3 ? atol(argv[1]) : 0;
	long made = 0;
	int parents = 0;

	if (!least)
		return 2;
	while (made < least || access(argv[2], F_OK)) {
		pid_t pid = fork();

		if (!pid)
			make_orphans();
		made += pid > 0 ? EACH : 0;
		parents += pid > 0;
		while (parents >= PARENTS && wait(NULL) > 0)
			parents--;
	}
	while (wait(NULL) > 0)
		;
	printf("%ld made\n", made);
	return 0;
}
