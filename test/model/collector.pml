/*
 * PID 1's circle as a model: two children, one of which is started anew when
 * it has ended, and an orphan that the first leaves behind; SIGCHLD, which the
 * kernel merges, and one request to shut down at any time.
 *
 * Verified: no state in which all wait for ever, every exit recorded exactly
 * once, the request answered in the end, also when clone is refused. Each of
 * the macros DEFECT_... puts one defect back, and has to be found; UNANSWERED_...
 * is one in which nobody is stuck, and is found by the request alone (model.t).
 */
#define FIRST  0
#define SECOND 1
#define ORPHAN 2
#define A_TURN 2 /* children collected in one turn at most */

mtype = { NONE, RUNNING, ZOMBIE };

mtype state[3];
byte started[3], records[3];
bool sigchld, sigterm;  /* pending, blocked: taken by the wait alone */
bool adopted;		/* the orphan is PID 1's */
bool killed;
bool done;
byte refusals;

proctype process(byte who)
{
	/* Works, or is killed; ends in any case. */
	if
	:: true
	:: killed
	fi;
	d_step {
		state[who] = ZOMBIE;
		if
		:: who == FIRST ->
			/* forget_original_parent: a zombie that is adopted
			 * is told of too. */
			adopted = true;
			sigchld = true
		:: who == ORPHAN ->
			if
			:: adopted -> sigchld = true
			:: else
			fi
		:: else -> sigchld = true
		fi
	}
}

proctype user()
{
	sigterm = true
}

inline start(who)
{
	d_step {
		state[who] = RUNNING;
		started[who]++
	}
	run process(who)
}

/* One waitid(P_ALL, WNOHANG): any that has ended. */
inline collect_one()
{
	if
	:: state[FIRST] == ZOMBIE -> reaped = FIRST
	:: state[SECOND] == ZOMBIE -> reaped = SECOND
	:: state[ORPHAN] == ZOMBIE && adopted -> reaped = ORPHAN
	:: else -> reaped = 255
	fi;
	if
	:: reaped != 255 ->
		d_step {
			state[reaped] = NONE;
			records[reaped]++
		}
	:: else
	fi
}

active proctype pid_1()
{
	bool stopping, more, waiting_to_start, chld;
	byte reaped, left;

	start(FIRST);
	start(ORPHAN);
	start(SECOND);
	run user();
	do
	:: done -> break
	:: else ->
		/* The one wait; a deadline wakes it for a refused fork. */
		(sigchld || sigterm || more || waiting_to_start);
		/* Signals are taken first, and children collected after. */
#ifndef DEFECT_TAKEN_AFTER_THE_DRAIN
		chld = sigchld;
		sigchld = false;
#endif
		if
		:: sigterm ->
			sigterm = false;
			stopping = true;
			killed = true
		:: else
		fi;
		left = A_TURN;
		more = false;
#ifdef DEFECT_DRAINED_ONCE
		left = 1;
#endif
		do
		:: left == 0 -> break
		:: else ->
			collect_one();
			if
			:: reaped == 255 -> break
			:: else -> left--
			fi;
			if
			:: reaped == SECOND && started[SECOND] < 2 ->
				waiting_to_start = true
			:: else
			fi
		od;
#if !defined(DEFECT_DRAINED_ONCE) && !defined(DEFECT_BOUND_FORGOTTEN)
		/* The bound was reached: there may be more, without a signal. */
		more = (left == 0);
#endif
#ifdef DEFECT_TAKEN_AFTER_THE_DRAIN
		chld = sigchld;
		sigchld = false;
#endif
		if
#ifdef UNANSWERED_REFUSED_AND_WAITED_FOR
		:: waiting_to_start && stopping -> skip
#else
		:: waiting_to_start && stopping -> waiting_to_start = false
#endif
		:: waiting_to_start && !stopping && refusals < 2 ->
			/* clone is refused: EAGAIN */
			refusals++;
#ifdef DEFECT_REFUSED_FORK_FORGOTTEN
			waiting_to_start = false;
			state[SECOND] = RUNNING
#endif
		:: waiting_to_start && !stopping ->
			waiting_to_start = false;
			start(SECOND)
		:: else
		fi;
		/* -ECHILD: nobody is left. */
		if
		:: stopping && state[FIRST] == NONE && state[SECOND] == NONE &&
		   (state[ORPHAN] == NONE) && !waiting_to_start ->
			done = true
		:: else
		fi
	od;
	assert(records[FIRST] == started[FIRST]);
	assert(records[SECOND] == started[SECOND]);
	assert(records[ORPHAN] == started[ORPHAN])
}

/* The request is answered, whatever happens before. */
ltl answered { <> done }
