# Image, kernels and guests. Included by build.mk.
BOARD ?= qemu-x86_64
MEMORY ?=
KERNEL ?=
board := $(src)/board/$(BOARD)

.PHONY: image run kernels need-image need-qemu
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

# Not through a shell that make would wait for: the terminal is the guest's.
run: $(O)/initramfs.cpio.gz | need-qemu
	@$(src)/test/qemu/run -b $(BOARD) --interactive \
		$(if $(MEMORY),-m $(MEMORY)) $(if $(KERNEL),-k $(KERNEL))
