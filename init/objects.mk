# init-y: always; init-$(CONFIG_X): with option X.
init-y += main.o
