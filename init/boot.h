/* The boot job: PID 1 of a device, or of a namespace that is to behave as one.
 */
#ifndef INIT_BOOT_H
#define INIT_BOOT_H

/* Never returns, save by a shutdown that can not end in reboot(2): then with
 * the process's exit status. */
int boot_main(int argc, char **argv, char **environment);

#endif
