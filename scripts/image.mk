# Image, kernels and guests. Included by build.mk.
MEMORY ?=
KERNEL ?=
board := $(src)/board/$(BOARD)
ifneq ($(filter run image guest first-guest guests kernels,$(MAKECMDGOALS)),)
$(if $(wildcard $(board)/machine),,$(error board/$(BOARD) has no machine file: \
	there is nothing to boot; make BOARD=$(BOARD) builds foster for it. \
	Boards that boot: $(patsubst $(src)/board/%/machine,%,\
	$(wildcard $(src)/board/*/machine))))
endif
ifneq ($(and $(filter file,$(origin CONFIG_BOARD)),$(filter run image guest,\
	$(MAKECMDGOALS))),)
$(if $(CONFIG_BOOT),,$(error $(O) is configured without CONFIG_BOOT: that foster \
	boots no machine; take another O= or make $(BOARD)_defconfig))
endif

.PHONY: image run kernels first-guest guests need-image need-qemu
need-image:
	$(Q)$(deps) image
need-qemu:
	$(Q)$(src)/scripts/cross $(BOARD) emulator >/dev/null

# With the kernel and QEMU's command line beside it, for whoever takes it away.
image: $(O)/qemu.txt
$(O)/qemu.txt: $(O)/initramfs.cpio.gz $(src)/scripts/image-line
	$(call say,IMAGE,qemu.txt)
	$(Q)$(src)/scripts/image-line $(BOARD) $(O)
$(O)/initramfs.cpio.gz: $(O)/foster $(src)/scripts/image \
		$(shell find $(board) $(src)/board/common -type f 2>/dev/null) \
		| need-image
	$(call say,IMAGE,initramfs.cpio.gz)
	$(Q)$(src)/scripts/image $(BOARD) $(O)/foster \
		$$($(src)/scripts/cross $(BOARD) busybox) $@

# The tiny kernels: of all boards, or of BOARD= alone.
kernels:
	$(Q)for b in $(if $(filter command line environment,$(origin BOARD)),\
		$(BOARD),$(patsubst $(src)/board/%/kernel.config,%,\
		$(wildcard $(src)/board/*/kernel.config))); do \
		$(src)/scripts/kernel $$b tiny || exit; done

# All that the tests in test/qemu boot, so that a run of theirs has nothing to
# fetch and nothing to say but the command's words; a kernel takes minutes, once.
# first-guest: what all of them need but those of check-all.
whole-set := $(if $(filter command line environment,$(origin BOARD)),$(BOARD))
first-machine := $(or $(whole-set),qemu-x86_64)
machines := $(or $(whole-set),\
	$(patsubst $(src)/board/%/machine,%,$(wildcard $(src)/board/*/machine)))
# fetched BOARDS: with the kernel that the tests boot there.
fetched = for b in $(1); do \
		for what in emulator compiler musl busybox; do \
			$(src)/scripts/cross $$b $$what >/dev/null || exit; \
		done; \
		$(src)/scripts/kernel $$b $$(sed -n \
			's/^test-kernel[[:blank:]]*//p' \
			$(src)/board/$$b/machine) >/dev/null || exit; \
	done
first-guest: $(O)/initramfs.cpio.gz
	$(Q)! grep -q ^stock-package $(src)/board/$(first-machine)/machine || \
		$(src)/scripts/kernel $(first-machine) stock >/dev/null
	$(Q)$(call fetched,$(first-machine))
guests: first-guest
	$(Q)[ ! -f $(src)/board/$(first-machine)/smallest.config ] || \
		$(src)/scripts/kernel $(first-machine) smallest >/dev/null
	$(Q)$(call fetched,$(machines))

# The same foster with the test command, which a device does not need; for
# test/qemu/run.
.PHONY: guest
guest: $(O)/.config.checked
	$(Q)mkdir -p $(O)/guest
	$(Q)sed '/CONFIG_TEST_COMMAND/d' $(KCONFIG_CONFIG) >$(O)/guest/.config.new
	$(Q)echo CONFIG_TEST_COMMAND=y >>$(O)/guest/.config.new
	$(Q)cmp -s $(O)/guest/.config.new $(O)/guest/.config && \
		rm $(O)/guest/.config.new || \
		mv $(O)/guest/.config.new $(O)/guest/.config
	$(Q)$(MAKE) -f $(src)/Makefile O=$(O)/guest \
		KCONFIG_CONFIG=$(O)/guest/.config BOARD=$(BOARD) \
		all $(O)/guest/initramfs.cpio.gz

# Not through a shell that make would wait for: the terminal is the guest's.
run: $(O)/initramfs.cpio.gz | need-qemu
	@$(src)/test/qemu/run -b $(BOARD) --interactive \
		$(if $(MEMORY),-m '$(MEMORY)') \
		$(if $(KERNEL),-k '$(subst ','\'',$(KERNEL))')

.PHONY: install-test
install-test:
	$(Q)PREFIX='$(PREFIX)' \
		$(src)/scripts/install $(src) $(O) '$(DESTDIR)$(PREFIX)' test
