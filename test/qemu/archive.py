"""cpio archives of the kernel's kind ("newc"), written without root."""

import gzip
import os
import stat


def _entry(number, name, mode, data, device=(0, 0)):
    encoded = name.encode("utf-8", "surrogateescape") + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device,
              len(encoded), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    out = head + encoded
    out += b"\0" * (-len(out) % 4)
    return out + data + b"\0" * (-len(data) % 4)


class Full(Exception):
    """More than the guest can hold; known before it is read."""


class Archive:
    """Files for a guest; folders above a file come by themselves."""

    def __init__(self, room):
        self._entries = []
        self._folders = set()
        self.room = room
        self.size = 0
        self.biggest = ("", 0)

    def _put(self, name, mode, data, device=(0, 0)):
        self._entries.append(
            _entry(len(self._entries) + 1, name, mode, data, device))

    def _folder(self, name):
        if name and name not in self._folders:
            self._folder(os.path.dirname(name))
            self._folders.add(name)
            self._put(name, stat.S_IFDIR | 0o755, b"")

    def claim(self, path, size):
        """The bytes that a file is going to take."""
        self.size += size
        self.biggest = max(self.biggest, (path, size), key=lambda file: file[1])
        if self.size > self.room:
            raise Full

    def add(self, name, data, mode=0o644):
        name = name.strip("/")
        self._folder(os.path.dirname(name))
        self._put(name, stat.S_IFREG | mode, data)

    def copy(self, source, name):
        """A file, a device's node, or a folder with all in it; OSError where
        one cannot be read."""
        name = name.strip("/")
        status = os.stat(source)
        if stat.S_ISDIR(status.st_mode):
            self._folder(name)
            for entry in sorted(os.listdir(source)):
                path = os.path.join(source, entry)
                if os.path.islink(path):
                    self._put(f"{name}/{entry}", stat.S_IFLNK | 0o777,
                              os.fsencode(os.readlink(path)))
                else:
                    self.copy(path, f"{name}/{entry}")
            return
        if stat.S_ISCHR(status.st_mode):
            self._folder(os.path.dirname(name))
            self._put(name, status.st_mode, b"",
                      (os.major(status.st_rdev), os.minor(status.st_rdev)))
            return
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{source}: neither a file nor a folder")
        self.claim(source, status.st_size)
        with open(source, "rb") as file:
            self.add(name, file.read(), status.st_mode & 0o777)

    def bytes(self):
        """Compressed lightly: the guest unpacks it, and QEMU copies it."""
        plain = b"".join(self._entries) + _entry(0, "TRAILER!!!", 0, b"")
        return gzip.compress(plain, 1, mtime=0)
