#include "terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define KEY(letter) ((letter) - '@')

/* The kernel's own, of a terminal that is new (INIT_C_CC). */
static const cc_t characters[] = {
	[VINTR] = KEY('C'),   [VQUIT] = KEY('\\'),   [VERASE] = 0x7f,
	[VKILL] = KEY('U'),   [VEOF] = KEY('D'),     [VMIN] = 1,
	[VSTART] = KEY('Q'),  [VSTOP] = KEY('S'),    [VSUSP] = KEY('Z'),
	[VWERASE] = KEY('W'), [VREPRINT] = KEY('R'), [VDISCARD] = KEY('O'),
	[VLNEXT] = KEY('V'),
};

#define KEPT (CBAUD | CBAUDEX | CSIZE | CSTOPB | PARENB | PARODD | CRTSCTS)

void terminal_make_sane(void)
{
	struct termios settings;

	if (syscall(SYS_ioctl, STDIN_FILENO, TCGETS, &settings))
		return;
	settings.c_iflag = ICRNL | IXON | IXOFF;
	settings.c_oflag = OPOST | ONLCR;
	settings.c_cflag &= KEPT;
	settings.c_cflag |= CREAD | HUPCL | CLOCAL;
	settings.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL |
			   ECHOKE | IEXTEN;
	memcpy(settings.c_cc, characters, sizeof(characters));
	syscall(SYS_ioctl, STDIN_FILENO, TCSETS, &settings);
}
