# The board that foster is built for, and its cross compiler. Included by
# build.mk.
config-board := $(patsubst "%",%,$(CONFIG_BOARD))
ifneq ($(and $(filter file,$(origin CONFIG_BOARD)),$(wildcard \
	$(src)/board/$(BOARD)/machine)),)
ifneq ($(filter-out $(or $(config-board),qemu-x86_64),$(BOARD)),)
$(error $(O) is configured for $(or $(config-board),this machine), not for \
	$(BOARD): take another O=)
endif
endif
BOARD ?= $(or $(config-board),qemu-x86_64)
$(if $(wildcard $(src)/board/$(BOARD)/defconfig),,$(error no such board: \
	$(BOARD) (board/$(BOARD)/defconfig)))

machine-value = $(shell sed -n 's/^$(1)[[:blank:]][[:blank:]]*//p' \
	$(src)/board/$(BOARD)/machine 2>/dev/null)

# Whoever names a compiler, a prefix or a musl gets that one.
ifneq ($(config-board),)
ifeq ($(origin CC)$(origin CROSS_COMPILE)$(filter clean \
		distclean,$(MAKECMDGOALS)),defaultundefined)
CROSS_COMPILE := $(shell $(src)/scripts/cross $(config-board) compiler)
ifeq ($(.SHELLSTATUS),0)
MUSL ?= $(shell $(src)/scripts/cross $(config-board) musl)
endif
$(if $(filter 0,$(.SHELLSTATUS)),,$(error what $(config-board) is built with \
	is missing))
endif
endif
