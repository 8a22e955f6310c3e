/* Ends of adopted processes: counted, the last one kept, told at most once a
 * second, so that a storm of orphans is one line. */
#ifndef INIT_ORPHANS_H
#define INIT_ORPHANS_H

#include "clock.h"
#include "reap.h"

void orphans_note(const struct reap_record *record, moment now);

/* Logs what has been noted, when it is time to. */
void orphans_tell(moment now);

moment orphans_deadline(void);

#endif
