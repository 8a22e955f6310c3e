# libc-y: linked unless WHOLE_LIBC is chosen.
libc-y += start.o string.o
# Where long has 64 bits libc's types are the kernel's; elsewhere musl converts.
libc-$(if $(findstring 64,$(machine)),y) += call.o process.o
