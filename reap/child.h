/* What the child does between clone and the program's first instruction. */
#ifndef REAP_CHILD_H
#define REAP_CHILD_H

#include "reap.h"

/* Takes the steps of enum reap_step in their order and execs; a step that
 * fails is left in spec->report, and the child ends with 127. */
_Noreturn void child_run(const struct reap_spec *spec);

#endif
