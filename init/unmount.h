/* Unmounts file systems, or makes them read-only, before the machine stops. */
#ifndef INIT_UNMOUNT_H
#define INIT_UNMOUNT_H

/* Blocks as long as the devices do: for a child with a deadline. Returns how
 * many file systems could neither be unmounted nor made read-only. */
unsigned unmount_all(void);

#endif
