#include "boot.h"
#include "container.h"
#include "control.h"
#include "signals.h"
#include "standard_error.h"

#include <string.h>
#include <unistd.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int control(char **argv, const struct signal_inheritance *inherited)
{
	signals_restore(inherited);
	return control_main(argv);
}

/*
 * Which job. Named init, every word of PID 1's argv is a boot word, so that a
 * stray "splash" on the kernel's command line never becomes a container's
 * program; and elsewhere than PID 1 it is telinit.
 */
static int run(int argc, char **argv,
	       const struct signal_inheritance *inherited)
{
	bool first = getpid() == 1;
	const char *name = argc ? base_name(argv[0]) : "init";
	bool named_init = !strcmp(name, "init");

	if (IS_ENABLED(CONFIG_CONTROL) && !first && argc) {
		if (control_knows(name, false))
			return argv[0] = (char *)name, control(argv, inherited);
		/* Under a peer's name that is a program. */
		if (argc > 1 && control_knows(argv[1], named_init) &&
		    !(IS_ENABLED(CONFIG_CONTAINER) && container_has_peer(name)))
			return control(argv + 1, inherited);
	}
	if (IS_ENABLED(CONFIG_BOOT) && first &&
	    (!IS_ENABLED(CONFIG_CONTAINER) || named_init ||
	     (argc < 2 && !container_has_peer(name))))
		return boot_main(argc, argv, environ);
	if (IS_ENABLED(CONFIG_CONTAINER) && !named_init)
		return container_main(argc, argv, environ, inherited, first);
	if (IS_ENABLED(CONFIG_LOG))
		say("%s: %s: no request; see foster(8)", name, argv[1]);
	return 1;
}

int main(int argc, char **argv)
{
	struct signal_inheritance inherited;

	signals_block(&inherited);
	return run(argc, argv, &inherited);
}
