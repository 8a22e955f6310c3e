#include "boot.h"

#include "admit.h"
#include "boot_words.h"
#include "console.h"
#include "errors.h"
#include "inittab_file.h"
#include "log.h"
#include "mounts.h"
#include "orphans.h"
#include "service_start.h"
#include "services.h"
#include "shutdown.h"
#include "signals.h"
#include "system.h"
#include "test_command.h"
#include "wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A turn's work is bounded, so that a storm of orphans or signals starves
 * neither a deadline nor a request. */
enum {
	SIGNALS_A_TURN = 32,
	CHILDREN_A_TURN = 64,
	LOOK_AGAIN_MS = 1000,
	CONSOLE_BYTES = 48,
};

enum phase {
	PHASE_TABLE, /* the inittab has to be read */
	PHASE_SYSINIT,
	PHASE_WAIT,
	PHASE_ONCE,
	PHASE_STEADY,
};

static enum phase phase;
static moment next_look; /* for children that have ended; 0: at once */
static bool ctrl_alt_del_pressed;

/* Lines of which one runs at a time: starts the next, true when all have
 * run. */
static bool run_in_turn(enum action action, moment now)
{
	struct service *service = services_next(action);

	while (service && service->state == SERVICE_IDLE) {
		service_handle(service, SERVICE_START, now);
		service = services_next(action);
	}
	return !service;
}

/* A line that a reload has removed meanwhile runs to its end too. */
static bool run_boot_lines(enum action action, moment now)
{
	return !services_hold_boot() && run_in_turn(action, now);
}

static bool table_phase(moment now)
{
	return inittab_file_load(now);
}

static bool sysinit_phase(moment now)
{
	if (!run_boot_lines(ACTION_SYSINIT, now))
		return false;
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_open_again();
	return true;
}

static bool wait_phase(moment now)
{
	if (!run_boot_lines(ACTION_WAIT, now))
		return false;
	if (IS_ENABLED(CONFIG_REAP_WAY_SHARE))
		service_start_give_back();
	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP))
		admit_boot_is_over();
	return true;
}

static bool once_phase(moment now)
{
	services_start(ACTION_ONCE, now);
	if (IS_ENABLED(CONFIG_TEST_COMMAND))
		test_command_start(now);
	return true;
}

static bool steady_phase(moment now)
{
	if (services_held)
		return false;
	services_start(ACTION_RESPAWN, now);
	services_start(ACTION_ASKFIRST, now);
	return false;
}

/* Does what the phase has to do; true when it is over. */
static bool (*const phases[])(moment now) = {
	[PHASE_TABLE] = table_phase,   [PHASE_SYSINIT] = sysinit_phase,
	[PHASE_WAIT] = wait_phase,     [PHASE_ONCE] = once_phase,
	[PHASE_STEADY] = steady_phase,
};

static void advance(moment now)
{
	if (shutdown_is_under_way())
		return;
	if (ctrl_alt_del_pressed)
		ctrl_alt_del_pressed = !run_in_turn(ACTION_CTRLALTDEL, now);
	while (!shutdown_is_under_way() && phases[phase](now))
		phase++;
}

static void reload(moment now)
{
	/* A shutdown keeps the lines that it has begun with. */
	if (!IS_ENABLED(CONFIG_RELOAD) || phase == PHASE_TABLE ||
	    shutdown_is_under_way() || !inittab_file_reload(now))
		return;
	/* Added wait and once lines run now, in their order. */
	if (phase > PHASE_SYSINIT)
		phase = PHASE_WAIT;
}

static void ctrl_alt_del(moment now)
{
	if (shutdown_is_under_way()) {
		shutdown_hurry(now);
		return;
	}
	/* No line can say yet what it means. */
	if (phase == PHASE_TABLE) {
		shutdown_request(SHUTDOWN_REBOOT, now);
		return;
	}
	services_forget_runs(ACTION_CTRLALTDEL);
	ctrl_alt_del_pressed = true;
}

static void hold(moment now)
{
	(void)now;
	services_held = true;
	message("respawning nothing until SIGCONT");
}

static void release(moment now)
{
	(void)now;
	services_held = false;
}

static void halt(moment now)
{
	shutdown_request(SHUTDOWN_HALT, now);
}

static void power_off(moment now)
{
	shutdown_request(SHUTDOWN_POWEROFF, now);
}

static void restart_machine(moment now)
{
	shutdown_request(SHUTDOWN_REBOOT, now);
}

static void restart_init(moment now)
{
	/* Without a program to take our place, what runs is to stay. */
	if (!services_next(ACTION_RESTART)) {
		message("no restart line; going on");
		return;
	}
	shutdown_request(SHUTDOWN_RESTART, now);
}

/* What they mean to BusyBox, so that its reboot, poweroff and halt work. */
static const struct __attribute__((packed)) {
	unsigned char number;
	void (*act)(moment now);
} requests[] = {
	{SIGTERM, restart_machine},
	{SIGUSR1, halt},
	{SIGPWR, halt},
	{SIGUSR2, power_off},
	{SIGINT, ctrl_alt_del},
	{SIGQUIT, restart_init},
	{SIGTSTP, hold},
	{SIGCONT, release},
	{SIGHUP, reload},
#if IS_ENABLED(CONFIG_ADMISSION_STATUS)
	{SIGWINCH, admit_tell},
#endif
};

static void obey(int number, moment now)
{
	for (unsigned i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		if (requests[i].number == number)
			requests[i].act(now);
}

static moment next_deadline(void)
{
	moment next = earlier(next_look, services_deadline());

	next = earlier(next, shutdown_deadline());
	next = earlier(next, orphans_deadline());
	if (IS_ENABLED(CONFIG_ADMISSION))
		next = earlier(next, admit_deadline());
	if (phase == PHASE_TABLE)
		next = earlier(next, inittab_file_deadline());
	return next;
}

static void wait_and_obey(void)
{
	struct pollfd console;
	moment deadline = next_deadline();
	bool watches = IS_ENABLED(CONFIG_LOG) && log_waits(&console, &deadline);
	siginfo_t info;
	int number = wait_for_signal(&info, deadline, &console, watches);

	/* A signal that ended the wait says nothing of the console. */
	if (IS_ENABLED(CONFIG_LOG) &&
	    (watches ? console.revents : deadline != NEVER))
		log_try_again(clock_now());
	for (int left = SIGNALS_A_TURN; number;) {
		obey(number, clock_now());
		/* One that is taken has to be obeyed in this turn. */
		number = --left ? wait_for_signal(&info, 0, NULL, 0) : 0;
	}
}

/* Whether any child has ended. */
static bool collect(moment now)
{
	struct reap_record record;
	int collected = 1;
	int left = CHILDREN_A_TURN;

	for (; left; left--) {
		collected = reap_collect(&record);
		if (collected <= 0)
			break;
		if (!services_ended(&record, now) &&
		    !shutdown_child_ended(&record))
			orphans_note(&record, now);
	}
	shutdown_alone = collected == -ECHILD;
	/* A look that is refused, as by a filter, would else be the last one
	 * until another child ends. */
	next_look = !left                          ? 0
		    : collected && !shutdown_alone ? now + LOOK_AGAIN_MS
						   : NEVER;
	return left < CHILDREN_A_TURN;
}

static void turn(void)
{
	moment now = clock_now();

	advance(now);
	shutdown_advance(now);
	wait_and_obey();
	now = clock_now();
	bool freed = collect(now);
	services_check_deadlines(now);
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_turn(freed, now);
	orphans_tell(now);
}

static const char *variable(char **environment, const char *name)
{
	size_t length = strlen(name);

	for (; *environment; environment++)
		if (!strncmp(*environment, name, length))
			return *environment + length;
	return NULL;
}

static void report_word(void *context, const char *word, const char *reason)
{
	(void)context;
	message("kernel command line: %s: %s; ignored", word, reason);
}

/* Only the kernel's own command line has the words with a dot in them. */
static void read_words(struct boot_words *words, int argc, char **argv)
{
	static const char cmdline[] = "/proc/cmdline";
	size_t size;
	char *line = inittab_file_scratch(&size);

	boot_words_parse_argv(words, argc, argv, report_word, NULL);
	int descriptor = open_file(cmdline, O_RDONLY);
	ssize_t length = descriptor;
	if (descriptor >= 0)
		length = read(descriptor, line, size);
	if (length < 0)
		message("%s: %s; going on without its words", cmdline,
			error_name(errno));
	close(descriptor);
	if (length > 0)
		boot_words_parse_cmdline(words, line, (size_t)length,
					 report_word, NULL);
}

static const char *choose_console(const struct boot_words *words,
				  char **environment)
{
	const char *const device = "/dev/console";
	static char kept[CONSOLE_BYTES];
	enum { PREFIX = sizeof("/dev/") - 1 };
	const char *wanted = variable(environment, "CONSOLE=");

	if (!wanted)
		wanted = words->console;
	if (wanted) {
		/* console=ttyS0,115200n8 names the device without /dev/. */
		const char *name = wanted;
		strcpy(kept, "/dev/");
		if (!strncmp(name, kept, PREFIX))
			name += PREFIX;
		size_t length = strcspn(name, ",");
		if (length >= sizeof(kept) - PREFIX)
			length = sizeof(kept) - PREFIX - 1;
		memcpy(kept + PREFIX, name, length);
		if (!console_use(kept))
			return kept;
		message("console %s can not be opened; using %s", kept, device);
	}
	console_use(device);
	return device;
}

static void begin_log(const struct boot_words *words, const char *console)
{
	unsigned targets = LOG_TO_CONSOLE;

	if (words->log && !log_targets_by_name(words->log, &targets))
		message("foster.log=%s: not console, kmsg, both or none; "
			"console",
			words->log);
	log_open(console, targets);
}

int boot_main(int argc, char **argv, char **environment)
{
	struct boot_words words = {0};

	/* From now on Ctrl-Alt-Del is SIGINT. Another pid namespace than the
	 * first answers EINVAL (kernel/pid_namespace.c, reboot_pid_ns): so
	 * this also tells whether the machine is ours, without /proc. */
	bool is_device = !reboot(RB_DISABLE_CAD);

	/* Where a shell started it: neither its terminal's ^C and hang-up nor
	 * its folder are ours or our children's. */
	setsid();
	syscall(SYS_chdir, "/");
	signals_reset_dispositions();
	console_make_descriptors_valid();
	services_prepare();
	/* Whatever ran as PID 1 before may have left zombies. */
	collect(clock_now());
	if (IS_ENABLED(CONFIG_MOUNTS))
		mounts_make(is_device);
	if (IS_ENABLED(CONFIG_BOOT_WORDS))
		read_words(&words, argc, argv);
	const char *console = choose_console(&words, environment);
	if (IS_ENABLED(CONFIG_LOG))
		begin_log(&words, console);
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_open(&words, is_device);
	service_environment(environment);
	shutdown_prepare(is_device);
	inittab_file_choose(words.inittab, words.single);
	if (IS_ENABLED(CONFIG_TEST_COMMAND))
		test_command_load();
	for (;;)
		turn();
}
