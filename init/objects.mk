# init-y: always; init-$(CONFIG_X): with option X.
init-y += main.o signals.o clock.o wait.o errors.o
init-y += format.o standard_error.o
init-$(CONFIG_LOG) += log.o record_text.o signal_names.o
init-$(CONFIG_CONTROL) += control.o
init-$(CONFIG_BOOT) += boot.o inittab_file.o inittab.o service_options.o
init-$(CONFIG_BOOT) += command.o number.o boot_words.o console.o backoff.o
init-$(CONFIG_BOOT) += service.o services.o service_start.o service_child.o
init-$(CONFIG_BOOT) += shutdown.o restart.o unmount.o lines.o user.o orphans.o
init-$(CONFIG_MOUNTS) += mounts.o
init-$(CONFIG_TEST_COMMAND) += test_command.o
init-$(CONFIG_CONTAINER) += container.o container_options.o personality.o
init-$(CONFIG_CONTAINER) += container_start.o container_signals.o
init-$(CONFIG_CONTAINER) += container_terminal.o container_report.o
init-$(CONFIG_CONTAINER) += container_zombies.o processes.o tell.o number.o
init-$(CONFIG_CONTAINER) += signal_names.o record_text.o
init-$(CONFIG_ADMISSION) += admit.o
init-$(CONFIG_ADMISSION_ZOMBIES) += zombies.o processes.o
