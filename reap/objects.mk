# reap-y: always; reap-$(CONFIG_X): with option X.
reap-y += placeholder.o
