/* Zombies that others have left, and that this init can not reap. */
#ifndef INIT_CONTAINER_ZOMBIES_H
#define INIT_CONTAINER_ZOMBIES_H

/* Warns of each parent that has many, once, and again when they have doubled.
 */
void zombies_look(void);

#endif
