# Image, kernels and guests. Included by build.mk.
BOARD ?= qemu-x86_64
MEMORY ?=
KERNEL ?=
board := $(src)/board/$(BOARD)

.PHONY: image run kernels guests need-image need-qemu
need-image:
	$(Q)$(deps) image
need-qemu:
	$(Q)$(deps) qemu

image: $(O)/initramfs.cpio.gz
$(O)/initramfs.cpio.gz: $(O)/foster $(src)/scripts/image \
		$(shell find $(board) -type f 2>/dev/null) | need-image
	$(call say,IMAGE,initramfs.cpio.gz)
	$(Q)$(src)/scripts/image $(BOARD) $(O)/foster /bin/busybox $@

kernels:
	$(Q)$(src)/scripts/kernel $(BOARD) tiny

# All that the tests in test/qemu boot; a kernel takes minutes, once.
guests: $(O)/initramfs.cpio.gz | need-qemu
	$(Q)$(src)/scripts/kernel qemu-x86_64 stock >/dev/null
	$(Q)$(src)/scripts/kernel qemu-x86_64 tiny >/dev/null

# Not through a shell that make would wait for: the terminal is the guest's.
run: $(O)/initramfs.cpio.gz | need-qemu
	@$(src)/test/qemu/run -b $(BOARD) --interactive \
		$(if $(MEMORY),-m $(MEMORY)) $(if $(KERNEL),-k $(KERNEL))
