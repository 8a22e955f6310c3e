"""What a program's first bytes say of the machine that it wants."""

import os
import struct

_HEAD = 65536
_INTERPRETER = 3  # PT_INTERP
# ELF's numbers for what a kernel of that architecture runs; whether also the
# 32-bit one is the kernel's choice.
_MACHINES = {"x86_64": (62, 3), "arm64": (183, 40), "arm": (40,),
             "riscv": (243,)}


def _segment(data, order, wide, at):
    """(type, offset, size) of one entry of the table."""
    kind, = struct.unpack_from(order + "I", data, at)
    if wide:
        offset, _, _, size = struct.unpack_from(order + "4Q", data, at + 8)
    else:
        offset, _, _, size = struct.unpack_from(order + "4I", data, at + 4)
    return kind, offset, size


def _elf(data):
    """(machine, interpreter or None)"""
    wide = data[4] == 2
    order = "<" if data[5] == 1 else ">"
    machine, = struct.unpack_from(order + "H", data, 18)
    table, = struct.unpack_from(order + ("Q" if wide else "I"), data,
                                32 if wide else 28)
    size, count = struct.unpack_from(order + "2H", data, 54 if wide else 42)
    for i in range(count):
        kind, offset, length = _segment(data, order, wide, table + i * size)
        if kind == _INTERPRETER:
            name = data[offset:offset + length].rstrip(b"\0")
            return machine, os.fsdecode(name)
    return machine, None


class Program:
    """The command, where it is a file that is brought: its path there and
    here, ELF's machine, and what has to be there to start it."""

    def __init__(self, path, data):
        self.path = path
        self.machine = self.interpreter = None
        self.linked = data[:4] == b"\x7fELF"
        if self.linked:
            try:
                self.machine, self.interpreter = _elf(data)
            except (struct.error, IndexError):
                pass  # cut short, or none: the kernel will say so
        elif data[:2] == b"#!":
            words = data[2:256].split(b"\n")[0].split()
            self.interpreter = os.fsdecode(words[0]) if words else None

    def is_foreign(self, architecture):
        return self.machine is not None and \
            self.machine not in _MACHINES.get(architecture, (self.machine,))

    def lacks(self):
        """Of one that is there and could not be found, or nothing."""
        if not self.interpreter:
            return ""
        if self.linked:
            return (f": {self.path} is dynamically linked, and its interpreter "
                    f"{self.interpreter} is not in the guest; link it with "
                    "-static, or bring that and its libraries by --copy")
        return (f": {self.path} is there, but {self.interpreter}, which its "
                "first line names, is not; bring that by --copy")


def find(command, brought):
    """brought: [(source, target)]; None where it is the guest's own."""
    for source, target in reversed(brought):
        if command == target or command.startswith(target.rstrip("/") + "/"):
            path = source + command[len(target.rstrip("/")):]
            try:
                with open(path, "rb") as file:
                    return Program(command, file.read(_HEAD))
            except OSError:
                return None  # a folder, or not there: the guest will say so
    return None
