/* uses: init/number.c init/signal_names.c */
#include "fuzz.h"

#include "number.h"
#include "signal_names.h"

static void check_signal(const char *text)
{
	struct signal_text name;
	int number = signal_number(text);

	REQUIRE(number == -1 || (number >= 1 && number <= 64));
	if (number < 0)
		return;
	signal_name(&name, number);
	REQUIRE(signal_number(name.text) == number);
}

/* What is taken, written in decimal, is the same number. */
static void check_number(const char *text, unsigned base)
{
	unsigned long long value, again;
	char digits[32];

	if (!number_parse(text, base, 1 << 22, &value))
		return;
	REQUIRE(value <= 1 << 22);
	snprintf(digits, sizeof(digits), base == 8 ? "%llo" : "%llu", value);
	REQUIRE(number_parse(digits, base, ~0ull, &again) && again == value);
	REQUIRE(!strcmp(text + strspn(text, "0"), value ? digits : ""));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	unsigned long long bytes;
	unsigned ms;
	int value;

	if (number_parse(text, 10, 5, &bytes))
		REQUIRE(bytes <= 5);
	check_number(text, 10);
	check_number(text, 8);
	if (number_parse_signed(text, -1000, 1000, &value))
		REQUIRE(value >= -1000 && value <= 1000 && value == atoi(text));
	if (number_parse_size(text, &bytes))
		REQUIRE(*text >= '0' && *text <= '9');
	if (number_parse_time(text, '\0', &ms))
		REQUIRE(ms <= 86400000);
	if (number_parse_time(text, '-', &ms))
		REQUIRE(ms <= 86400000 && strchr(text, '-'));
	check_signal(text);
	free(text);
	return 0;
}
