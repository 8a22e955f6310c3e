#!/usr/bin/env python3
"""FLOOD=10000000 bytes on the console: none is lost, the verdict is right, and
the runner keeps its size and the end of what came. make stress has 100 MB."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BOARD = os.environ.get("BOARD", "qemu-x86_64")
SIZE = int(os.environ.get("FLOOD", 10_000_000))
# No line end: the worst for whoever keeps lines. And none of the kernel's words.
FLOOD = f"head -c {SIZE} /dev/zero | tr '\\0' '~' >/dev/console; exit 4"


def ok(condition, name, detail=""):
    print(f"{'ok' if condition else 'not ok'} - {name}", flush=True)
    if not condition:
        print(f"# {detail}", file=sys.stderr)
    return bool(condition)


def main():
    with tempfile.TemporaryDirectory(prefix="foster-flood-") as folder:
        record = os.path.join(folder, "record")
        begin = time.monotonic()
        with subprocess.Popen(
                [os.path.join(HERE, "run"), "-b", BOARD, "-k", "tiny",
                 "-t", "1700", "--verbose", "--json", record, "--", "sh", "-c", FLOOD],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as runner:
            count = 0
            for data in iter(lambda: runner.stderr.read(1 << 16), b""):
                count += data.count(b"~")
        seconds = time.monotonic() - begin
        with open(record, encoding="utf-8") as file:
            text = file.read()
    kind = json.loads(text)["kind"]
    print(f"# {SIZE} bytes in {seconds:.0f} s")
    passed = ok(runner.returncode == 4 and kind == "exit",
                "the verdict is the command's",
                f"{kind}, status {runner.returncode}")
    passed &= ok(count == SIZE, "every byte comes", f"{count} of {SIZE}")
    passed &= ok(len(text) < 100_000, "the record is bounded", len(text))
    # The biggest of all below the runner: QEMU's is more than the runner's.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"# {peak} KiB at most")
    passed &= ok(peak < 250_000, "so is the runner's memory, and QEMU's",
                 f"{peak} KiB")
    print("1..4")
    return not passed


sys.exit(main())
