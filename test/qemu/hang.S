/*
 * A kernel that hangs with interrupts off, after one line as Linux writes them:
 * for QEMU's -kernel, on a PC by Multiboot, else by its ELF addresses.
 */
	.section .text
	.globl start
#if defined(__i386__)
	.code32
	.long 0x1badb002, 0, -0x1badb002
start:
	cli
	mov $line, %esi
	mov $end - line, %ecx
	mov $0x3f8, %dx
	rep outsb
1:
	jmp 1b
#elif defined(__aarch64__)
start:
	msr daifset, #15
	adr x0, line
	mov x1, #0x09000000
1:
	ldrb w2, [x0], #1
	cbz w2, 2f
	str w2, [x1]
	b 1b
2:
	b 2b
#elif defined(__arm__)
	.arm
start:
	cpsid if
	adr r0, line
	mov r1, #0x09000000
1:
	ldrb r2, [r0], #1
	cmp r2, #0
	strne r2, [r1]
	bne 1b
2:
	b 2b
#elif defined(__riscv)
	.option norelax
start:
	csrci sstatus, 2
	lla a0, line
	li a1, 0x10000000
1:
	lbu a2, 0(a0)
	beqz a2, 2f
	sb a2, 0(a1)
	addi a0, a0, 1
	j 1b
2:
	j 2b
#endif

line:
	.ascii "[    0.000000] Linux version 0.0.0\r\n"
end:
	.byte 0
