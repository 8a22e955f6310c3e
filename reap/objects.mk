# reap-y: always; reap-$(CONFIG_X): with option X.
reap-y += spawn.o child.o collect.o kill.o names.o
