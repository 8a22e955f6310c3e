# reap-y: always; reap-$(CONFIG_X): with option X.
reap-y += spawn.o child.o collect.o kill.o names.o
reap-$(CONFIG_ADMISSION) += admission.o admission_decide.o admission_parse.o \
	admission_sensors.o
reap-$(CONFIG_ADMISSION_CGROUP) += admission_cgroup.o
reap-$(CONFIG_ADMISSION_HINTS) += admission_hints.o
