/* Ended processes whose parent does not wait for them: they hold task slots,
 * and only the parent can give these back. */
#ifndef INIT_ZOMBIES_H
#define INIT_ZOMBIES_H

/* Says whose they are, and how many, of the parent that has most. Reads all of
 * /proc: for when tasks are short. */
void zombies_tell(void);

#endif
