# reap-y: always; reap-$(CONFIG_X): with option X.
reap-common := child.o collect.o kill.o names.o shared_memory.o
reap-y += $(reap-common) spawn.o close.o
reap-$(CONFIG_SANE_TERMINAL) += terminal.o
reap-$(CONFIG_REAP_WAY_VFORK) += way_vfork.o
reap-$(CONFIG_REAP_WAY_SHARE) += way_share.o
# The installed library, for programs other than PID 1.
reap-hosted-y := $(reap-common) way_vfork.o host_spawn.o host_fork.o \
	host_start.o host_process.o \
	host_tier.o host_signals.o host_pipe.o host_yield.o
reap-$(CONFIG_ADMISSION) += admission.o admission_decide.o admission_parse.o \
	admission_sensors.o
reap-$(CONFIG_ADMISSION_CGROUP) += admission_cgroup.o
