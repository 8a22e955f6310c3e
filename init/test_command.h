/* A test command, carried by the initramfs: it runs beside the services, its
 * verdict goes to a device, and a power-off follows. */
#ifndef INIT_TEST_COMMAND_H
#define INIT_TEST_COMMAND_H

#include "clock.h"
#include "reap.h"

/*
 * Reads /foster.test, if there is one: strings, each ended by NUL. First
 * verdict=DEVICE and, where the command is not to have the console,
 * stdin=, stdout= and stderr=DEVICE; then an empty string; then argv. The
 * kernel's command line would be no carrier: 1,024 bytes on some
 * architectures, and no way to quote.
 */
void test_command_load(void);

/* Starts the command, once, if there is one. */
void test_command_start(moment now);

/* Path, argv and descriptors of TEST_SERVICE. */
void test_command_fill(struct reap_spec *spec);

/* Says on the device that the command runs. */
void test_command_started(const struct reap_child *child);

/* Writes the verdict and asks for the power-off. */
void test_command_ended(const struct reap_record *record, moment now);

/* Waits until the devices have taken the command's output and the verdict. It
 * blocks as long as they do: for a child with a deadline. */
void test_command_drain(void);

#endif
