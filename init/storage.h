/* Where static memory lies. */
#ifndef INIT_STORAGE_H
#define INIT_STORAGE_H

/*
 * For what PID 1 itself does not touch in a quiet life: buffers of children,
 * of shutdowns, of faults. The kernel gives memory by pages, so these are kept
 * apart from what is used, which then takes fewer of them.
 */
#define COLD __attribute__((section(".bss.zz_cold")))

/* For large buffers of which mostly the beginning is used: behind all that is
 * small, and before the cold ones, in the order of their letters. */
#define BEGINS_HOT(letter) __attribute__((section(".bss.zz_begins_" #letter)))

#endif
