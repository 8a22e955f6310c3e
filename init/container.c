#include "container.h"

#include "container_options.h"
#include "container_report.h"
#include "container_signals.h"
#include "container_start.h"
#include "container_terminal.h"
#include "container_zombies.h"
#include "errors.h"
#include "record_text.h"
#include "signal_names.h"
#include "tell.h"
#include "wait.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	REAPED_A_TURN = 64, /* then signals are looked at again */
	SIGNALS_A_TURN = 8, /* then children are */
	LINGER_MS = 5000,   /* as PID 1, where no option says */
	KILLED_MS = 2000,   /* for what hangs in the kernel after KILL */
	LOOK_AGAIN_MS = 50, /* where no signal will tell */
};

/* In their order: a container never goes back to an earlier one. */
enum phase {
	RUNNING,
	FOLLOWING, /* it has ended; those that it left go on */
	LINGERING, /* those have got TERM */
	KILLING,   /* and KILL */
	LEAVING,
};

/* Of the program, and of those that it left while they are FOLLOWING. */
enum stop {
	NOT_ASKED,
	DELAYED, /* TERM has come, they are not to know yet */
	SENT,
};

static struct {
	enum phase phase;
	enum stop stop;
	bool first; /* PID 1 */
	bool ended; /* the program */
	bool none_left;
	bool look_again;    /* a call failed that never should */
	bool stopped;       /* the program; its report has been taken */
	bool asked_to_stop; /* by a signal that was forwarded */
	bool group_stopped; /* by the terminal: all that is in this one's */
	bool from_terminal; /* the signal that is passed on */
	int asked;          /* the signal that asked for the end */
	int status;
	unsigned orphans;
	uint64_t swallowed; /* signals not to be forwarded when they come next;
			       bit number - 1 */
	moment deadline;    /* of the phase */
	moment look;        /* for zombies */
	struct reap_child program;
	struct reap_record record; /* of the program */
	struct reap_report *failure;
	struct container_report report;
} state;

static struct container_options options;

static bool has_trait(enum personality_trait trait)
{
	return options.personality->traits & trait;
}

static bool is_on(enum option_action option)
{
	return options.on >> option & 1;
}

static bool is_one_of(int number, uint64_t set)
{
	return set >> (number - 1) & 1;
}

#define BIT(number) (1ull << ((number)-1))

enum {
	FROM_TERMINAL, /* reaches a group, not a process */
	ENDS,          /* is meant to end who gets it */
	STOPS,
	SETS
};

static const uint64_t sets[SETS] = {
	[FROM_TERMINAL] = BIT(SIGINT) | BIT(SIGQUIT) | BIT(SIGTSTP) |
			  BIT(SIGTTIN) | BIT(SIGTTOU) | BIT(SIGWINCH),
	[ENDS] = BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGQUIT) | BIT(SIGHUP),
	[STOPS] = BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU) | BIT(SIGSTOP),
};

/* ---- signals */
static void send(int number)
{
	if (state.ended)
		signal_all(number);
	else
		signal_program(&state.program, options.forward, number);
}

/* A process that is stopped gets no signal but KILL and CONT. */
static void wake_stopped(void)
{
	if (state.ended || state.stopped ||
	    program_has(&state.program, WSTOPPED))
		send(SIGCONT);
	state.stopped = false;
}

static void forward(int number)
{
	int sent = options.map[number];

	if (!sent)
		return;
	if (is_one_of(sent, sets[STOPS]))
		state.asked_to_stop = !state.from_terminal;
	if (sent == SIGCONT)
		state.stopped = state.asked_to_stop = false;
	send(sent);
	/* TERM ends it whatever it becomes, but for a stop. */
	if (is_one_of(sent, sets[ENDS]) ||
	    (number == SIGTERM && !is_one_of(sent, sets[STOPS])))
		wake_stopped();
}

static void halve_deadline(void)
{
	moment now = clock_now();

	if (state.deadline != NEVER && state.deadline > now)
		state.deadline = now + (state.deadline - now) / 2;
}

static moment after(unsigned time)
{
	return time == NO_TIME ? NEVER : clock_now() + time;
}

static void send_stop(void)
{
	if (options.stop_signal == SIGTERM) {
		forward(state.asked);
	} else {
		send(options.stop_signal);
		wake_stopped();
	}
}

static void begin_stop(void)
{
	state.stop = SENT;
	state.deadline = after(options.grace);
	send_stop();
}

/* TERM, or what becomes it, from whom wants the container to end. */
static void request_stop(int number)
{
	if (!options.map[number])
		return;
	state.asked = number;
	if (state.phase > FOLLOWING) {
		forward(number);
		halve_deadline();
	} else if (state.stop == NOT_ASKED && options.delay) {
		state.stop = DELAYED;
		state.deadline = after(options.delay);
		tell(TELL_MORE, "SIGTERM in %.1llu s", SECONDS(options.delay));
	} else if (state.stop == SENT) {
		send_stop();
		halve_deadline();
	} else {
		begin_stop();
	}
}

static void pass_on(int number)
{
	int sent = options.map[number];

	if (number == SIGTERM || sent == SIGTERM || sent == options.stop_signal)
		request_stop(number);
	else
		forward(number);
}

/* The terminal has sent it to the program too, where that is, still, in the
 * same group; and to those that it has left there. */
static bool came_to_both(void)
{
	if (!state.from_terminal)
		return false;
	if (state.ended)
		return terminal_is_shared();
	return syscall(SYS_getpgid, state.program.pid) ==
	       syscall(SYS_getpgid, 0);
}

static void continue_program(void)
{
	state.stopped = state.asked_to_stop = false;
	/* CONT to the group may have reached it, and a stop since. */
	if (!program_has(&state.program, WSTOPPED | WCONTINUED))
		signal_program(&state.program, FORWARD_GROUP, SIGCONT);
}

static void on_signal(const siginfo_t *info)
{
	int number = info->si_signo;

	if (is_one_of(number, state.swallowed)) {
		state.swallowed &= ~BIT(number);
		return;
	}
	if (options.task == TASK_PAUSE) {
		if (number == SIGTERM || number == SIGINT)
			state.phase = LEAVING;
		return;
	}
	if (number == SIGCONT && !state.ended) {
		state.group_stopped = false;
		terminal_give(&state.program);
		if (state.stopped && !state.asked_to_stop) {
			continue_program();
			return;
		}
	}
	/* HUP too, but for who leads the session, who gets it alone. */
	state.from_terminal = info->si_code == SI_KERNEL &&
			      (terminal_is_shared() ||
			       is_one_of(number, sets[FROM_TERMINAL]));
	bool is_for_all = came_to_both();
	if (!is_for_all)
		pass_on(number);
	state.from_terminal = false;
	if (!is_one_of(number, sets[STOPS]))
		return;
	state.group_stopped |= is_for_all;
	if (has_trait(TRAIT_STOPS_ITSELF))
		kill(getpid(), SIGSTOP);
}

/* ^Z, or a read from the background: whoever waits for this process has to see
 * it stopped too. */
static void follow_stop(void)
{
	if (state.ended || !terminal_is_there())
		return;
	int number = program_take_stop(&state.program);
	if (!number)
		return;
	/* A shell may have put the job into the foreground without a word. And
	 * ^Z has no effect in a group that nobody watches (setpgid(2)). */
	bool is_use = number == SIGTTIN || number == SIGTTOU;
	if ((is_use && terminal_give(&state.program)) ||
	    (!terminal_stop_with(number == SIGSTOP ? SIGTSTP : number,
				 state.group_stopped) &&
	     number == SIGTSTP && !state.asked_to_stop))
		continue_program();
	else
		state.stopped = true;
}

/* ---- ends */
static int status_of(const struct reap_record *record)
{
	int status = record->status;

	if (record->end != REAP_EXITED)
		status += 128;
	return options.exit_map[status & 255];
}

static void on_program_end(struct reap_record *record)
{
	state.ended = true;
	if (state.stop == SENT)
		state.deadline = NEVER;
	reap_close(&state.program);
	terminal_take_back(&state.program);
	state.status = status_of(record);
	if (state.failure->step != REAP_STEP_NONE) {
		record->end = REAP_NOT_STARTED;
		record->step = (enum reap_step)state.failure->step;
		record->status = state.failure->error;
		state.status = options.exit_map[container_not_started(
			&options, record->step, record->status)];
	} else if (IS_ENABLED(CONFIG_LOG) && tell_wants(TELL_MORE)) {
		struct record_text how;

		record_describe(&how, record);
		tell(TELL_MORE, "%s (pid %d) %s", *options.program,
		     (int)record->pid, how.text);
	}
	state.record = *record;
}

/* SIGCHLD is ignored after all, or a debugger has waited for it. */
static void on_lost_program(void)
{
	tell(TELL_ERROR, "%s (pid %d): ended, and how is lost",
	     *options.program, (int)state.program.pid);
	state.record.pid = state.program.pid;
	state.status = options.personality->failed_status;
	state.phase = LEAVING;
}

static void on_orphan_end(const struct reap_record *record)
{
	state.orphans++;
	if (state.phase == FOLLOWING && is_on(OPTION_DAEMONIZED))
		state.status = status_of(record);
	if (is_on(OPTION_TELL_REAPED))
		tell(TELL_WARNING, "Reaped zombie process with pid=%d",
		     (int)record->pid);
	else
		tell(TELL_MORE, "orphan (pid %d) reaped", (int)record->pid);
}

/* The next record. Where the program's group gets TERM at the program's end,
 * that is sent before the reap: after it the number may be another's. */
static int collect_one(struct reap_record *record)
{
	if (options.report)
		return reap_collect(record);
	if (!has_trait(TRAIT_TERM_AT_END) || !options.session || state.ended)
		return reap_collect_end(record);
	pid_t pid = reap_peek();
	if (pid <= 0)
		return pid;
	if (pid == state.program.pid && options.map[SIGTERM])
		reap_kill_group(&state.program, options.map[SIGTERM]);
	return reap_collect_pid(pid, record);
}

/* True when there may be more. */
static bool collect(void)
{
	struct reap_record record;

	for (unsigned i = 0; i < REAPED_A_TURN; i++) {
		int result = collect_one(&record);

		if (result <= 0) {
			state.none_left = result == -ECHILD;
			state.look_again = result < 0 && !state.none_left;
			return false;
		}
		if (!state.ended && record.pid == state.program.pid)
			on_program_end(&record);
		else
			on_orphan_end(&record);
	}
	return true;
}

/* ---- after the program's end */
static unsigned linger_time(void)
{
	if (options.linger != NO_TIME)
		return options.linger;
	return has_trait(TRAIT_LINGERS) && state.first ? LINGER_MS : 0;
}

static void linger(void)
{
	unsigned time = linger_time();

	if (!time || !signal_all(SIGTERM)) {
		state.phase = LEAVING;
		return;
	}
	signal_all(SIGCONT);
	tell(TELL_MORE, "TERM to what is left, KILL in %.1llu s",
	     SECONDS(time));
	state.phase = LINGERING;
	state.deadline = after(time);
}

/* What the program was told is told to those that it has left, who have their
 * own time for it. */
static void follow(void)
{
	state.phase = FOLLOWING;
	if (state.stop == SENT)
		begin_stop();
}

static void after_end(void)
{
	bool stays = is_on(OPTION_WAIT_ALL) ||
		     (is_on(OPTION_DAEMONIZED) &&
		      state.record.end == REAP_EXITED && !state.record.status);

	if (state.record.end == REAP_NOT_STARTED)
		state.phase = LEAVING;
	else if (state.phase < FOLLOWING && stays && !state.none_left)
		follow();
	else if (state.phase < FOLLOWING ||
		 (state.phase == FOLLOWING && state.none_left))
		linger();
	/* Others, who came by setns(2), are no children of ours. */
	else if (state.phase > FOLLOWING && state.none_left &&
		 !(state.first && signal_all(0)))
		state.phase = LEAVING;
}

static void on_deadline(void)
{
	switch (state.phase) {
	case RUNNING:
	case FOLLOWING:
		if (state.stop == DELAYED) {
			begin_stop();
			break;
		}
		tell(TELL_WARNING,
		     "%s or what it left has not ended in %.1llu s: KILL",
		     *options.program, SECONDS(options.grace));
		state.deadline = NEVER;
		send(SIGKILL);
		break;
	case LINGERING:
		signal_all(SIGKILL);
		state.phase = KILLING;
		state.deadline = after(KILLED_MS);
		break;
	default:
		state.phase = LEAVING;
	}
}

static moment next_moment(void)
{
	moment next = earlier(state.deadline, state.look);

	if (state.look_again || (state.phase > FOLLOWING && state.none_left))
		next = earlier(next, clock_now() + LOOK_AGAIN_MS);
	return next;
}

static void act_on_time(void)
{
	if (state.deadline == NEVER && state.look == NEVER)
		return;
	moment now = clock_now();
	if (now >= state.deadline)
		on_deadline();
	if (IS_ENABLED(CONFIG_CONTAINER_ZOMBIES) && now >= state.look) {
		zombies_look();
		state.look = now + options.zombies;
	}
}

static int supervise(void)
{
	siginfo_t info;
	/* A child's end or stop raises SIGCHLD, and is looked at once no other
	 * signal waits: a stop that the terminal has sent to all comes before
	 * that of the program. But not so many go on before that they hold it
	 * back for long. */
	unsigned signals = 0;
	bool more = false;

	for (;;) {
		bool due = signals % SIGNALS_A_TURN == 0;

		if (due)
			more = collect();
		if (state.ended)
			after_end();
		else if (state.none_left && options.task == TASK_RUN)
			on_lost_program();
		else if (due)
			follow_stop();
		if (state.phase == LEAVING)
			break;
		int number = wait_for_signal(&info, more ? 0 : next_moment(),
					     NULL, 0);
		signals = number ? signals + 1 : 0;
		if (number == SIGCHLD)
			more = true;
		else if (number)
			on_signal(&info);
		act_on_time();
	}
	return state.status;
}

/* ---- start */
static bool refuse(const char *what, const char *why)
{
	tell(TELL_ERROR, "%s: %s; nothing is started", what, why);
	return false;
}

static bool prepare_reaping(void)
{
	static const char no_subreaper[] = "no subreaper, not PID 1";
	bool wanted = is_on(OPTION_SUBREAPER) || has_trait(TRAIT_SUBREAPER);
	bool needed = is_on(OPTION_SUBREAPER) || has_trait(TRAIT_MUST_REAP);

	if (state.first)
		return true;
	if (is_on(OPTION_REQUIRE_PID1))
		return refuse("--require-pid1", "not PID 1");
	if (wanted && !syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1))
		return true;
	if (needed)
		return refuse(no_subreaper, error_name(errno));
	/* It may be one already: that outlives exec. */
	int is_subreaper = 0;
	syscall(SYS_prctl, PR_GET_CHILD_SUBREAPER, &is_subreaper);
	if (has_trait(TRAIT_WARNS) && !is_subreaper)
		tell(TELL_WARNING, "%s: zombie reaping won't work",
		     no_subreaper);
	return true;
}

/* As catatonit: a pipe that the program closes is closed for all. */
static void close_inherited(void)
{
	if (!has_trait(TRAIT_CLOSES) || syscall(SYS_close_range, 3, ~0u, 0))
		return;
	/* Those of its own too: the pid serves as well until the reap. */
	state.program.fd = -1;
	terminal_look(options.forward == FORWARD_GROUP);
}

/* A parent that has ended before the call sends nothing (prctl(2)). */
static void watch_parent(void)
{
	if (!options.parent_death)
		return;
	long parent = syscall(SYS_getppid);
	syscall(SYS_prctl, PR_SET_PDEATHSIG, options.parent_death);
	if (syscall(SYS_getppid) != parent)
		kill(getpid(), options.parent_death);
}

static bool begin(void)
{
	int error;

	state.deadline = state.look = NEVER;
	if (!prepare_reaping())
		return false;
	error = IS_ENABLED(CONFIG_CONTAINER_REPORT)
			? report_open(&state.report, &options)
			: 0;
	if (error)
		return refuse(options.report, error_name(error));
	/* Ignored, children would be reaped by the kernel. The program gets
	 * the default too: it could not wait for its own. */
	if (!signals_reset_disposition(SIGCHLD))
		return refuse("SIGCHLD stays ignored", error_name(errno));
	watch_parent();
	if (IS_ENABLED(CONFIG_CONTAINER_ZOMBIES) && options.zombies)
		state.look = clock_now() + options.zombies;
	if (options.session && terminal_give_up())
		state.swallowed = BIT(SIGHUP) | BIT(SIGCONT);
	return true;
}

static bool show(const char *text, bool to_standard_output)
{
	size_t length = strlen(text);
	int descriptor = to_standard_output ? STDOUT_FILENO : STDERR_FILENO;

	return write(descriptor, text, length) != (ssize_t)length;
}

static bool show_help(void)
{
	bool out = has_trait(TRAIT_HELP_TO_STDOUT);

	return show("foster [options] [--] program args...\n", out) ||
	       show(options.personality->help, out);
}

static int run_program(char **environment,
		       const struct signal_inheritance *inherited)
{
	if (!options.session && !options.shares_group)
		terminal_look(options.forward == FORWARD_GROUP);
	int error = container_start(&state.program, &options, environment,
				    inherited, state.failure);
	if (error) {
		state.record.end = REAP_NOT_STARTED;
		state.record.status = -error;
		return options.personality->failed_status;
	}
	close_inherited();
	/* It has its folder; none is to be held by its init. */
	if (has_trait(TRAIT_LEAVES_FOLDER) && chdir("/"))
		tell(TELL_WARNING, "/: %s", error_name(errno));
	tell(TELL_MORE, "%s started (pid %d)", *options.program,
	     (int)state.program.pid);
	return supervise();
}

static int run(char **environment, const struct signal_inheritance *inherited)
{
	const struct personality *personality = options.personality;

	switch (options.task) {
	case TASK_HELP:
		return show_help();
	case TASK_VERSION:
		return show(personality->version,
			    has_trait(TRAIT_VERSION_TO_STDOUT));
	case TASK_LICENSE:
		return show(license_text, true);
	default:
		break;
	}
	if (!begin())
		return personality->failed_status;
	if (options.task == TASK_PAUSE) {
		close_inherited();
		return supervise();
	}
	state.failure = reap_shared_memory(sizeof(*state.failure));
	if (!state.failure) {
		refuse(*options.program, "no memory to share");
		return personality->failed_status;
	}
	int status = run_program(environment, inherited);
	if (IS_ENABLED(CONFIG_CONTAINER_REPORT))
		report_write(&state.report, &options, &state.record,
			     state.orphans, status);
	return status;
}

bool container_has_peer(const char *name)
{
	return !(personality_find(name)->traits & TRAIT_LINGERS);
}

int container_main(int argc, char **argv, char **environment,
		   const struct signal_inheritance *inherited, bool first)
{
	struct container_mistake mistake;
	const char *name = argc ? argv[0] : "foster";
	const char *slash = strrchr(name, '/');
	bool good = container_options_parse(&options, &mistake,
					    slash ? slash + 1 : name, argv,
					    environment);

	tell_open(options.personality->name, options.level);
	state.first = first;
	if (good)
		return run(environment, inherited);
	if (mistake.where)
		tell(TELL_ERROR, "%s: %s: %s; nothing is started",
		     mistake.where, mistake.word, mistake.why);
	else
		refuse(mistake.word, mistake.why);
	return options.personality->usage_status;
}
