/* uses: reap/admission_parse.c */
#include "fuzz.h"

#include "admission_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Not a byte behind it may be looked at. */
	char *text = malloc(size ? size : 1);

	memcpy(text, data, size);
	parse_number(text, size);
	parse_keyed(text, size, "MemAvailable");
	parse_keyed(text, size, "");
	parse_available(text, size);
	REQUIRE(parse_reclaimable(text, size) < PARSE_NONE / 2);
	/* What is cut off says no more than the whole. */
	if (size)
		parse_available(text, size - 1);
	free(text);
	return 0;
}
