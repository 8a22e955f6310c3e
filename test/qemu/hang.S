/*
 * A kernel that hangs with interrupts off, after one line as Linux writes them.
 * Multiboot, for QEMU's -kernel.
 */
	.code32
	.section .text
	.long 0x1badb002, 0, -0x1badb002

	.globl start
start:
	cli
	mov $line, %esi
	mov $end - line, %ecx
	mov $0x3f8, %dx
	rep outsb
1:
	jmp 1b

line:
	.ascii "[    0.000000] Linux version 0.0.0\r\n"
end:
