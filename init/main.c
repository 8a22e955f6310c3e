#include "signals.h"

int main(void)
{
	struct signal_inheritance inherited;

	signals_block(&inherited);
	return 0;
}
