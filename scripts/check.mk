# Tests. Included by build.mk.

# ---- unit: each test/unit/NAME.c is one cmocka program, built for the host
# with the sanitizers and allyesconfig, together with the sources that its
# first comment names: /* uses: init/inittab.c reap/spawn.c */
unit := $(O)/unit
unit-names := $(basename $(notdir $(wildcard $(src)/test/unit/*.c)))
unit-tests := $(addprefix $(unit)/,$(unit-names))
unit-flags := -std=gnu11 -D_GNU_SOURCE= -I$(src)/reap -I$(src)/init \
	-include $(unit)/autoconf.h $(filter-out -Werror -Wwrite-strings,$(warnings)) -g -O1 \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

$(unit)/autoconf.h: $(kconfigs) $(src)/scripts/kconfig
	$(Q)$(deps) config
	$(Q)mkdir -p $(@D)
	$(Q)$(src)/scripts/kconfig $(src) $(unit)/.config allyesconfig
	$(Q)$(src)/scripts/kconfig $(src) $(unit)/.config header $@
	$(Q)touch $@

# comment-uses FILE: the sources that its first comment names.
comment-uses = $(addprefix $(src)/,$(shell sed -n \
	'1{\|^/\* uses:|!q;};0,/\*\//{s|^/\* uses:||;s|\*/||;s|^ \*||;p;}' $(src)/$(1)))
unit-uses = $(call comment-uses,test/unit/$(1).c)

define unit-rule
$(unit)/$(1): $(src)/test/unit/$(1).c $(call unit-uses,$(1)) \
		$(unit)/autoconf.h | need-check
	$$(call say,UNIT,$(1))
	$$(Q)rm -rf $$@.parts && mkdir -p $$@.parts
	$$(Q)for c in $(src)/test/unit/$(1).c $(call unit-uses,$(1)); do \
		$(HOSTCC) $(unit-flags) $$(CFLAGS) -MD -MP -MT $$@ -c \
			-o $$@.parts/$$$$(echo $$$$c | tr / _).o $$$$c || exit 1; \
	done
	$$(Q)$(HOSTCC) $(unit-flags) -o $$@ $$@.parts/*.o -lcmocka
	$$(Q)cat $$@.parts/*.d >$$@.d
endef
$(foreach name,$(unit-names),$(eval $(call unit-rule,$(name))))
-include $(unit-tests:=.d)

.PHONY: need-check unit check
need-check:
	$(Q)$(deps) check $(if $(T),,clang format lint tidy man image qemu)
unit: $(unit-tests)

jobs := $(or $(J),2)
# In front, the folder of the Python itself: where python3 is a version manager's
# script, each start of it takes longer than most tests.
python-first = PATH="$$(python3 -c 'import os, sys; \
	print(os.path.dirname(sys.executable))'):$$PATH"
# T=name: only the tests whose path has that word, of all there are.
# BOARD=: all that boots it; the first board is what all other tests are for.
# Those that take longest come first: none is left alone at the end.
first := $(patsubst %,test/%.t,sanitized/ns stress/stress reap/library fuzz/fuzz \
	reap/ways fault/library ns/instants build/randconfig build/compilers \
	qemu/lowmem_bomb qemu/boards fault/init fault/admission qemu/options)
scripted := $(patsubst $(src)/%,%,$(sort $(wildcard $(src)/test/*/*.t)))
scripted := $(filter $(scripted),$(first)) $(filter-out $(first),$(scripted))
# What only check-all (ALL=1) runs: what builds foster many times, the boards
# and boots beyond the first ones, and the short forms of the targets below.
longer := $(patsubst %,test/%.t,build/boards build/budgets build/compilers \
	build/kconfig build/mistakes build/network build/randconfig build/rebuild \
	build/reproducible container/faults fault/admission fuzz/fuzz \
	mutants/mutants qemu/boards qemu/boot_times qemu/console qemu/device \
	qemu/ends qemu/flood qemu/image qemu/lowmem_bomb qemu/lowmem_hog \
	qemu/lowmem_soak qemu/lowmem_sysinit qemu/options qemu/smallest \
	qemu/status qemu/trouble reap/musl reap/ways sanitized/ns stress/stress)
ifneq ($(and $(filter command line environment,$(origin BOARD)),$(filter-out \
		qemu-x86_64,$(BOARD))),)
scripted := $(filter test/qemu/%,$(scripted))
unit-tests :=
unit-names :=
else ifeq ($(ALL)$(T),)
scripted := $(filter-out $(longer),$(scripted))
endif
chosen-scripts := $(if $(T),$(foreach t,$(scripted),$(if $(findstring $(T),$(t)),$(t))),$(scripted))
chosen-units := $(if $(T),$(foreach t,$(unit-names),$(if $(findstring $(T),unit/$(t)),$(unit)/$(t))),$(unit-tests))

.PHONY: check-all check-parts containers word-32
word-32: | need-build need-check
	$(Q)[ "$$(uname -m)" != x86_64 ] || O=$(O) $(src)/test/ns32/build >/dev/null
containers: | need-build need-check
	$(Q)O=$(O) $(src)/test/container/build >/dev/null
	$(Q)O=$(O) $(src)/test/container/build allyesconfig >/dev/null
check-parts: $(chosen-units) all \
	$(if $(filter test/qemu/%,$(chosen-scripts)),$(if \
		$(filter $(longer),$(chosen-scripts)),guests,first-guest)) \
	$(if $(filter test/container/% test/qemu/container.t,$(chosen-scripts)),containers) \
	$(if $(filter test/ns32/%,$(chosen-scripts)),word-32) \
	$(if $(filter test/qemu/% test/ns/test_command.t,$(chosen-scripts)),guest)
# Those that make namespaces and device nodes of their own.
need-root := $(filter test/ns/% test/ns32/% test/sanitized/% test/container/% \
	test/compat/% test/fault/%,$(chosen-scripts))
check: | need-check
	$(Q)[ -z '$(need-root)' ] || [ "$$(id -u)" -eq 0 ] || { \
		echo 'foster: the tests of PID 1 make namespaces and device nodes,' \
		'which takes root: sudo make check; without it: make check T=unit/' >&2; \
		exit 1; }
	$(if $(strip $(chosen-units) $(chosen-scripts)),,$(error no test has "$(T)" in its name))
	$(Q)$(MAKE) -f $(src)/Makefile -j$(jobs) check-parts
	$(Q)cd $(src) && O=$(O) CMOCKA_MESSAGE_OUTPUT=TAP MAKEFLAGS= \
		$(python-first) prove --timer --failures -j$(jobs) --exec 'timeout -k 9 1800' \
		$(chosen-units) \
		$(chosen-scripts)

check-all:
	$(Q)$(MAKE) -f $(src)/Makefile check ALL=1

# ---- proofs that take longer
.PHONY: mutants check-model check-tiny check-sanitized faults stress lowmem-repeat
mutants: all | need-check
	$(Q)cd $(src) && O=$(O) test/mutants/run $(M)
check-model: | need-check
	$(Q)cd $(src) && test/model/model.t
check-tiny: all guest | need-check
	$(Q)cd $(src) && O=$(O) MAKEFLAGS= test/qemu/smallest.t
# foster itself with glibc, as PID 1: what a sanitizer says ends it, and so a
# test. Not the instants from its first mask call on: there it is the
# sanitizer's.
sanitized := $(O)/sanitized
check-sanitized: $(O)/.config.checked | need-check
	$(Q)mkdir -p $(sanitized)
	$(Q)cp $(KCONFIG_CONFIG) $(sanitized)/.config
	$(Q)$(MAKE) -f $(src)/Makefile O=$(sanitized) \
		KCONFIG_CONFIG=$(sanitized)/.config SANITIZE=address,undefined \
		CFLAGS=-fno-sanitize-recover=all all guest
	$(Q)cd $(src) && O=$(sanitized) STORM=2000 MAKEFLAGS= $(python-first) prove --timer --failures \
		-j$(jobs) --exec 'timeout -k 9 1800' $(filter-out %/instants.t, \
		$(wildcard $(src)/test/ns/*.t))
faults: all | need-check
	$(Q)cd $(src) && FAULT_ALL=1 O=$(O) prove -v test/fault

stress: all | need-check
	$(Q)cd $(src) && O=$(O) test/stress/run $(or $(N),1000000)
	$(Q)cd $(src) && O=$(O) MAKEFLAGS= SOAK_SECONDS=600 \
		test/qemu/lowmem_soak.t
	$(Q)cd $(src) && O=$(O) MAKEFLAGS= FLOOD=100000000 test/qemu/flood.t

lowmem-repeat: all | need-check
	$(Q)cd $(src) && O=$(O) MAKEFLAGS= test/qemu/lowmem_repeat $(or $(N),20)

# ---- bench: each test/bench/*.sh or *.py prints one table.
.PHONY: bench
bench: $(O)/foster $(O)/reap/libreap.a | need-check
	$(Q)$(deps) bench
	$(Q)cd $(src) && for b in $(sort $(wildcard $(src)/test/bench/*.sh \
			$(src)/test/bench/*.py)); do \
		[ ! -x $$b ] || O=$(O) $$b || exit 1; done

# ---- source
sources := $(wildcard $(foreach d,init reap libc examples test/*,$(src)/$(d)/*.[ch]))
shells := $(shell grep -rlE '^\#!/bin/(ba)?sh' $(src)/scripts $(src)/test \
	$(src)/.ci $(src)/board 2>/dev/null)
.PHONY: format format-check lint shellcheck cppcheck tidy
format:
	$(Q)$(deps) format
	$(Q)clang-format -i $(sources)
format-check:
	$(Q)$(deps) format
	$(Q)clang-format --dry-run -Werror $(sources)
shellcheck:
	$(Q)$(deps) lint
	$(Q)shellcheck -x -P SCRIPTDIR -S warning $(shells)
# With all options on. missingIncludeSystem: it is given none of libc's headers;
# ctuuninitvar: what a function is called with to fill it by its pointer.
cppcheck: $(unit)/autoconf.h
	$(Q)$(deps) lint
	$(Q)cppcheck -q --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=ctuuninitvar -I$(src)/init -I$(src)/reap \
		--include=$< -D_GNU_SOURCE= $(src)/init $(src)/reap
# clang's own headers: gcc's <stdatomic.h> is none for it.
tidy: $(unit)/autoconf.h
	$(Q)$(deps) tidy clang
	$(Q)clang-tidy --quiet $(wildcard $(src)/init/*.c $(src)/reap/*.c $(src)/libc/*.c) -- \
		$(subst $(shell $(CC) -print-file-name=include),$(shell \
		clang -print-file-name=include),$(subst $(header),$<,$(language)))
lint: format-check shellcheck cppcheck tidy

# The first commands of README on a minimal Debian 12; F='COMMAND': another.
.PHONY: fresh
fresh:
	$(Q)$(deps) fresh
	$(Q)$(src)/scripts/fresh $(src) $(O)/fresh $(if $(F),'$(F)')
