#include "inittab_file.h"

#include "backoff.h"
#include "errors.h"
#include "inittab.h"
#include "log.h"
#include "services.h"
#include "storage.h"
#include "system.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 6, PATH_BYTES = 64, TABLES = IS_ENABLED(CONFIG_RELOAD) ? 2 : 1 };

/* Of a word in a message: what stands behind it has to be seen too. */
enum { WORD_BYTES = 64 };

enum {
	TABLE_BYTES = CONFIG_INITTAB_ENTRIES * sizeof(struct inittab_entry),
	PAGE_BYTES = 4096,
	AREA_BYTES = CONFIG_INITTAB_BYTES + 1 + sizeof(void *) + TABLE_BYTES,
};

/* The text, and behind it the table that points into it: close together and
 * from the start of a page, so that a short file takes one. Two: services point
 * into the one that is served while the next is read. Aligned here and not by
 * the linker, which would align all of .bss and waste the page before it. */
static char areas[PAGE_BYTES - 1 + TABLES * AREA_BYTES] BEGINS_HOT(b);

static char *area(unsigned index)
{
	uintptr_t start = (uintptr_t)areas + PAGE_BYTES - 1;

	return (char *)(start & ~(uintptr_t)(PAGE_BYTES - 1)) +
	       (size_t)index * AREA_BYTES;
}

static struct inittab tables[TABLES];

const char *inittab_served;

static const char no_line[] = "no line serves";

static struct {
	const char *path;
	bool single;
	unsigned char served; /* index into files */
	unsigned char tries;
	unsigned delay;
	moment retry; /* 0: at once */
} inittab;

char *inittab_file_scratch(size_t *size)
{
	*size = CONFIG_INITTAB_BYTES;
	return area(0);
}

void inittab_file_choose(const char *path, bool single)
{
	static char kept[PATH_BYTES];

	inittab_served = "built-in";
	inittab.path = "/etc/inittab";
	inittab.single = single;
	if (!path)
		return;
	if (strlen(path) < sizeof(kept))
		inittab.path = strcpy(kept, path);
	else
		message("foster.inittab=: path longer than %d bytes; using %s",
			PATH_BYTES - 1, inittab.path);
}

static void report(void *context, const struct inittab_problem *problem)
{
	(void)context;
	message("%s:%u:%u: %s: %.*s; %s", inittab.path, problem->line,
		problem->column, problem->reason, WORD_BYTES, problem->word,
		problem->skipped ? "line skipped" : "ignored");
}

/* The last line that ends in what was read, with the lines that it goes on in
 * behind a backslash. */
static size_t whole_lines(const char *text, size_t length)
{
	while (length && (text[length - 1] != '\n' ||
			  (length > 1 && text[length - 2] == '\\')))
		length--;
	return length;
}

/* The number of the line that begins behind length bytes. */
static unsigned line_behind(const char *text, size_t length)
{
	unsigned line = 1;

	while (length)
		line += text[--length] == '\n';
	return line;
}

/* Length, or -errno. A longer file is cut behind its last whole line. */
static ssize_t read_text(char *text)
{
	int descriptor = open_file(inittab.path, O_RDONLY | O_NONBLOCK);
	size_t length = 0;
	ssize_t got;
	char more;

	if (descriptor < 0)
		return -errno;
	do {
		got = read(descriptor, text + length,
			   CONFIG_INITTAB_BYTES - length);
		if (got > 0)
			length += (size_t)got;
	} while (got > 0);
	int error = got < 0 ? errno : 0;
	if (!error && length == CONFIG_INITTAB_BYTES &&
	    read(descriptor, &more, 1) == 1) {
		length = whole_lines(text, length);
		message("%s:%u: the file is larger than %d bytes; skipped from "
			"this line on",
			inittab.path, line_behind(text, length),
			CONFIG_INITTAB_BYTES);
	}
	close(descriptor);
	return error ? -error : (ssize_t)length;
}

/* An empty table behind length bytes of text. */
static struct inittab *place_table(unsigned index, size_t length)
{
	size_t mask = sizeof(void *) - 1;
	char *behind = area(index) + length + 1;

	behind += -(uintptr_t)behind & mask;
	tables[index].entries = (struct inittab_entry *)(void *)behind;
	tables[index].count = 0;
	return &tables[index];
}

static int load_into(unsigned index)
{
	ssize_t length = read_text(area(index));

	if (length < 0)
		return (int)length;
	inittab_parse(place_table(index, (size_t)length), area(index),
		      (size_t)length, report, NULL);
	return 0;
}

static void serve(unsigned index, moment now)
{
	inittab.served = (unsigned char)index;
	services_replace(&tables[index], now);
}

/* A table that is part of foster, parsed as a file would be. */
static void use_text(const char *text)
{
	size_t length = strlen(text);

	memcpy(area(0), text, length);
	inittab_parse(place_table(0, length), area(0), length, report, NULL);
}

static void use_builtin(int error)
{
	if (IS_ENABLED(CONFIG_BUILTIN_INITTAB)) {
		message("%s: %s; the built-in table serves", inittab.path,
			error_name(error));
		use_text(inittab_builtin);
		return;
	}
	message("%s: %s", inittab.path, error_name(error));
	place_table(0, 0);
}

static bool may_pass(int error)
{
	return error == -EIO || error == -EMFILE || error == -ENFILE ||
	       error == -ENOMEM || error == -EAGAIN || error == -EINTR;
}

bool inittab_file_load(moment now)
{
	static const struct backoff limits = {CONFIG_SPAWN_RETRY_FIRST_MS,
					      CONFIG_SPAWN_RETRY_MAX_MS};

	if (inittab.retry > now)
		return false;
	if (inittab.single) {
		message("single: one shell, nothing else");
		use_text("::respawn:-/bin/sh\n");
	} else {
		int error = load_into(0);

		if (may_pass(error) && ++inittab.tries < TRIES) {
			unsigned delay = backoff_next(&inittab.delay, limits);

			message("%s: %s; trying again in %.1llu s",
				inittab.path, error_name(error),
				SECONDS(delay + 50));
			inittab.retry = now + delay;
			return false;
		}
		if (error)
			use_builtin(error);
		else
			inittab_served = inittab.path;
		if (!tables[0].count)
			message("%s: %s; nothing to start", inittab.path,
				no_line);
	}
	serve(0, now);
	return true;
}

moment inittab_file_deadline(void)
{
	return inittab.retry;
}

bool inittab_file_reload(moment now)
{
	unsigned next = (inittab.served + 1u) % TABLES;

	if (inittab.single) {
		message("reload: single: no table");
		return false;
	}
	const char *reason = NULL;
	int error = load_into(next);
	if (error)
		reason = error_name(error);
	else if (!tables[next].count)
		reason = no_line;
	else if (!services_replace(&tables[next], now))
		reason = "too many removed ones still end";
	if (reason) {
		message("reload: %s: %s; the table in use stays", inittab.path,
			reason);
		return false;
	}
	inittab_served = inittab.path;
	inittab.served = (unsigned char)next;
	message("reload: %s: %u lines in use", inittab.path,
		tables[next].count);
	return true;
}
