/* uses: init/processes.c init/format.c init/text_file.c */
#include "fuzz.h"

#include "processes.h"

#include <ctype.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process process;
	char *text = malloc(size ? size : 1);

	memcpy(text, data, size);
	memset(&process, '#', sizeof(process));
	if (process_parse(&process, text, size)) {
		char *copy = fuzz_copy(data, size);
		const char *close = memrchr(copy, ')', size);

		REQUIRE(process.pid > 0 && process.parent >= 0);
		REQUIRE(isdigit((unsigned char)*copy));
		REQUIRE(memchr(process.name, '\0', sizeof(process.name)));
		REQUIRE(close && close[2] == process.state);
		REQUIRE(process.parent == atoi(close + 4));
		free(copy);
	}
	free(text);
	return 0;
}
