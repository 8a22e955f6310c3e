#include "terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define CTRL(letter) ((letter) - '@')

/* The kernel's own, of a terminal that is new (INIT_C_CC). */
static const cc_t characters[] = {
	[VINTR] = CTRL('C'),   [VQUIT] = CTRL('\\'),   [VERASE] = 0x7f,
	[VKILL] = CTRL('U'),   [VEOF] = CTRL('D'),     [VMIN] = 1,
	[VSTART] = CTRL('Q'),  [VSTOP] = CTRL('S'),    [VSUSP] = CTRL('Z'),
	[VWERASE] = CTRL('W'), [VREPRINT] = CTRL('R'), [VDISCARD] = CTRL('O'),
	[VLNEXT] = CTRL('V'),
};

enum { KEPT = CBAUD | CBAUDEX | CSIZE | CSTOPB | PARENB | PARODD | CRTSCTS };

void terminal_make_sane(void)
{
	struct termios settings;

	if (syscall(SYS_ioctl, STDIN_FILENO, TCGETS, &settings))
		return;
	settings.c_iflag = ICRNL | IXON | IXOFF;
	settings.c_oflag = OPOST | ONLCR;
	settings.c_cflag &= (tcflag_t)KEPT;
	settings.c_cflag |= CREAD | HUPCL | CLOCAL;
	settings.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL |
			   ECHOKE | IEXTEN;
	memcpy(settings.c_cc, characters, sizeof(characters));
	syscall(SYS_ioctl, STDIN_FILENO, TCSETS, &settings);
}
