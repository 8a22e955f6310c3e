#include "orphans.h"

#include "log.h"
#include "record_text.h"

enum { TELL_EVERY_MS = 1000 };

static struct {
	struct {
		pid_t pid;
		enum reap_end end;
		int status;
	} last;
	unsigned count;
	moment quiet_until;
} orphans;

void orphans_note(const struct reap_record *record, moment now)
{
	(void)now;
	if (!IS_ENABLED(CONFIG_LOG))
		return;
	orphans.last.pid = record->pid;
	orphans.last.end = record->end;
	orphans.last.status = record->status;
	orphans.count++;
}

void orphans_tell(moment now)
{
	struct record_text text;

	if (!IS_ENABLED(CONFIG_LOG) || !orphans.count ||
	    now < orphans.quiet_until)
		return;
	record_describe(&text, &(struct reap_record){
				       .end = orphans.last.end,
				       .status = orphans.last.status,
			       });
	if (orphans.count == 1)
		message("orphan (pid %d) reaped: %s", (int)orphans.last.pid,
			text.text);
	else
		message("%u orphans reaped, the last (pid %d): %s",
			orphans.count, (int)orphans.last.pid, text.text);
	orphans.count = 0;
	orphans.quiet_until = now + TELL_EVERY_MS;
}

moment orphans_deadline(void)
{
	return orphans.count ? orphans.quiet_until : NEVER;
}
