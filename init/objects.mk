# init-y: always; init-$(CONFIG_X): with option X.
init-y += main.o signals.o clock.o wait.o errors.o
init-$(CONFIG_LOG) += log.o format.o
init-$(CONFIG_BOOT) += console.o backoff.o
init-$(CONFIG_MOUNTS) += mounts.o
