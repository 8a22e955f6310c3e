/* no_carrier TTY: a line that tells of a carrier, and has none. Holds it open,
 * as the settings go with the last who has it. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { LOOPBACK = 0x8000 }; /* TIOCM_LOOP: what QEMU has on its side is cut */

int main(int argc, char **argv)
{
	const char *path = argc == 2 ? argv[1] : "";
	int line = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
	int bits = LOOPBACK;
	struct termios settings;

	if (line < 0 || tcgetattr(line, &settings))
		return perror(path), 1;
	settings.c_cflag &= ~(tcflag_t)CLOCAL;
	if (tcsetattr(line, TCSANOW, &settings) ||
	    ioctl(line, TIOCMSET, &bits) || ioctl(line, TIOCMGET, &bits) ||
	    bits & TIOCM_CAR)
		return perror(path), 1;
	if (!fork())
		pause();
	return 0;
}
