#include "record_text.h"

#include "errors.h"
#include "format.h"
#include "signal_names.h"

void record_describe(struct record_text *out, const struct reap_record *record)
{
	char *text = out->text;

	if (record->end == REAP_EXITED) {
		format(text, sizeof(out->text), "exited with %d",
		       record->status);
	} else if (record->end == REAP_NOT_STARTED) {
		unsigned line =
			IS_ENABLED(CONFIG_SERVICE_OPTIONS)
				? (unsigned)record->status >> RECORD_LINE_SHIFT
				: 0;
		size_t used =
			format(text, sizeof(out->text), "not started: %s: %s",
			       record->step == REAP_STEP_PREPARE
				       ? "envfile"
				       : reap_step_name(record->step),
			       error_name(record->status & 0xff));
		if (line)
			format(text + used, sizeof(out->text) - used,
			       " in line %u", line);
	} else {
		struct signal_text name;

		signal_name(&name, record->status);
		format(text, sizeof(out->text), "killed by %s%s", name.text,
		       record->end == REAP_DUMPED ? " (core dumped)" : "");
	}
}
