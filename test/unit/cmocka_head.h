/* What cmocka.h wants included before it, in the order that it wants. */
#ifndef TEST_UNIT_CMOCKA_HEAD_H
#define TEST_UNIT_CMOCKA_HEAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
