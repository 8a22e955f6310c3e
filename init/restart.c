#include "restart.h"

#include "command.h"
#include "console.h"
#include "errors.h"
#include "log.h"
#include "reap.h"
#include "service_start.h"
#include "services.h"
#include "storage.h"

void restart_exec(void)
{
	static struct command command COLD;
	/* There is one: else the request was refused, and since then nothing
	 * has changed the table. */
	const struct service *service = services_next(ACTION_RESTART);
	const char *tty = service_tty_path(service->entry->tty);
	if (tty)
		console_use(tty);
	command_parse(&command, service->entry->command);
	message("restart: %s", service->entry->command);
	/* What takes our place finds signals as the kernel gives them; those
	 * that are pending stay pending through the exec. */
	const struct reap_spec spec = {
		.path = command.path,
		.argv = command.argv,
		.envp = service_environ(),
		.flags = REAP_SEARCH_PATH | REAP_SCRIPT_BY_SHELL,
	};
	int error = reap_exec(&spec);
	message("restart: %s: %s; halting", service->entry->command,
		error_name(error));
}
