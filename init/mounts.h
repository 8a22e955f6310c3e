/* The file systems that a device needs before anything else. */
#ifndef INIT_MOUNTS_H
#define INIT_MOUNTS_H

#include <stdbool.h>

/* Mounts what is configured; "already mounted" is fine, any other failure is
 * one message. A devtmpfs is the whole machine's, so it is only mounted by a
 * device's own init (is_device). */
void mounts_make(bool is_device);

#endif
