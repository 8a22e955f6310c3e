# foster: see `make help`.
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
unexport MAKEOVERRIDES

src := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
# Each board but the first has a folder of its own. An empty O= is none: from it
# everything would go into the root.
override O := $(or $(strip $(O)),build$(if \
	$(filter-out qemu-x86_64,$(BOARD)),/$(BOARD)))
$(if $(word 3,$(src) $(O)),$(error make takes no path with blanks: $(src) $(O)))
override O := $(abspath $(O))
# What is built there is removed there.
$(if $(filter $(O:/=)/%,$(src)/)$(filter $(foreach room,init reap libc board test \
	doc scripts examples .ci .git,$(src)/$(room) $(src)/$(room)/%),$(O)),\
	$(error O=$(O) is or holds the source: take another folder))
override KCONFIG_CONFIG := $(or $(strip $(KCONFIG_CONFIG)),$(O)/.config)
$(if $(word 2,$(KCONFIG_CONFIG)),$(error make takes no path with blanks: \
	$(KCONFIG_CONFIG)))
override KCONFIG_CONFIG := $(abspath $(KCONFIG_CONFIG))
V ?= 0
PREFIX ?= /usr/local
DESTDIR ?=
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n' $(1) '$(2)')
kconfig := $(src)/scripts/kconfig $(src) $(KCONFIG_CONFIG)
deps := $(src)/scripts/deps
kconfigs := $(src)/Kconfig $(wildcard $(src)/*/Kconfig*)
boards := $(patsubst $(src)/board/%/defconfig,%,\
	$(wildcard $(src)/board/*/defconfig))
header := $(O)/include/generated/autoconf.h

export O

.DEFAULT_GOAL := all

.PHONY: help
help:
	@cat $(src)/scripts/help
	@printf '  %s_defconfig\n' $(boards)

# A configuration, or clean, with other goals: one after the other, as the next
# one reads what the one before has written.
alone := $(filter %config clean distclean,$(MAKECMDGOALS))
ifneq ($(and $(alone),$(word 2,$(MAKECMDGOALS))),)
.PHONY: $(MAKECMDGOALS) one-by-one
$(MAKECMDGOALS): one-by-one
	@:
one-by-one:
	$(Q)for goal in $(MAKECMDGOALS); do \
		$(MAKE) -f $(src)/Makefile $$goal || exit; done
else

# ---- configuration
.PHONY: defconfig menuconfig nconfig olddefconfig savedefconfig allnoconfig \
	allyesconfig alldefconfig randconfig need-config
need-config:
	$(Q)$(deps) config
	$(Q)mkdir -p $(O) $(dir $(KCONFIG_CONFIG))
defconfig: qemu-x86_64_defconfig
%_defconfig: $(src)/board/%/defconfig need-config
	$(Q)$(kconfig) defconfig $<
allnoconfig allyesconfig alldefconfig randconfig olddefconfig: need-config
	$(Q)$(kconfig) $@
menuconfig nconfig: need-config
	+$(Q)$(kconfig) $@
savedefconfig: need-config
	$(Q)$(kconfig) $@ $(O)/defconfig

ifeq ($(filter %config help,$(MAKECMDGOALS)),)
include $(src)/scripts/build.mk
endif
endif
