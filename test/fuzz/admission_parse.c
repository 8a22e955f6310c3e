/* uses: reap/admission_parse.c */
#include "fuzz.h"

#include "admission_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Not a byte behind its NUL may be looked at. */
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	uint64_t number = admission_parse(text, "");
	admission_parse(text, "MemAvailable:");
	admission_parse(text, "oom_kill ");
	/* What is cut off says nothing, or what the whole says. */
	for (size_t length = strlen(text); length--;) {
		text[length] = '\0';
		uint64_t cut = admission_parse(text, "");
		REQUIRE(cut == PARSE_NONE || cut == number);
	}
	free(text);
	return 0;
}
