# Everything that needs a configuration. Included by the Makefile.

.PHONY: all
all: $(O)/foster $(O)/reap/libreap.a

$(KCONFIG_CONFIG):
	@echo "foster: no $@ yet: taking $(or $(BOARD),qemu-x86_64)_defconfig"
	$(Q)$(MAKE) -f $(src)/Makefile $(or $(BOARD),qemu-x86_64)_defconfig

# A finished .config needs no kconfig-frontends: where it is missing the file
# is taken as it is.
$(O)/.config.checked: $(KCONFIG_CONFIG) $(kconfigs) $(src)/scripts/kconfig
	$(Q)mkdir -p $(@D)
	$(Q)if command -v kconfig-conf >/dev/null; then $(kconfig) check; fi
	$(Q)cp $(KCONFIG_CONFIG) $@

$(header): $(O)/.config.checked
	$(Q)mkdir -p $(@D)
	$(Q)$(kconfig) header $@

ifeq ($(filter clean distclean help format,$(MAKECMDGOALS)),)
# One that was made of another .config than is there now says nothing, not even
# while make reads it to see whether it has to be made anew.
ifneq ($(shell cmp $(KCONFIG_CONFIG) $(O)/.config.checked 2>&1),)
$(shell mkdir -p $(O) && : >$(O)/.config.checked)
.PHONY: need-new-check
$(O)/.config.checked: need-new-check
need-new-check: ;
endif
include $(O)/.config.checked
endif

include $(src)/scripts/board.mk

# ---- compiler: gcc or clang, native or cross, with Debian's musl of the same
# machine, or with the one under MUSL; a compiler whose own libc is
# musl is taken as it is. SANITIZE=address,undefined: a hosted build for tests.
ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
ifeq ($(origin AR),default)
AR := $(CROSS_COMPILE)ar
endif
STRIP ?= $(CROSS_COMPILE)strip
OBJCOPY ?= $(CROSS_COMPILE)objcopy
HOSTCC ?= gcc

# takes FLAGS OTHER: FLAGS where the compiler knows them. One that knows them
# all, as the usual one does, is asked once.
knows = $(shell $(CC) -Werror $(1) -E -x c /dev/null >/dev/null 2>&1 && echo y)
takes = $(if $(knows-all),$(1),$(if $(call knows,$(1)),$(1),$(2)))
# Looked at while the makefiles are read, so what is missing is installed now.
target := $(shell $(CC) -dumpmachine 2>/dev/null)
ifeq ($(target)$(filter clean distclean,$(MAKECMDGOALS)),)
$(shell $(deps) build $(filter clang,$(CC)) >&2)
target := $(shell $(CC) -dumpmachine 2>/dev/null)
ifeq ($(target),)
$(error the compiler $(CC) does not run)
endif
endif
machine := $(subst -pc-,-,$(subst gnu,musl,$(target)))
ifneq ($(MUSL),)
# Where musl's own make install put it, or Debian's package of any machine was
# unpacked.
musl-include := $(or $(wildcard $(MUSL)/usr/include/$(machine)),$(MUSL)/include)
musl-lib := $(or $(wildcard $(MUSL)/usr/lib/$(machine)),$(MUSL)/lib)
else ifeq ($(findstring musl,$(target)),)
musl-include := /usr/include/$(machine)
musl-lib := /usr/lib/$(machine)
endif

warnings := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef -Wvla \
	-Wformat=2
ifneq ($(CI),)
warnings += -Werror
endif
language := -std=gnu11 -D_GNU_SOURCE= -I$(src)/reap -I$(src)/init -I$(src)/libc \
	-include $(header)
debug := -g -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(src)/=./ \
	-ffile-prefix-map=$(O)/=build/

ifneq ($(SANITIZE),)
code := -O1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE)
link := $(debug) -fsanitize=$(SANITIZE) $(LDFLAGS)
else
# What -Os does for speed at the cost of bytes: 2 in 100 of foster's.
smaller := -fno-expensive-optimizations -fno-inline-functions-called-once \
	-fno-optimize-sibling-calls -fno-tree-tail-merge -fno-forward-propagate \
	-fno-shrink-wrap -fno-tree-loop-im -fno-move-loop-invariants \
	-fno-gcse -fno-ipa-sra
# No floating point: saves the code that would save its registers, and that tells
# a function with "..." how many of them it has got.
registers := -mgeneral-regs-only -mskip-rax-setup
# init/ as a whole: 3 in 100 of the program. Not reap/: an archive of such
# objects is a compiler's own, and no two of them are the same.
whole := -flto -flto-partition=none
# Only vector code needs a stack aligned to 16, and there is none but in musl's.
stack := -mpreferred-stack-boundary=3
knows-all := $(call knows,-Oz $(smaller) $(registers) -malign-data=abi $(whole) \
	$(stack))
whole := $(call takes,$(whole))
code := $(call takes,-Oz,-Os) $(call takes,$(smaller)) \
	$(foreach flag,$(registers) -malign-data=abi,$(call takes,$(flag))) \
	-fno-jump-tables -ffunction-sections -fdata-sections -fomit-frame-pointer \
	-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident \
	-fno-pie -fno-common $(if $(CONFIG_STACK_PROTECTOR),\
	-fstack-protector-strong,-fno-stack-protector)
# No RELRO: it pads the file to a page, a static musl program applies none, and
# there is nothing left that it could protect (test/build/binary.t).
warnings += -Wframe-larger-than=4096
link := -static -Wl,--gc-sections -Wl,-z,noseparate-code \
	-Wl,-z,common-page-size=32 -Wl,-z,noexecstack -Wl,-z,norelro \
	-Wl,--build-id=none -Wl,--sort-section=name $(LDFLAGS)
ifneq ($(musl-lib),)
language += -nostdinc -isystem $(musl-include) \
	-isystem $(shell $(CC) -print-file-name=include)
small-libc := $(if $(CONFIG_WHOLE_LIBC),,y)
language += $(if $(small-libc),-DOWN_LIBC=1)
code += $(if $(small-libc),$(call takes,$(stack)))
# crt1.o alone: no constructors, so no crti.o and crtbegin.o.
link += -nostdlib $(musl-lib)/crt1.o
libs := $(musl-lib)/libc.a $(shell $(CC) -print-libgcc-file-name) \
	$(musl-lib)/libc.a
endif
endif
compile := $(language) $(warnings) $(code) $(debug) $(CFLAGS)

# ---- objects
include $(src)/init/objects.mk
include $(src)/reap/objects.mk
include $(src)/libc/objects.mk
init := $(sort $(addprefix $(O)/init/,$(init-y)))
reap := $(sort $(addprefix $(O)/reap/,$(reap-y)))

libc := $(if $(small-libc),$(sort $(addprefix $(O)/libc/,$(libc-y))))

# Written anew only where the words changed, so that a changed command or list
# of objects rebuilds, and nothing else does. Stripped: GNU make 4.3 keeps the
# file's last newline where its buffer moved while it read (func_file compares
# with a pointer into the old one), so what it says depends on lengths of paths.
remember = $(shell mkdir -p $(dir $(1)))$(if \
	$(call differ,$(file <$(1)),$(2)),$(file >$(1),$(2)))
differ = $(if $(1),$(subst x$(strip $(1))x,,x$(strip $(2))x),1)
.PHONY: need-build
needed-musl := $(if $(SANITIZE),,$(musl-lib))
need-build:
	$(Q)$(deps) build
	$(Q)[ -z "$(needed-musl)" ] || [ -e "$(needed-musl)/libc.a" ] || { \
		echo "foster: $(CC) builds for $(target), and there is no musl" \
		"for it ($(needed-musl)/libc.a): name one by MUSL=FOLDER, or" \
		"take a board, which gets its own (make BOARD=NAME)" >&2; exit 1; }
linked = $(if $(whole),$(warnings) $(code) $(whole) $(debug)) $(link) $(init) \
	$(libc) $(O)/reap/libreap.a $(libs)
$(call remember,$(O)/compile.words,$(CC) $(compile))
$(call remember,$(O)/link.words,$(CC) $(linked))
$(call remember,$(O)/reap/objects.words,$(AR) $(reap))

# A loop that copies is not to become a call of memcpy within memcpy.
$(libc): extra := -fno-builtin $(call takes,-fno-tree-loop-distribute-patterns)
$(init): extra := $(whole)
$(init) $(reap) $(libc): $(O)/%.o: $(src)/%.c $(header) $(O)/compile.words | need-build
	$(call say,CC,$*.c)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(compile) $(extra) -MD -MP -c -o $@ $<

$(O)/reap/libreap.a: $(reap) $(O)/reap/objects.words
	$(call say,AR,reap/libreap.a)
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $(reap)

# The libreap.a that install-reap installs: for programs of this machine's own
# libc, whose types are not musl's, position-independent.
hosted := $(addprefix $(O)/hosted/,$(sort $(reap-hosted-y)))
hosted-compile := -std=gnu11 -D_GNU_SOURCE= -I$(src)/reap -include $(header) \
	-include $(src)/reap/host_names.h \
	-DCONFIG_REAP_HOSTED=1 -DCONFIG_REAP_ATTRIBUTES=1 -DCONFIG_REAP_STREAMS=1 \
	$(warnings) -O2 -fPIC $(debug) $(CFLAGS)
$(call remember,$(O)/hosted/compile.words,$(CC) $(hosted-compile) $(hosted))
$(hosted): $(O)/hosted/%.o: $(src)/reap/%.c $(header) \
		$(O)/hosted/compile.words | need-build need-hosted
	$(call say,CC,reap/$*.c for this machine)
	$(Q)$(CC) $(hosted-compile) -MD -MP -c -o $@ $<
$(O)/hosted/libreap.a: $(hosted) $(O)/hosted/compile.words
	$(call say,AR,libreap.a for this machine)
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $(hosted)
.PHONY: need-hosted
need-hosted:
	$(Q)$(deps) hosted

$(O)/foster.debug: $(init) $(libc) $(O)/reap/libreap.a $(O)/link.words
	$(call say,LD,foster)
	$(Q)$(CC) $(linked) -o $@

# By a rename: one that runs meanwhile keeps its own file (ETXTBSY), and there is
# no moment without one.
$(O)/foster: $(O)/foster.debug
	$(Q)$(STRIP) -s -R .comment -R '.note*' -R .eh_frame -o $@.new $<
	$(if $(SANITIZE),,$(Q)$(src)/scripts/strip-sections $@.new)
	$(Q)mv -f $@.new $@

-include $(init:.o=.d) $(libc:.o=.d) $(reap:.o=.d) $(hosted:.o=.d)

# ---- install
.PHONY: install install-links install-reap clean distclean
install: $(O)/foster
	$(Q)$(src)/scripts/install $(src) $(O) '$(DESTDIR)$(PREFIX)' foster
# What a device's image needs beside it; never done to a running system unasked.
install-links: install
	$(Q)$(src)/scripts/install $(src) $(O) '$(DESTDIR)$(PREFIX)' links
install-reap: $(O)/hosted/libreap.a
	$(Q)PREFIX='$(PREFIX)' \
		$(src)/scripts/install $(src) $(O) '$(DESTDIR)$(PREFIX)' reap

# clean keeps the configuration.
clean:
	$(Q)$(src)/scripts/clean $(O)
distclean: clean
	$(Q)rm -f $(KCONFIG_CONFIG) $(KCONFIG_CONFIG).old $(O)/defconfig
	$(Q)rmdir $(O) 2>/dev/null || :

# ---- size
.PHONY: size
size: | need-build
	$(Q)$(deps) config size
	$(Q)$(src)/scripts/size $(src) $(O)/size $(src)/doc/size.md

include $(wildcard $(src)/scripts/kernel*.mk $(src)/scripts/image*.mk \
	$(src)/scripts/cross*.mk $(src)/scripts/run*.mk)
include $(src)/scripts/check.mk
include $(src)/scripts/fuzz.mk
