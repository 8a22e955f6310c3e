/*
 * A slot of the pipe tier (reap/host_pipe.c): the handler in two threads, the
 * owner that arms and releases it, and another child that takes the same slot.
 *
 * Verified: the end is written once, by whoever claimed it; nothing is written
 * to a pipe that was closed or is another's; both ends are closed once; and an
 * armed child that has ended is told of, though its signal came before.
 */
mtype = { FREE, RESERVED, RUNNING, WRITING, GIVEN_UP, ENDED, CLOSING };

mtype state = FREE;
byte generation;	/* of the slot */
byte open_pipe;		/* generation whose pipe is open; 0: none */
byte written;		/* bytes in the open pipe */
bool ended[3];		/* child of each generation */
bool sigchld;

/* free_slot */
inline release_all()
{
	assert(open_pipe == generation);
	open_pipe = 0;
	d_step {
		generation++;
		state = FREE
	}
}

inline look_at(mine)
{
	/* The word is read once: state and generation belong together. */
	d_step {
		mine = generation;
		claim = (state == RUNNING)
	}
	if
	:: claim && mine < 3 && ended[mine] ->
#ifdef DEFECT_NO_CLAIM
		state = WRITING;
		claim = true;
#else
		d_step {
			if
#ifdef DEFECT_NO_GENERATION
			:: state == RUNNING -> state = WRITING
#else
			:: state == RUNNING && generation == mine ->
				state = WRITING
#endif
			:: else -> claim = false
			fi
		}
#endif
		if
		:: claim ->
			assert(open_pipe == mine);
			written++;
			assert(written == 1);
			d_step {
				if
				:: state == WRITING ->
					state = ENDED;
					claim = false
				:: else
#ifdef DEFECT_HAND_OVER_LOST
					-> state = ENDED; claim = false
#endif
				fi
			}
			if
			:: claim ->
				written = 0;
				release_all()
			:: else
			fi
		:: else
		fi
	:: else
	fi
}

proctype handler()
{
	byte mine;
	bool claim;

	look_at(mine)
}

proctype child(byte mine)
{
	ended[mine] = true;
	sigchld = true
}

active proctype owner()
{
	byte mine;
	bool claim, mine_to_free;
	byte round = 1;

	generation = 1;
	do
	:: round == 3 -> break
	:: else ->
		/* Free again when the handler that was writing is done. */
		(state == FREE);
		state = RESERVED;
		open_pipe = generation;
		written = 0;
		run child(round);
		run handler();
		state = RUNNING;
#ifndef DEFECT_NO_LOOK_AFTER_ARMING
		look_at(mine);
#endif
		/* Closes early, or waits until its descriptor is readable. */
		if
		:: true
		:: (written == 1 || (sigchld && ended[round])) ->
#ifdef DEFECT_NO_LOOK_AFTER_ARMING
			/* The handler came before the slot was armed. */
			(written == 1)
#else
			if
			:: written == 0 -> run handler(); (written == 1)
			:: else
			fi
#endif
		fi;
		d_step {
			mine_to_free = (state != WRITING);
			if
			:: mine_to_free -> state = CLOSING
			:: else -> state = GIVEN_UP
			fi
		}
		if
		:: mine_to_free ->
			written = 0;
			release_all()
		:: else
		fi;
		round++
	od
}
