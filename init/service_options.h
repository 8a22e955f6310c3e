/* The second field of an inittab line: name=ntpd,class=critical,user=ntp.
 * Pure. */
#ifndef INIT_SERVICE_OPTIONS_H
#define INIT_SERVICE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum service_class { CLASS_NORMAL, CLASS_CRITICAL, CLASS_SHEDDABLE };

/* Which of the values below hold. */
enum option_set {
	OPTION_OOM = 1 << 0,
	OPTION_NICE = 1 << 1,
	OPTION_UMASK = 1 << 2,
	OPTION_NOFILE = 1 << 3,
	OPTION_NPROC = 1 << 4,
	OPTION_AS = 1 << 5,
	OPTION_GRACE = 1 << 6,
	OPTION_BACKOFF = 1 << 7,
	OPTION_MEMORY = 1 << 8,
	OPTION_TASKS = 1 << 9,
	OPTION_CLASS = 1 << 10,
};

enum { SERVICE_TEXTS = 5 };

/* Strings are NULL where not given. */
struct service_options {
	union {
		struct {
			const char *name;
			const char *user;
			const char *group;
			const char *cwd;
			const char *envfile;
		};
		const char *texts[SERVICE_TEXTS];
	};
	unsigned long long nofile;
	unsigned long long nproc;
	unsigned long long as;     /* bytes */
	unsigned long long memory; /* bytes */
	unsigned tasks;
	unsigned grace_ms;
	unsigned backoff_first_ms;
	unsigned backoff_max_ms;
	unsigned set; /* enum option_set */
	int oom;
	int nice;
	unsigned umask;
	unsigned char class; /* enum service_class */
};

typedef void option_report(void *context, const char *word, const char *reason);

/*
 * Cuts text in place at its commas and fills options. What is unknown or has
 * a wrong value is reported and left out; old runlevel digits are skipped.
 */
void service_options_parse(struct service_options *options, char *text,
			   option_report *report, void *context);

bool service_options_same(const struct service_options *one,
			  const struct service_options *other);

#endif
